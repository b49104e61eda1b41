import type { TimedBytes } from '../model/evidence.ts';

/** How much of each direction of a connection is kept byte for byte. */
export const KEPT_BYTES = 65_536;

/** Keeps the first 64 KiB of one direction with their times and counts all of it. */
export class ByteLog {
  readonly #kept: TimedBytes[] = [];
  #total = 0;

  /** `atMs` is Unix time in milliseconds. */
  add(chunk: Buffer, atMs: number): void {
    const room = KEPT_BYTES - this.#total;
    this.#total += chunk.length;
    if (room <= 0 || chunk.length === 0) return;
    // Encoded at once: a kept slice would hold the whole read buffer.
    this.#kept.push({ atMs, base64: chunk.toString('base64', 0, Math.min(room, chunk.length)) });
  }

  get total(): number {
    return this.#total;
  }

  get kept(): readonly TimedBytes[] {
    return [...this.#kept];
  }
}
