/** A word of a Caddyfile, quotes taken off. `line` and `column` are 1-based. */
export interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** In `"` or backticks: never a brace or a comment. */
  readonly isQuoted: boolean;
  /** The first of its line. */
  readonly isFirst: boolean;
}

/** A `{$NAME:default}`, replaced before anything else is read. */
export interface VariableUse {
  readonly name: string;
  readonly fallback: string | null;
  readonly line: number;
  readonly column: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  readonly variables: readonly VariableUse[];
  /** Line of the first heredoc, which Caddy knows from 2.7 on. */
  readonly heredocLine: number | null;
}

const MAX_CHARACTERS = 1024 * 1024;
const MAX_TOKENS = 100_000;
const VARIABLE = /\{\$([^{}:\s]{1,100})(?::([^{}\n]*))?\}/g;
const HEREDOC = /^<<([A-Za-z0-9_-]{1,100})$/;

/**
 * The words of a Caddyfile: https://caddyserver.com/docs/caddyfile/concepts#structure. `env` are the variables that are set; others take
 * their default, or nothing. Never throws.
 */
export function readTokens(text: string, env: Readonly<Record<string, string>>): Tokens {
  const variables: VariableUse[] = [];
  const reader = new LineReader();
  for (const [at, line] of text.slice(0, MAX_CHARACTERS).split('\n').entries()) {
    if (reader.tokens.length > MAX_TOKENS) break;
    const whole = line.replace(/\r$/, '').replace(VARIABLE, (_, name: string, fallback: string | undefined, column: number) => {
      if (!/^\s*#/.test(line)) variables.push({ name, fallback: fallback ?? null, line: at + 1, column: column + 1 });
      return env[name] ?? fallback ?? '';
    });
    // A value of several lines is several lines, all of which stand here.
    for (const part of whole.split('\n')) reader.take(part, at + 1);
  }
  return { tokens: reader.tokens, variables, heredocLine: reader.heredocLine };
}

class LineReader {
  readonly tokens: Token[] = [];
  heredocLine: number | null = null;
  /** Mark that ends the heredoc that is being read. */
  #heredoc: string | null = null;
  /** A quoted word that goes on in the next line. */
  #open: { readonly quote: string; readonly token: Omit<Token, 'text'>; text: string } | null = null;
  #continues = false;

  take(line: string, number: number): void {
    if (this.#heredoc !== null) {
      if (line.trim().startsWith(this.#heredoc)) this.#heredoc = null;
      return;
    }
    let at = 0;
    let isFirst = !this.#continues;
    this.#continues = false;
    if (this.#open !== null) {
      at = this.#quoted(line, 0);
      isFirst = false;
      if (this.#open !== null) return;
    }
    while (at < line.length) {
      if (/\s/.test(line[at] ?? '')) {
        at++;
        continue;
      }
      const character = line[at] ?? '';
      if (character === '#') return;
      const token = { line: number, column: at + 1, isFirst };
      if (character === '\\' && line.slice(at + 1).trim() === '') {
        this.#continues = true;
        return;
      }
      isFirst = false;
      if (character === '"' || character === '`') {
        this.#open = { quote: character, token: { ...token, isQuoted: true }, text: '' };
        at = this.#quoted(line, at + 1);
        continue;
      }
      const word = /^\S+/.exec(line.slice(at))?.[0] ?? '';
      at += word.length;
      const mark = HEREDOC.exec(word)?.[1];
      if (mark !== undefined && line.slice(at).trim() === '') {
        this.#heredoc = mark;
        this.heredocLine ??= number;
      }
      this.tokens.push({ ...token, text: word.replaceAll('\\"', '"'), isQuoted: false });
    }
  }

  /** Reads on in an open quote from `at`; returns where the next word may begin. */
  #quoted(line: string, at: number): number {
    const open = this.#open;
    if (open === null) return at;
    for (; at < line.length; at++) {
      const character = line[at] ?? '';
      if (character === '\\' && open.quote === '"' && line[at + 1] === '"') {
        open.text += '"';
        at++;
      } else if (character === open.quote) {
        this.tokens.push({ ...open.token, text: open.text });
        this.#open = null;
        return at + 1;
      } else open.text += character;
    }
    open.text += '\n';
    return at;
  }
}
