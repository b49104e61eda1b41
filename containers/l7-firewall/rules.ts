/** Which way bytes go, as on a link. */
export type Way = 'to-origin' | 'to-client';

/** What the firewall does to one direction of the connections it relays. */
export type Rule =
  /** Takes a field out of the head. */
  | { readonly do: 'strip-header'; readonly direction: Way; readonly header: string }
  /** Puts another text in the place of one, in heads and in what follows, as far as it stands within one read. */
  | { readonly do: 'rewrite-text'; readonly direction: Way; readonly text: string; readonly with: string }
  /** Answers a request whose head has the text, and does not pass it on. */
  | { readonly do: 'refuse'; readonly direction: 'to-origin'; readonly text: string; readonly status: number }
  /** Passes nothing more on in this direction, from the read on that has the text. */
  | { readonly do: 'swallow'; readonly direction: Way; readonly text: string };

export interface FirewallConfig {
  readonly listen: number;
  /** Next host: `origin:9000`. */
  readonly next: { readonly host: string; readonly port: number };
  readonly rules: readonly Rule[];
}

const WAYS: readonly unknown[] = ['to-origin', 'to-client'] satisfies readonly Way[];
const TEXTS: Readonly<Record<Rule['do'], readonly string[]>> = {
  'strip-header': ['header'],
  'rewrite-text': ['text', 'with'],
  refuse: ['text'],
  swallow: ['text'],
};
const MAX_RULES = 50;
const MAX_TEXT = 1000;

/** Reads the config file. Throws RangeError that says what was expected and which rule is wrong. */
export function parseConfig(text: string): FirewallConfig {
  const config = asObject(parseJson(text), 'the config');
  const listen = asPort(config['listen'] ?? 8080, 'listen');
  const next = config['next'] ?? 'origin:9000';
  const [, host, port] = /^([\w.-]{1,255}):(\d{1,5})$/.exec(typeof next === 'string' ? next : '') ?? [];
  if (host === undefined || port === undefined) throw new RangeError('expected next to be host:port');
  const rules = config['rules'] ?? [];
  if (!Array.isArray(rules) || rules.length > MAX_RULES) throw new RangeError(`expected rules to be a list of at most ${MAX_RULES}`);
  return { listen, next: { host, port: asPort(Number(port), 'next') }, rules: rules.map(parseRule) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RangeError(`expected JSON: ${error instanceof Error ? error.message : ''}`, { cause: error });
  }
}

function parseRule(value: unknown, index: number): Rule {
  const name = `rules[${index}]`;
  const rule = asObject(value, name);
  const action = rule['do'];
  if (typeof action !== 'string' || !isAction(action))
    throw new RangeError(`expected ${name}.do to be one of ${Object.keys(TEXTS).join(', ')}`);
  if (!WAYS.includes(rule['direction'])) throw new RangeError(`expected ${name}.direction to be to-origin or to-client`);
  for (const key of TEXTS[action]) {
    const text = rule[key];
    if (typeof text !== 'string' || text.length > MAX_TEXT || (text === '' && key !== 'with'))
      throw new RangeError(`expected ${name}.${key} to be text`);
  }
  if (action === 'refuse') {
    const { status, direction } = rule;
    if (direction !== 'to-origin') throw new RangeError(`expected ${name}.direction to be to-origin: only requests are refused`);
    if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 599)
      throw new RangeError(`expected ${name}.status to be from 400 to 599`);
  }
  return rule as unknown as Rule;
}

const isAction = (text: string): text is Rule['do'] => Object.hasOwn(TEXTS, text);

function asObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RangeError(`expected ${name} to be an object`);
  return value as Readonly<Record<string, unknown>>;
}

function asPort(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_535)
    throw new RangeError(`expected ${name} to have a port from 1 to 65535`);
  return value;
}
