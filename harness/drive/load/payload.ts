import { seededBytes } from '../../measure/seeded-bytes.ts';

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const NO_DIGIT = 255;
const DIGIT_OF = Uint8Array.from({ length: 256 }, (_, byte) => (ALPHABET.includes(byte) ? ALPHABET.indexOf(byte) : NO_DIGIT));
/** A message begins with its number, lowest digit first, as much of it as has room: 48 bits. */
export const NUMBER_DIGITS = 8;
const LOW_DIGITS = 5;
const LOW = 2 ** 30;
const POOL = 65_536;
const STEP = 31;
/** Up to here a loop is faster than a call into the engine. */
const SHORT = 96;

/** The bytes of every message of a load, from its seed and the message's number alone, so that no copy is kept to check an echo by. */
export class Payload {
  readonly #pool: Buffer;

  constructor(seed: number, kind: 'text' | 'binary') {
    this.#pool = seededBytes(seed, POOL);
    if (kind === 'text') for (let at = 0; at < POOL; at += 1) this.#pool[at] = ALPHABET[(this.#pool[at] ?? 0) & 63] ?? 0;
  }

  /** Writes the message's bytes `from` to `to` at `at`. */
  fill(target: Buffer, at: number, number: number, from: number, to: number): void {
    let position = from;
    let out = at;
    for (; position < to && position < NUMBER_DIGITS; position += 1) target[out++] = digitAt(number, position);
    if (to - position <= SHORT) {
      const pool = this.#pool;
      for (let source = startOf(number) + position; position < to; position += 1, source += 1)
        target[out++] = pool[source & (POOL - 1)] ?? 0;
      return;
    }
    while (position < to) {
      const source = (startOf(number) + position) & (POOL - 1);
      const length = Math.min(POOL - source, to - position);
      this.#pool.copy(target, out, source, source + length);
      out += length;
      position += length;
    }
  }

  /** Whether the bytes `from` to `to` are those of the message from `position` on. */
  matches(bytes: Buffer, from: number, to: number, number: number, position: number): boolean {
    let at = from;
    let expected = position;
    for (; at < to && expected < NUMBER_DIGITS; at += 1, expected += 1) if (bytes[at] !== digitAt(number, expected)) return false;
    if (to - at <= SHORT) {
      const pool = this.#pool;
      for (let source = startOf(number) + expected; at < to; at += 1, source += 1)
        if (bytes[at] !== pool[source & (POOL - 1)]) return false;
      return true;
    }
    while (at < to) {
      const source = (startOf(number) + expected) & (POOL - 1);
      const length = Math.min(POOL - source, to - at);
      if (this.#pool.compare(bytes, at, at + length, source, source + length) !== 0) return false;
      at += length;
      expected += length;
    }
    return true;
  }
}

/** What the digit of a message's number at this position adds to it; NaN for a byte that is no digit. */
export function digitValue(byte: number, position: number): number {
  const digit = DIGIT_OF[byte] ?? NO_DIGIT;
  return digit === NO_DIGIT ? Number.NaN : digit * 64 ** position;
}

/** Where a message's bytes begin in the pool: neighbours differ. */
const startOf = (number: number): number => ((number % POOL) * STEP) & (POOL - 1);

function digitAt(number: number, position: number): number {
  const digit = position < LOW_DIGITS ? (number % LOW) >>> (6 * position) : Math.floor(number / LOW) >>> (6 * (position - LOW_DIGITS));
  return ALPHABET[digit & 63] ?? 0;
}
