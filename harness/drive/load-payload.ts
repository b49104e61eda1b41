import { seededRandom } from '../measure/seeded-random.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const POOL_SPARE = 4096;
const COLON = 58;
const MAX_DIGITS = 12;

/** Texts of one size: `<sequence number>:` and pseudo-random letters that follow from seed and number, so an echo can be checked. */
export class LoadPayload {
  readonly #size: number;
  readonly #pool: Buffer;

  /** `size` in bytes; a text is never shorter than its number and the colon. */
  constructor(size: number, seed: number) {
    this.#size = size;
    const random = seededRandom(seed);
    this.#pool = Buffer.from(Array.from({ length: size + POOL_SPARE }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join(''));
  }

  textFor(sequence: number): Buffer {
    const prefix = Buffer.from(`${sequence}:`);
    const from = (sequence * 31) % POOL_SPARE;
    return Buffer.concat([prefix, this.#pool.subarray(from, from + Math.max(0, this.#size - prefix.length))]);
  }

  /** The sequence number of a text that was made here and came back whole; null for any other. */
  sequenceOf(text: Buffer): number | null {
    const colon = text.subarray(0, MAX_DIGITS + 1).indexOf(COLON);
    if (colon < 1) return null;
    const sequence = Number(text.toString('latin1', 0, colon));
    return Number.isSafeInteger(sequence) && sequence >= 0 && this.textFor(sequence).equals(text) ? sequence : null;
  }
}
