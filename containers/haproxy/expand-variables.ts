import { splitWords } from './config-sections.ts';

/** A variable of the environment that a config reads. 1-based place. */
export interface ReadVariable {
  readonly name: string;
  readonly fallback: string | null;
  readonly line: number;
  readonly column: number;
}

export interface Expanded {
  /** The same lines, with what the variables stand for. */
  readonly text: string;
  /** Those that the environment must have, once each: neither set by the config itself nor HAProxy's own. */
  readonly variables: readonly ReadVariable[];
}

/** Set by HAProxy itself (configuration manual, section 2.3; management guide, section 3). */
const BUILT_IN =
  /^HAPROXY_(?:LOCALPEER|CFGFILES|MWORKER|CLI|MASTER_CLI|BRANCH|STARTUP_VERSION|(?:HTTP|HTTPS|TCP)(?:_CLF)?_LOG_FMT|(?:HTTP|TCP)_CLF_LOG_FMT)$/;
const VARIABLE = /\$(?:\{([A-Za-z_]\w{0,99})(?:\[\*\])?(?:-([^}"]{0,500}))?\}|([A-Za-z_]\w{0,99}))/y;
/** Lines with addresses, in which HAProxy reads variables outside quotes too. */
const WITH_ADDRESS = /^\s*(?:bind|dgram-bind|server|server-template|dispatch|log|peer|mailer|nameserver|stats\s+socket|source)\s/;
const MAX_VARIABLES = 200;
const MAX_VALUE = 500;
const MAX_LINE = 2_048;
const MAX_LINES = 20_000;

/**
 * Puts the environment into a config: in double quotes, and in addresses without quotes as well (configuration manual, section 2.3).
 * `setenv`, `presetenv` and `unsetenv` lines count from where they stand.
 */
export function expandVariables(text: string, env: Readonly<Record<string, string>>): Expanded {
  const values = new Map(Object.entries(env));
  const own = new Set<string>();
  const variables = new Map<string, ReadVariable>();
  const lines = text.split('\n', MAX_LINES).map((line, index) => {
    const expanded = expandLine(line.slice(0, MAX_LINE), values, (name, fallback, column) => {
      if (own.has(name) || BUILT_IN.test(name) || variables.has(name) || variables.size >= MAX_VARIABLES) return;
      variables.set(name, { name, fallback, line: index + 1, column });
    });
    assign(expanded, values, own);
    return expanded;
  });
  return { text: lines.join('\n'), variables: [...variables.values()] };
}

function assign(line: string, values: Map<string, string>, own: Set<string>): void {
  if (!/^\s*(?:pre|un)?setenv\s/.test(line)) return;
  const [keyword = '', name = '', value = ''] = splitWords(line);
  if (name === '') return;
  own.add(name);
  if (keyword === 'unsetenv') values.delete(name);
  else if (keyword === 'setenv' || !values.has(name)) values.set(name, value);
}

function expandLine(
  line: string,
  values: ReadonlyMap<string, string>,
  onRead: (name: string, fallback: string | null, column: number) => void,
): string {
  if (!line.includes('$')) return line;
  const everywhere = WITH_ADDRESS.test(line);
  let out = '';
  let quote = '';
  for (let index = 0; index < line.length; index += 1) {
    const char = line.charAt(index);
    if (char === '#' && quote === '') return out + line.slice(index);
    VARIABLE.lastIndex = index;
    const match = char === '$' && (quote === '"' || (quote === '' && everywhere)) ? VARIABLE.exec(line) : null;
    if (match !== null) {
      const name = match[1] ?? match[3] ?? '';
      const fallback = match[2] ?? null;
      onRead(name, fallback, index + 1);
      out += protect((values.get(name) ?? fallback ?? '').slice(0, MAX_VALUE));
      index += match[0].length - 1;
      continue;
    }
    if (char === '\\' && quote !== "'") {
      out += char + line.charAt(index + 1);
      index += 1;
      continue;
    }
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    out += char;
  }
  return out;
}

/** A value is never split into words again. */
const protect = (value: string): string => value.replaceAll(/[\r\n]/g, ' ').replaceAll(/[\\"'#\s]/g, String.raw`\$&`);
