import type { ConfigEdit } from '../../harness/model/remedy.ts';
import type { Directive } from './config-tree.ts';

/** Part of a text, as offsets; `end` is exclusive. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** A text with the offsets at which its lines begin. */
export class Source {
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    this.#starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** A directive from its name to its semicolon; of one that opens a block, up to the brace. */
  rangeOf({ line, column }: Directive): Range {
    const start = (this.#starts[line - 1] ?? 0) + column - 1;
    let quote = '';
    for (let at = start; at < this.text.length; at += 1) {
      const char = this.text.charAt(at);
      if (char === '\\') at += 1;
      else if (quote !== '') quote = char === quote ? '' : quote;
      else if ((char === '"' || char === "'") && /\s/.test(this.text.charAt(at - 1))) quote = char;
      else if (char === ';' || (char === '{' && this.text.charAt(at - 1) !== '$')) return { start, end: at + 1 };
    }
    return { start, end: this.text.length };
  }

  indentOf({ line }: Directive): string {
    return /^[ \t]*/.exec(this.text.slice(this.#starts[line - 1] ?? 0))?.[0] ?? '';
  }

  /** Replaces a directive. */
  replace(directive: Directive, by: string): ConfigEdit {
    const { start, end } = this.rangeOf(directive);
    return this.#splice(start, end, by);
  }

  /** Puts directives behind another one: on lines of their own, or on its line where others follow there. */
  after(directive: Directive, added: readonly string[]): ConfigEdit {
    const { start, end } = this.rangeOf(directive);
    const lineEnd = this.#lineEnd(end);
    const isLast = /^[ \t\r]*(?:#.*)?$/.test(this.text.slice(end, lineEnd));
    const [line] = this.#placeOf(end);
    const [first] = this.#placeOf(start);
    const before = this.text.slice(this.#starts[first] ?? 0, start);
    if (!isLast || before.trim() !== '') return this.#splice(end, end, ` ${added.join(' ')}`);
    return { line: line + 2, remove: 0, insert: added.map((one) => `${this.indentOf(directive)}${one}`) };
  }

  /** Puts lines before the one that a directive begins on; each line is indented as it is. */
  before(directive: Directive, added: readonly string[]): ConfigEdit {
    const indent = this.indentOf(directive);
    return { line: directive.line, remove: 0, insert: added.map((one) => (one === '' ? '' : `${indent}${one}`)) };
  }

  #splice(start: number, end: number, by: string): ConfigEdit {
    const [first] = this.#placeOf(start);
    const [last] = this.#placeOf(end);
    const from = this.#starts[first] ?? 0;
    const whole = `${this.text.slice(from, start)}${by}${this.text.slice(end, this.#lineEnd(end))}`;
    return { line: first + 1, remove: last - first + 1, insert: whole.split('\n').map((line) => line.replace(/\r$/, '')) };
  }

  /** Index of the line and column, from 0. */
  #placeOf(offset: number): readonly [line: number, column: number] {
    const after = this.#starts.findIndex((start) => start > offset);
    const line = (after < 0 ? this.#starts.length : after) - 1;
    return [line, offset - (this.#starts[line] ?? 0)];
  }

  #lineEnd(offset: number): number {
    const at = this.text.indexOf('\n', offset);
    return at < 0 ? this.text.length : at;
  }
}
