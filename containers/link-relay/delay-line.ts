/** Where a delay line takes the time from. */
interface LineClock {
  /** Milliseconds; never runs backwards. */
  readonly now: () => number;
  readonly after: (ms: number, call: () => void) => void;
}

/** Gives packets back when their time has come, and never one before another that came earlier. */
export class DelayLine {
  readonly #clock: LineClock;
  readonly #giveBack: (packet: Buffer) => void;
  readonly #waiting: { readonly packet: Buffer; readonly dueMs: number }[] = [];
  #lastDueMs = 0;

  constructor(clock: LineClock, giveBack: (packet: Buffer) => void) {
    this.#clock = clock;
    this.#giveBack = giveBack;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** A packet behind one that has longer to wait waits as long. */
  push(packet: Buffer, ms: number): void {
    const now = this.#clock.now();
    const dueMs = Math.max(this.#lastDueMs, now + ms);
    this.#lastDueMs = dueMs;
    if (this.#waiting.length === 0 && dueMs <= now) {
      this.#giveBack(packet);
      return;
    }
    this.#waiting.push({ packet, dueMs });
    if (this.#waiting.length === 1) this.#wake(dueMs - now);
  }

  #wake(ms: number): void {
    this.#clock.after(ms, () => {
      const now = this.#clock.now();
      for (let next = this.#waiting[0]; next !== undefined && next.dueMs <= now; next = this.#waiting[0]) {
        this.#waiting.shift();
        this.#giveBack(next.packet);
      }
      const [next] = this.#waiting;
      if (next !== undefined) this.#wake(next.dueMs - now);
    });
  }
}
