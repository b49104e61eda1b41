/*
 * The part of PCRE that locations and server names are written in: literals, classes, groups, alternatives, repeats, anchors and
 * lookaheads. Patterns are a stranger's, so they are never given to a RegExp, which a few characters can keep busy for ever.
 */

/** One item of a pattern. */
export type PatternItem =
  | { readonly kind: 'set'; readonly has: (character: string) => boolean }
  | { readonly kind: 'group'; readonly options: Pattern; readonly look: 'none' | 'ahead' | 'not-ahead' }
  | { readonly kind: 'repeat'; readonly item: PatternItem; readonly min: number; readonly max: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'boundary' };

/** Alternatives, each a sequence. */
export type Pattern = readonly (readonly PatternItem[])[];

const MAX_LENGTH = 500;
const MAX_DEPTH = 20;
const MAX_REPEAT = 50;
const CLASSES: Readonly<Record<string, RegExp>> = { d: /\d/, D: /\D/, w: /\w/, W: /\W/, s: /\s/, S: /\S/ };
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

class Unreadable extends Error {}

/** Null for a pattern that uses anything else (look-behind, back references ...) or is not well formed. */
export function parsePattern(source: string, ignoreCase: boolean): Pattern | null {
  if (source.length > MAX_LENGTH) return null;
  try {
    const reader = new PatternReader(source, ignoreCase);
    const pattern = reader.options(0);
    return reader.isDone ? pattern : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class PatternReader {
  readonly #source: string;
  #ignoreCase: boolean;
  #at = 0;

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
  }

  get isDone(): boolean {
    return this.#at >= this.#source.length;
  }

  options(depth: number): Pattern {
    if (depth > MAX_DEPTH) throw new Unreadable();
    const options: PatternItem[][] = [[]];
    while (!this.isDone && this.#peek() !== ')') {
      if (this.#take('|')) options.push([]);
      else options.at(-1)?.push(...this.#repeated(depth));
    }
    return options;
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #take(expected: string): boolean {
    const isThere = this.#source.startsWith(expected, this.#at);
    if (isThere) this.#at += expected.length;
    return isThere;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    const found = pattern.exec(this.#source.slice(this.#at));
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #repeated(depth: number): readonly PatternItem[] {
    const item = this.#item(depth);
    if (item === null) return [];
    const found = this.#match(/^(?:([*+?])|\{(\d{1,4})(,?)(\d{0,4})\})[?+]?/);
    if (found === null) return [item];
    const [, sign, low, comma, high] = found;
    const [min, max] =
      sign === undefined
        ? [Number(low), comma === '' ? Number(low) : high === '' ? Infinity : Number(high)]
        : [sign === '+' ? 1 : 0, sign === '?' ? 1 : Infinity];
    if (min > MAX_REPEAT) throw new Unreadable();
    return [{ kind: 'repeat', item, min, max }];
  }

  #item(depth: number): PatternItem | null {
    const flags = this.#match(/^\(\?(i)?(-i)?\)/);
    if (flags !== null) {
      this.#ignoreCase = flags[2] === undefined;
      return null;
    }
    if (this.#take('(')) return this.#group(depth);
    if (this.#take('[')) return this.#characterClass();
    if (this.#take('^')) return { kind: 'start' };
    if (this.#take('$')) return { kind: 'end' };
    if (this.#take('.')) return { kind: 'set', has: (character) => character !== '\n' };
    if (this.#take('\\')) return this.#escaped();
    const literal = this.#peek();
    if (/[*+?]/.test(literal)) throw new Unreadable();
    this.#at += 1;
    return { kind: 'set', has: this.#literal(literal) };
  }

  #group(depth: number): PatternItem {
    const head = this.#match(/^\?(?:[:>]|P?<[A-Za-z_]\w*>|'\w+'|[=!])/)?.[0];
    if (head === undefined && this.#peek() === '?') throw new Unreadable();
    const options = this.options(depth + 1);
    if (!this.#take(')')) throw new Unreadable();
    return { kind: 'group', options, look: head === '?=' ? 'ahead' : head === '?!' ? 'not-ahead' : 'none' };
  }

  #literal(literal: string): (character: string) => boolean {
    if (!this.#ignoreCase) return (character) => character === literal;
    return (character) => character.toLowerCase() === literal.toLowerCase();
  }

  #escaped(): PatternItem {
    const letter = this.#peek();
    this.#at += 1;
    if (letter === 'b') return { kind: 'boundary' };
    if (letter === 'A') return { kind: 'start' };
    if (/^[zZ]$/.test(letter)) return { kind: 'end' };
    return { kind: 'set', has: this.#escapedSet(letter) };
  }

  #escapedSet(letter: string): (character: string) => boolean {
    const known = CLASSES[letter];
    if (known !== undefined) return (character) => known.test(character);
    if (CONTROLS[letter] !== undefined) return this.#literal(CONTROLS[letter]);
    if (letter === '' || /[A-Za-z0-9]/.test(letter)) throw new Unreadable();
    return this.#literal(letter);
  }

  #characterClass(): PatternItem {
    const isNegated = this.#take('^');
    const members: ((character: string) => boolean)[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      if (this.isDone || this.#source.startsWith('[:', this.#at)) throw new Unreadable();
      members.push(this.#member());
    }
    this.#at += 1;
    return { kind: 'set', has: (character) => character !== '\n' && members.some((has) => has(character)) !== isNegated };
  }

  #member(): (character: string) => boolean {
    const range = this.#match(/^\\?([^\]\\])-\\?([^\]\\])/);
    if (range !== null) {
      const [, low = '', high = ''] = range;
      const isIn = (character: string): boolean => low <= character && character <= high;
      return this.#ignoreCase ? (one) => isIn(one.toLowerCase()) || isIn(one.toUpperCase()) : isIn;
    }
    const isEscaped = this.#take('\\');
    const letter = this.#peek();
    this.#at += 1;
    return isEscaped ? this.#escapedSet(letter) : this.#literal(letter);
  }
}
