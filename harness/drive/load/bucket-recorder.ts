import { Distribution } from '../../measure/distribution.ts';
import { ownRssBytes } from '../../measure/own-usage.ts';
import type { EncodedDistribution } from '../../model/distribution.ts';
import type { LoadBucket, LoadPhase } from '../../model/load.ts';

/** Two buckets that end at once, because the loop was held up, share what was used. */
const LEAST_ELAPSED_MS = 1;

/** Counts what happens in the piece of time that runs now, and tells each piece when it is over. Times are those of `performance.now()`. */
export class BucketRecorder {
  attempts = 0;
  upgraded = 0;
  reconnected = 0;
  sent = 0;
  missed = 0;
  echoed = 0;
  corrupted = 0;
  pings = 0;
  pongs = 0;
  latency = new Distribution();
  lag = new Distribution();
  readonly series: LoadBucket[] = [];
  readonly #startMs: number;
  readonly #bucketMs: number;
  readonly #open: () => number;
  readonly #onBucket: (bucket: LoadBucket) => void;
  #phases = new Map<LoadPhase, Distribution>();
  #upgradeFailures: Record<string, number> = {};
  #lostSessions: Record<string, number> = {};
  #cpu = process.cpuUsage();
  #cpuAtMs: number;
  #cpuPercent = 0;

  /** `open` says how many sessions are open. */
  constructor(startMs: number, bucketMs: number, open: () => number, onBucket: (bucket: LoadBucket) => void) {
    this.#startMs = startMs;
    this.#bucketMs = bucketMs;
    this.#open = open;
    this.#onBucket = onBucket;
    this.#cpuAtMs = startMs;
  }

  /** End of the bucket that runs. */
  get nextAtMs(): number {
    return this.#startMs + (this.series.length + 1) * this.#bucketMs;
  }

  /** Ends every bucket whose time is over. */
  run(nowMs: number): void {
    while (this.nextAtMs <= nowMs) this.#end(nowMs);
  }

  /** Ends the last bucket, which is shorter. */
  finish(nowMs: number): void {
    this.run(nowMs);
    this.#end(nowMs);
  }

  phase(phase: LoadPhase, ms: number): void {
    let times = this.#phases.get(phase);
    if (times === undefined) this.#phases.set(phase, (times = new Distribution()));
    times.record(ms * 1000);
  }

  refused(label: string): void {
    this.#upgradeFailures[label] = (this.#upgradeFailures[label] ?? 0) + 1;
  }

  lost(kind: string): void {
    this.#lostSessions[kind] = (this.#lostSessions[kind] ?? 0) + 1;
  }

  #end(nowMs: number): void {
    const bucket: LoadBucket = {
      atMs: this.series.length * this.#bucketMs,
      attempts: this.attempts,
      upgraded: this.upgraded,
      upgradeFailures: this.#upgradeFailures,
      lostSessions: this.#lostSessions,
      reconnected: this.reconnected,
      open: this.#open(),
      sent: this.sent,
      missed: this.missed,
      echoed: this.echoed,
      corrupted: this.corrupted,
      pings: this.pings,
      pongs: this.pongs,
      latency: this.latency.encode(),
      lag: this.lag.encode(),
      phases: Object.fromEntries([...this.#phases].map(([phase, times]): [string, EncodedDistribution] => [phase, times.encode()])),
      cpuPercent: this.#cpuSince(nowMs),
      rssBytes: ownRssBytes(),
    };
    this.series.push(bucket);
    this.#clear();
    this.#onBucket(bucket);
  }

  #clear(): void {
    this.attempts = this.upgraded = this.reconnected = 0;
    this.sent = this.missed = this.echoed = this.corrupted = this.pings = this.pongs = 0;
    if (this.latency.count > 0) this.latency = new Distribution();
    if (this.lag.count > 0) this.lag = new Distribution();
    this.#phases = new Map();
    this.#upgradeFailures = {};
    this.#lostSessions = {};
  }

  #cpuSince(nowMs: number): number {
    const elapsedMs = nowMs - this.#cpuAtMs;
    if (elapsedMs < LEAST_ELAPSED_MS) return this.#cpuPercent;
    const used = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    this.#cpuAtMs = nowMs;
    this.#cpuPercent = Math.round((used.user + used.system) / elapsedMs) / 10;
    return this.#cpuPercent;
  }
}
