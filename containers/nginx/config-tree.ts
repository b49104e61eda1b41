import type { ConfigFile } from '../../harness/model/surroundings.ts';

/** A directive of an nginx config: a name, its arguments without their quotes, and the block it opens, if any. 1-based place. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly line: number;
  readonly column: number;
  readonly block: readonly Directive[] | null;
  /** The file that it stands in, where a config of several is read; absent: the one file. */
  readonly file?: ConfigFile;
}

interface Token {
  readonly kind: 'word' | ';' | '{' | '}';
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A config is read by people; what is larger than this is not one. */
const MAX_CHARACTERS = 1024 * 1024;
const MAX_DEPTH = 32;

const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);

/**
 * Reads the syntax of nginx configs (as ngx_conf_file.c does): words end at white space, `;` or `{`; quotes count only at the
 * start of a word; `#` starts a comment only there; `${name}` does not open a block; a backslash keeps the next character.
 * Never throws: what is not nginx gives whatever directives can be made of it. Files named by `include` are not followed.
 */
export function parseConfig(text: string): readonly Directive[] {
  const tokens = tokenize(text.slice(0, MAX_CHARACTERS));
  return readBlock(tokens, { at: 0 }, 0);
}

function readBlock(tokens: readonly Token[], cursor: { at: number }, depth: number): readonly Directive[] {
  const directives: Directive[] = [];
  let words: Token[] = [];
  const take = (block: readonly Directive[] | null): void => {
    const [name, ...args] = words;
    if (name !== undefined) {
      directives.push({ name: name.text, args: args.map((word) => word.text), line: name.line, column: name.column, block });
    }
    words = [];
  };
  for (let token = tokens[cursor.at++]; token !== undefined; token = tokens[cursor.at++]) {
    if (token.kind === 'word') words.push(token);
    else if (token.kind === ';') take(null);
    else if (token.kind === '{') {
      // Deeper than nginx's own blocks ever go: the rest is read flat instead of growing the stack.
      if (depth < MAX_DEPTH) take(readBlock(tokens, cursor, depth + 1));
      else take(null);
    } else if (depth > 0) break;
  }
  take(null);
  return directives;
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  const step = (): void => {
    if (text[at] === '\n') {
      line++;
      lineStart = at + 1;
    }
    at++;
  };
  while (at < text.length) {
    const character = text[at];
    const place = { line, column: at - lineStart + 1 };
    if (isSpace(character)) step();
    else if (character === '#') while (at < text.length && text[at] !== '\n') at++;
    else if (character === ';' || character === '{' || character === '}') {
      tokens.push({ kind: character, text: character, ...place });
      at++;
    } else tokens.push({ kind: 'word', text: readWord(text, () => at, step), ...place });
  }
  return tokens;
}

function readWord(text: string, at: () => number, step: () => void): string {
  const quote = text[at()] === '"' || text[at()] === "'" ? text[at()] : null;
  let word = '';
  const keep = (): void => {
    word += text[at()] ?? '';
    step();
  };
  if (quote !== null) step();
  while (at() < text.length) {
    const character = text[at()];
    if (character === '\\') {
      // nginx drops the backslash before a quote, a backslash or the letters t, r, n; a regular expression keeps its own.
      if (/["'\\]/.test(text[at() + 1] ?? '')) step();
      else keep();
      keep();
    } else if (quote !== null) {
      if (character === quote) {
        step();
        return word;
      }
      keep();
    } else if (isSpace(character) || character === ';' || (character === '{' && text[at() - 1] !== '$')) return word;
    else keep();
  }
  return word;
}
