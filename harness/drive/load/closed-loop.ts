import type { LoadProfile, Shard } from '../../model/load.ts';
import type { BucketRecorder } from './bucket-recorder.ts';
import { DueHeap } from './due-heap.ts';
import type { LoadSession } from './load-session.ts';
import type { MessageSource } from './message-source.ts';

/** The closed loop: each connection has so many messages on their way, and sends the next when an echo came, after a think time. */
export class ClosedLoop implements MessageSource {
  readonly #depth: number;
  readonly #thinkMs: number;
  readonly #shard: Shard;
  readonly #open: readonly LoadSession[];
  readonly #recorder: BucketRecorder;
  readonly #thinking = new DueHeap<{ readonly session: LoadSession; readonly dueAtMs: number }>();
  #next: number;
  #endMs = 0;

  constructor({ depth, thinkMs }: LoadProfile, shard: Shard, open: readonly LoadSession[], recorder: BucketRecorder) {
    this.#depth = Math.max(1, depth);
    this.#thinkMs = thinkMs;
    this.#shard = shard;
    this.#open = open;
    this.#recorder = recorder;
    this.#next = shard.index;
  }

  get nextAtMs(): number {
    return this.#thinking.nextAtMs;
  }

  begin(startMs: number, endMs: number): void {
    this.#endMs = endMs;
    for (const session of this.#open) this.#send(session, this.#depth, startMs);
  }

  endAt(endMs: number): void {
    this.#endMs = endMs;
  }

  opened(session: LoadSession, nowMs: number): void {
    if (nowMs < this.#endMs) this.#send(session, this.#depth, nowMs);
  }

  freed(session: LoadSession, count: number, nowMs: number): void {
    if (nowMs >= this.#endMs) return;
    if (this.#thinkMs === 0) {
      this.#send(session, count, nowMs);
      return;
    }
    const dueAtMs = nowMs + this.#thinkMs;
    if (dueAtMs < this.#endMs) for (let n = 0; n < count; n += 1) this.#thinking.push({ session, dueAtMs }, dueAtMs);
  }

  run(nowMs: number): void {
    for (let thought = this.#thinking.take(nowMs); thought !== undefined; thought = this.#thinking.take(nowMs)) {
      if (thought.session.state !== 'open' || nowMs >= this.#endMs) continue;
      const sentAtMs = performance.now();
      this.#recorder.lag.record((sentAtMs - thought.dueAtMs) * 1000);
      this.#send(thought.session, 1, sentAtMs);
    }
  }

  /** Latency runs from the send: what a slow path keeps from being sent is not seen. */
  #send(session: LoadSession, count: number, nowMs: number): void {
    for (let n = 0; n < count; n += 1) {
      session.lay(this.#next, nowMs);
      this.#next += this.#shard.of;
    }
    session.flush();
  }
}
