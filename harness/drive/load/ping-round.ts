import type { Agenda } from './agenda.ts';
import type { LoadSession } from './load-session.ts';

/** Pings every connection once in `everyMs`, each at its own place in the round, so that pings are evenly spread. */
export class PingRound implements Agenda {
  readonly #seats: readonly (LoadSession | undefined)[];
  readonly #startMs: number;
  readonly #stepMs: number;
  readonly #count: number;
  #next = 0;
  #endMs = Number.POSITIVE_INFINITY;

  /** `seats`: sessions by their index, of `count` that may come. */
  constructor(seats: readonly (LoadSession | undefined)[], count: number, everyMs: number, startMs: number) {
    this.#seats = seats;
    this.#startMs = startMs;
    this.#count = count;
    this.#stepMs = count === 0 ? Number.POSITIVE_INFINITY : everyMs / count;
  }

  endAt(endMs: number): void {
    this.#endMs = endMs;
  }

  get nextAtMs(): number {
    const dueAtMs = this.#startMs + (this.#next + 1) * this.#stepMs;
    return dueAtMs < this.#endMs ? dueAtMs : Number.POSITIVE_INFINITY;
  }

  run(nowMs: number): void {
    while (this.nextAtMs <= nowMs) {
      const session = this.#seats[this.#next % this.#count];
      this.#next += 1;
      if (session?.state === 'open' && !session.isFull) session.ping();
    }
  }
}
