import { createHash } from 'node:crypto';
import type { PlayedBytes } from '../model/play.ts';
import { ByteLog } from '../wire/byte-log.ts';

/** What one direction of one end of a play carried after the heads: beginning, count, digest and times. */
export class PlayedDirection {
  readonly #log = new ByteLog();
  readonly #hash = createHash('sha256');
  #firstAtMs: number | null = null;
  #lastAtMs: number | null = null;

  add(chunk: Buffer, atMs: number): void {
    if (chunk.length === 0) return;
    this.#log.add(chunk, atMs);
    this.#hash.update(chunk);
    this.#firstAtMs ??= atMs;
    this.#lastAtMs = atMs;
  }

  get total(): number {
    return this.#log.total;
  }

  record(): PlayedBytes {
    return {
      bytes: this.#log.total,
      sha256: this.#hash.copy().digest('hex'),
      first: this.#log.kept,
      firstAtMs: this.#firstAtMs,
      lastAtMs: this.#lastAtMs,
    };
  }
}
