import { Schedule } from '../../measure/schedule.ts';
import { seededRandom } from '../../measure/seeded-random.ts';
import type { Reconnect } from '../../model/load.ts';
import type { LoadRequest } from '../protocol.ts';
import type { Agenda } from './agenda.ts';
import type { BucketRecorder } from './bucket-recorder.ts';
import { DueHeap } from './due-heap.ts';

/** Connects that are begun before others have their turn. */
const AT_A_TIME = 128;

interface Comeback {
  readonly index: number;
  readonly retries: number;
  readonly dueAtMs: number;
}

/** Opens the connections when they are due, and those that were lost again. */
export class Arrivals implements Agenda {
  readonly #schedule: Schedule;
  readonly #startMs: number;
  readonly #reconnect: Reconnect | null;
  readonly #random: () => number;
  readonly #most: number;
  readonly #recorder: BucketRecorder;
  readonly #open: (index: number, retries: number) => void;
  readonly #comebacks = new DueHeap<Comeback>();
  #next = 0;
  #nextDueMs: number;
  #opening = 0;
  #failuresInRow = 0;
  #hasSucceeded = false;
  #freeSinceMs: number;
  #endMs = Number.POSITIVE_INFINITY;

  constructor(request: LoadRequest, startMs: number, recorder: BucketRecorder, open: (index: number, retries: number) => void) {
    const { profile, shard } = request;
    this.#schedule = new Schedule(profile.connections, shard);
    this.#startMs = startMs;
    this.#freeSinceMs = startMs;
    this.#reconnect = profile.reconnect;
    this.#random = seededRandom(profile.seed + shard.index);
    this.#most = Math.max(1, request.maxUpgradeFailures);
    this.#recorder = recorder;
    this.#open = open;
    this.#nextDueMs = startMs + this.#schedule.dueAtMs(0);
  }

  get count(): number {
    return this.#schedule.count;
  }

  get opening(): number {
    return this.#opening;
  }

  /** Nothing that comes from here may begin any more from this time on. */
  endAt(endMs: number): void {
    this.#endMs = endMs;
    if (this.#nextDueMs >= endMs) this.#nextDueMs = Number.POSITIVE_INFINITY;
  }

  /** Whether every connection that is due at all was tried. */
  get isSettled(): boolean {
    return this.#nextDueMs === Number.POSITIVE_INFINITY && this.#opening === 0;
  }

  /** The path refused everything, and nothing more is to be tried. */
  get isRefused(): boolean {
    return !this.#hasSucceeded && this.#opening === 0 && this.#failuresInRow > 0 && (this.#failuresInRow >= this.#most || this.isSettled);
  }

  get nextAtMs(): number {
    return this.#isFree ? Math.min(this.#nextDueMs, this.#comebacks.nextAtMs) : Number.POSITIVE_INFINITY;
  }

  run(nowMs: number): void {
    for (let begun = 0; begun < AT_A_TIME && this.nextAtMs <= nowMs; begun += 1) {
      const comeback = this.#comebacks.take(nowMs);
      if (comeback === undefined) this.#arrive();
      else if (comeback.dueAtMs < this.#endMs) this.#begin(comeback.index, comeback.retries, comeback.dueAtMs);
    }
  }

  succeeded(): void {
    this.#opening -= 1;
    this.#failuresInRow = 0;
    if (!this.#hasSucceeded) this.#freeSinceMs = performance.now();
    this.#hasSucceeded = true;
  }

  failed(): void {
    this.#opening -= 1;
    this.#failuresInRow += 1;
  }

  /** A session was lost, or could not come back; it tries (again) as the profile says. */
  comeBack(index: number, retries: number, nowMs: number): void {
    const reconnect = this.#reconnect;
    if (reconnect === null || retries >= reconnect.attempts) return;
    const waitMs = Math.min(reconnect.mostMs, reconnect.firstMs * reconnect.factor ** retries);
    const dueAtMs = nowMs + waitMs * (1 - reconnect.jitter * this.#random());
    if (dueAtMs < this.#endMs) this.#comebacks.push({ index, retries: retries + 1, dueAtMs }, dueAtMs);
  }

  /** Until the first success, only as many are under way or failed as may fail in a row: a refusing path is not hammered. */
  get #isFree(): boolean {
    return this.#hasSucceeded || this.#opening + this.#failuresInRow < this.#most;
  }

  #arrive(): void {
    const [index, dueAtMs] = [this.#next, this.#nextDueMs];
    this.#next += 1;
    const nextDueMs = this.#startMs + this.#schedule.dueAtMs(this.#next);
    this.#nextDueMs = nextDueMs < this.#endMs ? nextDueMs : Number.POSITIVE_INFINITY;
    this.#begin(index, 0, dueAtMs);
  }

  #begin(index: number, retries: number, dueAtMs: number): void {
    // What was held back for the first success was not late by this program's fault.
    this.#recorder.lag.record((performance.now() - Math.max(dueAtMs, this.#freeSinceMs)) * 1000);
    this.#recorder.attempts += 1;
    this.#opening += 1;
    this.#open(index, retries);
  }
}
