import { Worker } from 'node:worker_threads';
import { DueHeap } from './due-heap.ts';

const MEMORY_BYTES = 16;

/** Wakes this thread to a tenth of a millisecond: a second thread sleeps, since timers of the event loop count whole milliseconds. It never keeps the program alive. */
class FineTimer {
  readonly #memory = new SharedArrayBuffer(MEMORY_BYTES);
  readonly #count = new Int32Array(this.#memory, 0, 2);
  readonly #due = new Float64Array(this.#memory, 8, 1);
  readonly #waiting = new DueHeap<() => void>();
  #isReady = false;

  constructor() {
    this.#due[0] = Number.POSITIVE_INFINITY;
    const thread = new Worker(new URL('./fine-timer-thread.ts', import.meta.url), { workerData: this.#memory, execArgv: [] });
    thread.on('online', () => {
      this.#isReady = true;
    });
    thread.on('message', () => this.#wake());
    thread.on('error', () => {
      this.#isReady = false;
    });
    thread.unref();
  }

  /** Calls back at this time of `performance.now()`. May be late or not come at all while the thread starts: a timer stands behind it. */
  at(atMs: number, callback: () => void): void {
    if (!this.#isReady) return;
    const isFirst = atMs < this.#waiting.nextAtMs;
    this.#waiting.push(callback, atMs);
    if (isFirst) this.#set(atMs);
  }

  #wake(): void {
    const nowMs = performance.now();
    for (let callback = this.#waiting.take(nowMs); callback !== undefined; callback = this.#waiting.take(nowMs)) callback();
    this.#set(this.#waiting.nextAtMs);
  }

  #set(atMs: number): void {
    this.#due[0] = performance.timeOrigin + atMs;
    Atomics.add(this.#count, 0, 1);
    Atomics.notify(this.#count, 0);
  }
}

let timer: FineTimer | null = null;

/** The one of this program, made when first asked for. */
export const fineTimer = (): Pick<FineTimer, 'at'> => (timer ??= new FineTimer());
