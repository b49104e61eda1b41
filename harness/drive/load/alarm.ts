import { fineTimer } from './fine-timer.ts';

/** Only so much is spun through, to leave the CPU to the path. */
const SPIN_MS = 0.02;
/** Timers count whole milliseconds: the last few are left to the fine timer. */
const FINE_MS = 3;
/** What the fine timer takes to wake this thread, at the least. */
const WAKING_MS = 0.07;
/** Waking costs far more than sending: what is due within so long after a ring goes out with what is due at its end. */
const APART_MS = 1;
/** Timers of Node hold 31 bits of milliseconds. */
const LONGEST_MS = 2 ** 30;

/** Calls back once at a time of `performance.now()`, or a little later. */
export class Alarm {
  readonly #ring: () => void;
  readonly #fine = fineTimer();
  #atMs = Number.POSITIVE_INFINITY;
  #rangMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #spin: NodeJS.Immediate | null = null;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings at this time, unless it was to ring earlier anyway. */
  by(atMs: number): void {
    if (this.#apart(atMs) < this.#atMs) this.set(atMs);
  }

  /** Rings at this time, or a millisecond after the last ring, and at no other. */
  set(atMs: number): void {
    this.clear();
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.#atMs = this.#apart(atMs);
    this.#sleep();
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#spin !== null) clearImmediate(this.#spin);
    this.#timer = null;
    this.#spin = null;
    this.#atMs = Number.POSITIVE_INFINITY;
  }

  #apart(atMs: number): number {
    return Math.max(atMs, this.#rangMs + APART_MS);
  }

  #sleep(): void {
    const leftMs = this.#atMs - performance.now();
    if (leftMs <= SPIN_MS) {
      this.#spin = setImmediate(this.#onSpin);
      return;
    }
    const isFine = leftMs <= FINE_MS;
    // The timer stands behind the fine one, should that fail.
    const timerMs = isFine ? Math.max(1, Math.floor(leftMs)) : Math.min(LONGEST_MS, Math.floor(leftMs) - 1);
    this.#timer = setTimeout(this.#onTimer, timerMs);
    if (isFine) this.#fine.at(this.#atMs - WAKING_MS, this.#onFine);
  }

  readonly #onFine = (): void => {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#wake();
  };

  readonly #onTimer = (): void => {
    this.#timer = null;
    this.#wake();
  };

  readonly #onSpin = (): void => {
    this.#spin = null;
    this.#wake();
  };

  #wake(): void {
    if (performance.now() < this.#atMs) {
      this.#sleep();
      return;
    }
    this.#rangMs = Math.max(this.#atMs, performance.now() - APART_MS);
    this.#atMs = Number.POSITIVE_INFINITY;
    this.#ring();
  }
}
