import type { SlowReaders } from '../../model/load.ts';
import type { Agenda } from './agenda.ts';
import type { LoadSession } from './load-session.ts';

/** Stops the reading of a share of the sessions for a while, again and again. */
export class SlowReading implements Agenda {
  readonly #of: SlowReaders;
  readonly #open: readonly LoadSession[];
  readonly #startMs: number;
  #toggles = 0;

  /** The first pause begins one period after `startMs`, less the pause. */
  constructor(of: SlowReaders, open: readonly LoadSession[], startMs: number) {
    this.#of = of;
    this.#open = open;
    this.#startMs = startMs;
  }

  get nextAtMs(): number {
    const { everyMs, pauseMs } = this.#of;
    const periodEnd = this.#startMs + (Math.floor(this.#toggles / 2) + 1) * everyMs;
    return this.#isPaused ? periodEnd : periodEnd - Math.min(pauseMs, everyMs);
  }

  run(nowMs: number): void {
    if (this.nextAtMs > nowMs) return;
    while (this.nextAtMs <= nowMs) this.#toggles += 1;
    for (const session of this.#open) {
      if (!isSlow(session.index, this.#of.share)) continue;
      if (this.#isPaused) session.stopReading();
      else session.readOn();
    }
  }

  opened(session: LoadSession): void {
    if (this.#isPaused && isSlow(session.index, this.#of.share)) session.stopReading();
  }

  get #isPaused(): boolean {
    return this.#toggles % 2 === 1;
  }
}

/** Evenly spread: of the first n connections, n times `share` are slow. */
const isSlow = (index: number, share: number): boolean => Math.floor((index + 1) * share) > Math.floor(index * share);
