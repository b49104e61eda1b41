/** A whole line without its line feed, or the word that one was too long and was dropped. */
export type SplitLine = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too-long'; readonly limit: number };

const LF = 10;

/** Cuts a byte stream into UTF-8 lines of bounded length. */
export class LineSplitter {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #size = 0;
  #isDropping = false;

  /** `limit`: longest line in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): readonly SplitLine[] {
    const lines: SplitLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      this.#keep(chunk.subarray(from, end));
      lines.push(
        this.#isDropping
          ? { kind: 'too-long', limit: this.#limit }
          : { kind: 'line', text: Buffer.concat(this.#parts, this.#size).toString('utf8') },
      );
      this.#parts = [];
      this.#size = 0;
      this.#isDropping = false;
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  #keep(part: Buffer): void {
    if (this.#isDropping || part.length === 0) return;
    this.#size += part.length;
    this.#isDropping = this.#size > this.#limit;
    if (this.#isDropping) this.#parts = [];
    else this.#parts.push(part);
  }
}
