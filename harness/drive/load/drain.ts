/** Echoes that are still on their way are waited for so long at least. */
const LEAST_MS = 500;
/** Longer than an origin that freezes for a second needs. */
const MOST_MS = 2000;
/** After the last echo of a path that lives, what is still missing will not come. */
const QUIET_MS = 250;
const LATENCY_SHARE = 1.5;
const STEP_MS = 5;

/** How long echoes are waited for after the last message. Times are those of `performance.now()`. */
export class Drain {
  readonly #startMs: number;
  readonly #expectedMs: number;

  /** `longestMs`: the longest latency of late. */
  constructor(startMs: number, longestMs: number) {
    this.#startMs = startMs;
    this.#expectedMs = Math.min(MOST_MS, longestMs * LATENCY_SHARE);
  }

  /** When to look again. */
  nextAtMs(nowMs: number): number {
    return nowMs + STEP_MS;
  }

  /** `missing`: messages and openings that are still to be answered; `echoedAtMs`: when an echo came last. */
  isOver(nowMs: number, missing: number, echoedAtMs: number): boolean {
    const waitedMs = nowMs - this.#startMs;
    if (missing === 0 || waitedMs >= MOST_MS) return true;
    if (waitedMs < Math.max(LEAST_MS, this.#expectedMs)) return false;
    // A path that has said nothing since may be frozen: it gets the longest time.
    return echoedAtMs > this.#startMs && nowMs - echoedAtMs >= QUIET_MS;
  }
}
