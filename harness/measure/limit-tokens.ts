/** A word of a limit, with its 1-based column. */
export interface LimitToken {
  readonly kind: 'word' | 'value' | 'operator' | 'parenthesis' | 'end';
  readonly text: string;
  readonly column: number;
}

const KINDS: readonly (readonly [LimitToken['kind'], RegExp])[] = [
  ['operator', /<=|>=|==|[<>≤≥]/y],
  ['parenthesis', /[()]/y],
  ['value', /\d+(?:\.\d+)?(?:[a-zA-Z]+|%)?/y],
  ['word', /[a-zA-Z_][\w.]*|%/y],
];

/** Signs that people write for an operator. */
const SPELT: ReadonlyMap<string, string> = new Map([
  ['≤', '<='],
  ['≥', '>='],
]);

/** Cuts a limit into words; the last is the end. Throws what `refuse` makes of a character that begins none. */
export function limitTokens(text: string, refuse: (column: number, expected: string, seen: string) => Error): readonly LimitToken[] {
  const tokens: LimitToken[] = [];
  let at = 0;
  while (at < text.length) {
    const gap = /\s*/y;
    gap.lastIndex = at;
    at += gap.exec(text)?.[0].length ?? 0;
    if (at >= text.length) break;
    const token = tokenAt(text, at);
    if (token === null) throw refuse(at + 1, 'a name, a number, one of <, <=, >, >=, == or a parenthesis', `'${text[at] ?? ''}'`);
    tokens.push({ ...token, text: SPELT.get(token.text) ?? token.text });
    at += token.text.length;
  }
  return [...tokens, { kind: 'end', text: '', column: text.length + 1 }];
}

function tokenAt(text: string, at: number): LimitToken | null {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found, column: at + 1 };
  }
  return null;
}
