import type { TimedBytes } from '../../harness/model/evidence.ts';
import { KEPT_BYTES } from '../../harness/wire/byte-log.ts';

/** Memory that a chunk takes beside its bytes: its entry, its time and the header of its text. */
const ENTRY_BYTES = 120;

/** Bytes that all transcripts of an origin together may still take for what sessions carry. */
export class TranscriptRoom {
  #left: number;

  constructor(bytes = 16 * 1_048_576) {
    this.#left = bytes;
  }

  /** False: there is no room for them. */
  take(bytes: number): boolean {
    if (this.#left < bytes) return false;
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}

/**
 * The first 64 KiB of one direction of a connection with their times, and the count of all of it. What a session carries is kept only as long as there is
 * room: under load thousands of connections would fill the memory with echoes that nobody looks at. What comes after a chunk that was left out is left out too.
 */
export class Transcript {
  #kept: TimedBytes[] | null = null;
  #total = 0;
  #taken = 0;
  #isFull = false;

  /** `atMs` is Unix time in milliseconds. `room` null: kept whatever others take. */
  add(chunk: Buffer, atMs: number, room: TranscriptRoom | null): void {
    const left = KEPT_BYTES - this.#total;
    this.#total += chunk.length;
    if (this.#isFull || chunk.length === 0) return;
    const length = Math.min(left, chunk.length);
    if (left <= 0 || (room !== null && !room.take(length + ENTRY_BYTES))) {
      this.#isFull = true;
      return;
    }
    if (room !== null) this.#taken += length + ENTRY_BYTES;
    // Encoded at once: a kept slice would hold the whole read buffer.
    const entry = { atMs, base64: chunk.toString('base64', 0, length) };
    if (this.#kept === null) this.#kept = [entry];
    else this.#kept.push(entry);
  }

  get total(): number {
    return this.#total;
  }

  get kept(): readonly TimedBytes[] {
    return [...(this.#kept ?? [])];
  }

  /** Bytes of the room that it has. */
  get taken(): number {
    return this.#taken;
  }
}
