import type { StreamDirection } from '../tcp/label.ts';
import type { ByteOrigin, Conversation } from './conversation.ts';

interface Piece {
  /** Null: `missing` bytes are not in the capture. */
  readonly bytes: Buffer | null;
  readonly missing: number;
  readonly frame: number;
  readonly timeNs: number;
}

const MAX_PIECES = 512;

/** Bytes of one direction that came before it is known who reads them. */
export class EarlyBytes {
  readonly #limit: number;
  #pieces: Piece[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Copies `chunk[start, end)`; false when that would be more than is held. */
  add(chunk: Buffer, start: number, end: number, { frame, timeNs }: ByteOrigin): boolean {
    if (this.#size + end - start > this.#limit || this.#pieces.length >= MAX_PIECES) return false;
    this.#pieces.push({ bytes: Buffer.from(chunk.subarray(start, end)), missing: 0, frame, timeNs });
    this.#size += end - start;
    return true;
  }

  addMissing(missing: number, { frame, timeNs }: ByteOrigin): boolean {
    if (this.#pieces.length >= MAX_PIECES) return false;
    this.#pieces.push({ bytes: null, missing, frame, timeNs });
    return true;
  }

  /** What is held, then up to `limit` bytes of `chunk[start, end)`. */
  followedBy(chunk: Buffer, start: number, end: number, limit: number): Buffer {
    const next = chunk.subarray(start, Math.min(end, start + limit));
    return this.isEmpty ? next : Buffer.concat([...this.#pieces.map(({ bytes }) => bytes ?? Buffer.alloc(0)), next]);
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#pieces = [];
    this.#size = 0;
  }

  /** Gives everything to a reader, in order. It may come back here with more: what is given is not held any longer. */
  replay(direction: StreamDirection, reader: Pick<Conversation, 'bytes' | 'missing'>): void {
    const pieces = this.#pieces;
    this.clear();
    for (const { bytes, missing, frame, timeNs } of pieces) {
      if (bytes === null) reader.missing(direction, missing, { frame, timeNs });
      else reader.bytes(direction, bytes, 0, bytes.length, { frame, timeNs });
    }
  }
}
