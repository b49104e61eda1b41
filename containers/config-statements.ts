import type { ConfigLine } from '../harness/model/service.ts';

/** A line of a config in words, quotes taken off. `line` and `column` are 1-based. */
export interface Statement {
  readonly words: readonly string[];
  readonly line: number;
  readonly column: number;
  /** The first line of it as written, trimmed. */
  readonly text: string;
}

/** What a reader of configs says of a statement; `lineOf` gives it its place. */
export type Claim = Omit<ConfigLine, 'file' | 'line' | 'column' | 'text'>;

/** A config is read by people; what is larger than this is not one. */
const MAX_CHARACTERS = 1024 * 1024;
const MAX_TEXT = 300;
const WORD = /"((?:[^"\\]|\\.)*)"|(\S+)/g;

/**
 * The lines of a config whose statements are lines: words are set apart by spaces, `"` quotes, a `#` at the start of a word begins
 * a comment, a backslash at the end goes on in the next line. Never throws.
 */
export function readStatements(text: string): readonly Statement[] {
  const lines = text.slice(0, MAX_CHARACTERS).split('\n');
  const statements: Statement[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    const first = (lines[at] ?? '').replace(/\r$/, '');
    let whole = first;
    while (whole.endsWith('\\') && at + 1 < lines.length) whole = whole.slice(0, -1) + (lines[++at] ?? '').replace(/\r$/, '');
    const words = wordsOf(whole);
    if (words.length > 0) statements.push({ words, line, column: first.search(/\S/) + 1, text: first.trim().slice(0, MAX_TEXT) });
  }
  return statements;
}

function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [, quoted, bare] of line.matchAll(WORD)) {
    if (bare?.startsWith('#') === true) break;
    words.push(quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return words;
}

export const lineOf = ({ line, column, text }: Statement, file: string, claim: Claim): ConfigLine => ({
  ...claim,
  file,
  line,
  column,
  text,
});

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, sec: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `120`, `2s`, `1m30s`, `500ms` in milliseconds; a number without a unit counts in `bareUnitMs`. Null when it is no time. */
export function readDurationMs(text: string | undefined, bareUnitMs: number): number | null {
  if (text === undefined || text.length > 40) return null;
  if (/^\d+$/.test(text)) return Number(text) * bareUnitMs;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|sec|min|s|m|h|d))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|sec|min|s|m|h|d)/g))
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  return total;
}

/** `60 s`, `1500 ms` in words for an explanation. */
export const inSeconds = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`);
