import { randomFillSync } from 'node:crypto';
import { endianness } from 'node:os';
import { OPCODE } from '../../wire/frame.ts';
import type { Payload } from './payload.ts';

/** Frames are laid into pieces of this size, which are dropped when full: what a socket was given is never written to again. */
const SLAB_BYTES = 65_536;
const KEY_POOL_BYTES = 16_384;
const MAX_HEADER = 14;
/** From here on, masking by words pays for the view that it needs. */
const LONG = 512;
const FIN = 0x80;
const RSV1 = 0x40;
const MASKED = 0x80;
const WHOLE_WORD = 2 ** 32;

/** Lays masked client frames one after the other, so that a session writes all that it has to say at once. */
export class FrameWriter {
  readonly #keys = Buffer.allocUnsafeSlow(KEY_POOL_BYTES);
  #nextKey = KEY_POOL_BYTES;
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #start = 0;
  #at = 0;

  /** Whether so many more bytes of payload, in so many frames, have room in the piece that is being laid. */
  fits(bytes: number, frames: number): boolean {
    return this.#at + bytes + frames * MAX_HEADER <= this.#slab.length;
  }

  /** Begins a piece that has room for so much. What was laid before must have been taken. */
  reserve(bytes: number, frames: number): void {
    if (this.fits(bytes, frames)) return;
    this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes + frames * MAX_HEADER));
    this.#start = 0;
    this.#at = 0;
  }

  get isEmpty(): boolean {
    return this.#at === this.#start;
  }

  /** All frames since the last time, in one Buffer. */
  take(): Buffer {
    const bytes = this.#slab.subarray(this.#start, this.#at);
    this.#start = this.#at;
    return bytes;
  }

  /** A message of the load, in so many frames. */
  message(payload: Payload, number: number, size: number, opcode: number, fragments: number): void {
    if (fragments === 1) {
      const start = this.#header(opcode | FIN, size);
      payload.fill(this.#slab, start, number, 0, size);
      this.#mask(start, size);
      return;
    }
    for (let piece = 0; piece < fragments; piece += 1) {
      const from = Math.floor((size * piece) / fragments);
      const to = Math.floor((size * (piece + 1)) / fragments);
      const start = this.#header((piece === 0 ? opcode : OPCODE.continuation) | (piece === fragments - 1 ? FIN : 0), to - from);
      payload.fill(this.#slab, start, number, from, to);
      this.#mask(start, to - from);
    }
  }

  /** A message whose bytes are compressed (RFC 7692 section 6.1: RSV1 on its first frame), in so many frames. */
  compressed(bytes: Buffer, opcode: number, fragments: number): void {
    for (let piece = 0; piece < fragments; piece += 1) {
      const from = Math.floor((bytes.length * piece) / fragments);
      const to = Math.floor((bytes.length * (piece + 1)) / fragments);
      this.#bytes((piece === 0 ? opcode | RSV1 : OPCODE.continuation) | (piece === fragments - 1 ? FIN : 0), bytes.subarray(from, to));
    }
  }

  /** A Ping, Pong or Close. */
  control(opcode: number, payload: Buffer): void {
    this.#bytes(opcode | FIN, payload);
  }

  #bytes(first: number, payload: Buffer): void {
    const start = this.#header(first, payload.length);
    payload.copy(this.#slab, start);
    this.#mask(start, payload.length);
  }

  /** Writes the header without the key; returns where the payload begins. */
  #header(first: number, length: number): number {
    const slab = this.#slab;
    let at = this.#at;
    slab[at++] = first;
    if (length < 126) slab[at++] = MASKED | length;
    else if (length < 65_536) {
      slab[at++] = MASKED | 126;
      slab[at++] = length >>> 8;
      slab[at++] = length & 0xff;
    } else {
      slab[at++] = MASKED | 127;
      slab.writeUInt32BE(Math.floor(length / WHOLE_WORD), at);
      slab.writeUInt32BE(length % WHOLE_WORD, at + 4);
      at += 8;
    }
    this.#at = at + 4 + length;
    return at + 4;
  }

  /** Puts a fresh key before the payload and masks it. Keys come from a strong source of entropy and are used once (RFC 6455 sections 5.3 and 10.3). */
  #mask(start: number, length: number): void {
    if (this.#nextKey === KEY_POOL_BYTES) {
      randomFillSync(this.#keys);
      this.#nextKey = 0;
    }
    const [keys, from, slab] = [this.#keys, this.#nextKey, this.#slab];
    this.#nextKey += 4;
    for (let at = 0; at < 4; at += 1) slab[start - 4 + at] = keys[from + at] ?? 0;
    const end = start + length;
    let at = start;
    if (length >= LONG) at = maskWords(slab, start, end, keys, from);
    for (; at < end; at += 1) slab[at] = (slab[at] ?? 0) ^ (keys[from + ((at - start) & 3)] ?? 0);
  }
}

/** Masks what lies on word boundaries, and what is before it; returns where the rest begins. */
function maskWords(bytes: Buffer, start: number, end: number, keys: Buffer, from: number): number {
  let at = start;
  for (; ((bytes.byteOffset + at) & 3) !== 0; at += 1) bytes[at] = (bytes[at] ?? 0) ^ (keys[from + ((at - start) & 3)] ?? 0);
  const key = Uint8Array.from({ length: 4 }, (_, index) => keys[from + ((at - start + index) & 3)] ?? 0);
  const word = new DataView(key.buffer).getUint32(0, endianness() === 'LE');
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + at, (end - at) >>> 2);
  for (let index = 0; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ word;
  return at + words.length * 4;
}
