/** A word of a config line with its place in it: 0-based, `end` exclusive. Quotes and escapes belong to the place, not to the word. */
export interface PlacedWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** The words of a line with their places, by the rules of `splitWords`; what comes behind them is a comment. */
export function placedWords(line: string): readonly PlacedWord[] {
  const words: PlacedWord[] = [];
  let word = '';
  let start = -1;
  let quote = '';
  const end = (at: number): void => {
    if (start >= 0) words.push({ word, start, end: at });
    word = '';
    start = -1;
  };
  for (let index = 0; index < line.length; index += 1) {
    const char = line.charAt(index);
    if (quote === '' && char === '#') {
      end(index);
      return words;
    }
    if (quote === '' && /\s/.test(char)) {
      end(index);
      continue;
    }
    if (start < 0) start = index;
    if (char === '\\' && quote !== "'") {
      index += 1;
      word += line.charAt(index);
    } else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else word += char;
  }
  end(line.length);
  return words;
}

/** The line with one of its words replaced. */
export function withWord(line: string, index: number, text: string): string {
  const placed = placedWords(line)[index];
  return placed === undefined ? line : `${line.slice(0, placed.start)}${text}${line.slice(placed.end)}`;
}

/** The line with text behind its last word, before a comment. */
export function withTail(line: string, text: string): string {
  const end = placedWords(line).at(-1)?.end ?? line.trimEnd().length;
  return `${line.slice(0, end)} ${text}${line.slice(end)}`;
}

export const indentOf = (line: string): string => /^\s*/.exec(line)?.[0] ?? '';
