const WORD = 0x1_0000_0000;

/** Ticks per second of `if_tsresol`: 10 to the minus n, or 2 to the minus n when the top bit is set. */
const ticksPerSecond = (resolution: number): bigint => (resolution >= 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);

/**
 * Times of one pcapng interface: 64-bit ticks in two words become whole seconds and whole nanoseconds, exactly. The high word changes rarely
 * (every 4.3 s with nanoseconds), so its share is worked out once, in big integers, and the rest is plain arithmetic.
 */
export class TickClock {
  /** Since 1970. */
  seconds = 0;
  ns = 0;
  readonly #resolution: bigint;
  /** 0 when the arithmetic below would not be exact: then everything is done in big integers. */
  readonly #ticksPerSecond: number;
  /** Set when it is whole, else 0; the same for its inverse. */
  readonly #nsPerTick: number;
  readonly #ticksPerNs: number;
  readonly #offsetSeconds: number;
  #high = -1;
  #highSeconds = 0;
  #highTicks = 0;

  /** `offsetSeconds` is added to every time (`if_tsoffset`). */
  constructor(resolution = 6, offsetSeconds = 0) {
    this.#resolution = ticksPerSecond(resolution);
    this.#ticksPerSecond = this.#resolution <= 2n ** 52n ? Number(this.#resolution) : 0;
    this.#nsPerTick = 1e9 % this.#ticksPerSecond === 0 ? 1e9 / this.#ticksPerSecond : 0;
    this.#ticksPerNs = this.#ticksPerSecond % 1e9 === 0 ? this.#ticksPerSecond / 1e9 : 0;
    this.#offsetSeconds = offsetSeconds;
  }

  /** Sets `seconds` and `ns` to the time that the two words tell. */
  set(high: number, low: number): void {
    if (this.#ticksPerSecond === 0) {
      this.#setSlowly(high, low);
      return;
    }
    if (high !== this.#high) this.#setHigh(high);
    let ticks = this.#highTicks + low;
    const seconds = Math.floor(ticks / this.#ticksPerSecond);
    ticks -= seconds * this.#ticksPerSecond;
    this.seconds = this.#highSeconds + seconds;
    this.ns = this.#toNs(ticks);
  }

  #toNs(ticks: number): number {
    if (this.#nsPerTick > 0) return ticks * this.#nsPerTick;
    if (this.#ticksPerNs > 0) return Math.floor(ticks / this.#ticksPerNs);
    // 2 to the minus n: exact below 2^53.
    if (ticks < 2 ** 23) return Math.floor((ticks * 1e9) / this.#ticksPerSecond);
    return Number((BigInt(ticks) * 1_000_000_000n) / this.#resolution);
  }

  #setHigh(high: number): void {
    const ticks = BigInt(high) * BigInt(WORD);
    this.#high = high;
    this.#highSeconds = Number(ticks / this.#resolution) + this.#offsetSeconds;
    this.#highTicks = Number(ticks % this.#resolution);
  }

  #setSlowly(high: number, low: number): void {
    const ticks = BigInt(high) * BigInt(WORD) + BigInt(low);
    this.seconds = Number(ticks / this.#resolution) + this.#offsetSeconds;
    this.ns = Number(((ticks % this.#resolution) * 1_000_000_000n) / this.#resolution);
  }
}
