/** One line of an HAProxy config that is not empty: its words, with quotes and escapes taken off. 1-based places. */
export interface Statement {
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly words: readonly string[];
}

/** A frontend, backend or listen section, or a `defaults` section, with what it inherits. */
export interface Section {
  readonly kind: string;
  readonly name: string;
  readonly head: Statement;
  readonly own: readonly Statement[];
  /** Statements of its `defaults`, the most remote first. */
  readonly inherited: readonly Statement[];
}

const MAX_TEXT = 1_048_576;
const MAX_LINES = 20_000;
const MAX_LINE = 2_048;
const MAX_SECTIONS = 2_000;
const MAX_INHERITED = 500;
export const PROXY_KINDS = new Set(['defaults', 'frontend', 'backend', 'listen']);
/** Sections without a line that matters to a WebSocket; known so that their lines are not taken for a proxy's. */
export const OTHER_KINDS = new Set([
  'global',
  'userlist',
  'peers',
  'mailers',
  'resolvers',
  'program',
  'http-errors',
  'cache',
  'ring',
  'log-forward',
  'log-profile',
  'fcgi-app',
  'crt-store',
  'traces',
  'acme',
]);

/** A word of a line, and where it stands there with its quotes and escapes: from the character `from` up to `to`. */
export interface Span {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Splits a line into words: blanks separate, quotes and backslashes protect, an unprotected `#` starts a comment (HAProxy
 * configuration manual, section 2.2).
 */
export function splitSpans(line: string): readonly Span[] {
  const spans: Span[] = [];
  let word: string | null = null;
  let from = 0;
  let quote = '';
  const add = (text: string, at: number): void => {
    if (word === null) from = at;
    word = (word ?? '') + text;
  };
  const end = (to: number): void => {
    if (word !== null) spans.push({ text: word, from, to });
    word = null;
  };
  let index = 0;
  for (; index < line.length; index += 1) {
    const char = line.charAt(index);
    if (char === '\\' && quote !== "'") {
      add(line.charAt(index + 1), index);
      index += 1;
    } else if (char === quote) {
      quote = '';
    } else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      add('', index);
    } else if (quote === '' && char === '#') {
      break;
    } else if (quote === '' && /\s/.test(char)) {
      end(index);
    } else {
      add(char, index);
    }
  }
  end(Math.min(index, line.length));
  return spans;
}

export const splitWords = (line: string): readonly string[] => splitSpans(line).map(({ text }) => text);

/** Every line that says something, whatever its section. */
export function readStatements(text: string): readonly Statement[] {
  const lines = text.slice(0, MAX_TEXT).split('\n', MAX_LINES);
  return lines.flatMap((full, index) => {
    const line = full.slice(0, MAX_LINE);
    const words = splitWords(line);
    return words.length === 0 ? [] : [{ line: index + 1, column: line.search(/\S/) + 1, text: line.trim(), words }];
  });
}

/** The proxy sections of a config, in order. A config that is not HAProxy's gives none. */
export function readSections(text: string): readonly Section[] {
  const sections: Section[] = [];
  let own: Statement[] | null = null;
  let latestDefaults: Section | undefined;
  /** What each `defaults` section hands on, filled when the section after it starts. */
  const handedOn = new Map<Section, readonly Statement[]>();
  const handedOnBy = (parent: Section): readonly Statement[] => {
    const known = handedOn.get(parent) ?? [...parent.inherited, ...parent.own].slice(-MAX_INHERITED);
    handedOn.set(parent, known);
    return known;
  };
  for (const statement of readStatements(text)) {
    const [kind = '', second = ''] = statement.words;
    if (OTHER_KINDS.has(kind)) own = null;
    if (!PROXY_KINDS.has(kind)) {
      own?.push(statement);
      continue;
    }
    if (sections.length === MAX_SECTIONS) break;
    const from = statement.words.indexOf('from');
    const named = from < 0 ? undefined : sections.find((one) => one.kind === 'defaults' && one.name === statement.words[from + 1]);
    // A `defaults` section inherits only when it says from which one; the others take the one before them.
    const parent = named ?? (kind === 'defaults' ? undefined : latestDefaults);
    own = [];
    const name = second === 'from' ? '' : second;
    const section: Section = { kind, name, head: statement, own, inherited: parent === undefined ? [] : handedOnBy(parent) };
    sections.push(section);
    if (kind === 'defaults') latestDefaults = section;
  }
  return sections;
}

/** The statement that decides: the last of the section itself, else the last it inherits. `key` is its first words. */
export function settingOf(section: Section, ...key: readonly string[]): Statement | null {
  const matches = (statement: Statement): boolean => key.every((word, index) => statement.words[index] === word);
  return section.own.findLast(matches) ?? section.inherited.findLast(matches) ?? null;
}

export const isFront = ({ kind }: Section): boolean => kind === 'frontend' || kind === 'listen';
export const isBack = ({ kind }: Section): boolean => kind === 'backend' || kind === 'listen';
/** HAProxy's own default is `mode tcp`, in which no http-request rule applies. */
export const isHttp = (section: Section): boolean => settingOf(section, 'mode')?.words[1] === 'http';

/** Addresses of what a backend sends requests to: `server`, `server-template`, `dispatch`, or the client's own target. */
export const serversOf = (back: Section): readonly string[] =>
  back.own.flatMap(({ words: [keyword, ...rest] }) => {
    if (keyword === 'server') return [rest[1] ?? ''];
    if (keyword === 'server-template') return [rest[2] ?? ''];
    return keyword === 'dispatch' || (keyword === 'option' && rest[0] === 'transparent') ? [rest[0] ?? ''] : [];
  });

/** The routing rules of a front section, the fallback last. */
export function routesOf(front: Section): readonly Statement[] {
  const fallback = settingOf(front, 'default_backend');
  return [...front.own.filter(({ words }) => words[0] === 'use_backend'), ...(fallback === null ? [] : [fallback])];
}

/** The backends that requests of a front section can end in. A backend named at run time (`%[...]`) may be any. */
export function backendsOf(front: Section, sections: readonly Section[]): readonly Section[] {
  const names = new Set(routesOf(front).map(({ words }) => words[1] ?? ''));
  const isAny = [...names].some((name) => name.includes('%'));
  return sections.filter((one) => {
    if (one === front) return isBack(one) && serversOf(one).length > 0;
    return isBack(one) && (isAny || names.has(one.name));
  });
}
