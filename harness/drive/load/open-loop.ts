import { Schedule } from '../../measure/schedule.ts';
import type { Shard, Stage } from '../../model/load.ts';
import type { BucketRecorder } from './bucket-recorder.ts';
import type { LoadSession } from './load-session.ts';
import type { MessageSource } from './message-source.ts';

/** Messages that are sent before others have their turn. */
const AT_A_TIME = 1024;

/** The open loop: message n goes out when it is due, whatever came back, to the open sessions in turn. */
export class OpenLoop implements MessageSource {
  nextAtMs = Number.POSITIVE_INFINITY;
  readonly #schedule: Schedule;
  readonly #shard: Shard;
  readonly #open: readonly LoadSession[];
  readonly #recorder: BucketRecorder;
  readonly #dues = new Float64Array(AT_A_TIME);
  #next = 0;
  #turn = 0;
  #startMs = 0;
  #endMs = 0;

  /** `open`: the sessions that are open, at any time. */
  constructor(stages: readonly Stage[], shard: Shard, open: readonly LoadSession[], recorder: BucketRecorder) {
    this.#schedule = new Schedule(stages, shard);
    this.#shard = shard;
    this.#open = open;
    this.#recorder = recorder;
  }

  begin(startMs: number, endMs: number): void {
    this.#startMs = startMs;
    this.#endMs = endMs;
    this.nextAtMs = this.#dueAt(0);
  }

  endAt(endMs: number): void {
    this.#endMs = endMs;
    if (this.nextAtMs >= endMs) this.nextAtMs = Number.POSITIVE_INFINITY;
  }

  opened(): void {
    // Its turn comes.
  }

  freed(): void {
    // Echoes change nothing.
  }

  run(nowMs: number): void {
    let count = 0;
    while (this.nextAtMs <= nowMs && count < AT_A_TIME) {
      this.#dues[count] = this.nextAtMs;
      count += 1;
      this.nextAtMs = this.#dueAt(this.#next + count);
    }
    if (count === 0) return;
    const sessions = this.#open.length;
    if (sessions === 0) this.#recorder.missed += count;
    // A session that has several of these gets them in one write.
    for (let lane = 0; lane < Math.min(sessions, count); lane += 1)
      this.#send(this.#open[(this.#turn + lane) % sessions], lane, count, sessions);
    this.#turn = sessions === 0 ? 0 : (this.#turn + count) % sessions;
    this.#next += count;
  }

  #send(session: LoadSession | undefined, lane: number, count: number, sessions: number): void {
    if (session === undefined) return;
    const nowMs = performance.now();
    for (let at = lane; at < count; at += sessions) {
      if (session.isFull) {
        this.#recorder.missed += 1;
        continue;
      }
      const dueAtMs = this.#dues[at] ?? 0;
      this.#recorder.lag.record((nowMs - dueAtMs) * 1000);
      session.lay((this.#next + at) * this.#shard.of + this.#shard.index, dueAtMs);
    }
    session.flush();
  }

  #dueAt(n: number): number {
    const dueAtMs = this.#startMs + this.#schedule.dueAtMs(n);
    return dueAtMs < this.#endMs ? dueAtMs : Number.POSITIVE_INFINITY;
  }
}
