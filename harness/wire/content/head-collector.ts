import { MAX_HEAD_BYTES } from '../http-head.ts';

const CR = 13;
const LF = 10;
const EMPTY_LINE = Buffer.from('\r\n');

/** Finds the end of an HTTP/1 head, however it is cut. A head in one piece is not copied. */
export class HeadCollector {
  /** The head, once `collect` has found its end; valid until the next call when it came in one piece. */
  head: Buffer | null = null;
  /** It is longer than 64 KiB: nothing is held any more. */
  isTooLong = false;
  #held: Buffer = Buffer.alloc(0);
  #size = 0;
  /** Bytes on the line so far, without CR. */
  #lineLength = 0;

  get isMidHead(): boolean {
    return this.#size > 0;
  }

  /** What is held of a head whose rest will not come: its whole lines and an empty one. Null when there is not even one. */
  cutHead(): Buffer | null {
    const lastLine = this.#size === 0 ? -1 : this.#held.lastIndexOf(LF, this.#size - 1);
    return lastLine === -1 ? null : Buffer.concat([this.#held.subarray(0, lastLine + 1), EMPTY_LINE]);
  }

  /** Returns where the head ends; without an end everything is taken, and `head` is null. */
  collect(chunk: Buffer, start: number, end: number): number {
    this.head = null;
    const from = this.#size === 0 ? skipEmptyLines(chunk, start, end) : start;
    const headEnd = this.#findEnd(chunk, from, end);
    const to = headEnd === -1 ? end : headEnd;
    if (this.#size + to - from > MAX_HEAD_BYTES) {
      this.reset();
      this.isTooLong = true;
      return end;
    }
    if (headEnd !== -1 && this.#size === 0) this.head = chunk.subarray(from, headEnd);
    else {
      this.#hold(chunk, from, to);
      if (headEnd !== -1) this.head = this.#held.subarray(0, this.#size);
    }
    if (headEnd !== -1) this.#size = 0;
    return to;
  }

  reset(): void {
    this.#held = Buffer.alloc(0);
    this.#size = 0;
    this.#lineLength = 0;
  }

  /** Behind the first empty line, also after a line feed alone: what is wrong with such a head is for its parser to say. */
  #findEnd(chunk: Buffer, start: number, end: number): number {
    for (let at = start; at < end; at += 1) {
      const byte = chunk[at];
      if (byte === LF) {
        if (this.#lineLength === 0) return at + 1;
        this.#lineLength = 0;
      } else if (byte !== CR) this.#lineLength += 1;
    }
    return -1;
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    const size = this.#size + end - start;
    if (size > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(512, size * 2));
      this.#held.copy(larger, 0, 0, this.#size);
      this.#held = larger;
    }
    chunk.copy(this.#held, this.#size, start, end);
    this.#size = size;
  }
}

/** RFC 9112 section 2.2: empty lines before a message mean nothing. */
function skipEmptyLines(chunk: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (chunk[at] === CR || chunk[at] === LF)) at += 1;
  return at;
}
