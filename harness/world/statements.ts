/** A statement of a brace-and-semicolon config (nginx) that stands outside any block. */
export interface Statement {
  readonly word: string;
  readonly isBlock: boolean;
}

const MAX_STATEMENTS = 20_000;
const MAX_CHARACTERS = 1 << 20;

/** The statements at the outermost level, in order. Comments, quotes and `${name}` are known; anything else that is odd is passed over. Never throws. */
export function statementsOf(text: string): readonly Statement[] {
  const found: Statement[] = [];
  let depth = 0;
  let word = '';
  let isWordOver = false;
  const end = (isBlock: boolean): void => {
    if (depth === 0 && word !== '') found.push({ word, isBlock });
    word = '';
    isWordOver = false;
  };
  // A comment begins where a word may; braces belong to `${name}` and to quoted text; everything else is one character of a word.
  for (const [token] of text
    .slice(0, MAX_CHARACTERS)
    .matchAll(/(?<![^\s;{}])#[^\n]*|"[^"\\]*(?:\\[^][^"\\]*)*"|'[^'\\]*(?:\\[^][^'\\]*)*'|\$\{[^{}\s]{0,100}\}|\\[^]|[^]/g)) {
    if (found.length >= MAX_STATEMENTS) break;
    if (token === ';') end(false);
    else if (token === '{') {
      end(true);
      depth += 1;
    } else if (token === '}') {
      depth = Math.max(0, depth - 1);
      word = '';
      isWordOver = false;
    } else if (/^\s$/.test(token)) isWordOver ||= word !== '';
    else if (!token.startsWith('#') && !isWordOver && word.length < 200) word += token;
  }
  return found;
}
