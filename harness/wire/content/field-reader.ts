/**
 * Reads the fields of a binary message one after the other. Past the end it gives zeros and empty buffers and sets `isShort`, so that a
 * message that was cut can be read as far as it goes.
 */
export class FieldReader {
  isShort = false;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** An unsigned number of 1 to 4 bytes, network order. */
  number(bytes: 1 | 2 | 3 | 4): number {
    if (this.left < bytes) {
      this.isShort = true;
      this.#at = this.#bytes.length;
      return 0;
    }
    this.#at += bytes;
    return this.#bytes.readUIntBE(this.#at - bytes, bytes);
  }

  /** The next `length` bytes, or what there is of them. Shares memory. */
  take(length: number): Buffer {
    if (this.left < length) this.isShort = true;
    const start = this.#at;
    this.#at = Math.min(this.#bytes.length, start + length);
    return this.#bytes.subarray(start, this.#at);
  }

  /** A field that begins with its own length in `bytes` bytes (RFC 8446 section 3.4). */
  vector(bytes: 1 | 2 | 3): Buffer {
    return this.take(this.number(bytes));
  }
}
