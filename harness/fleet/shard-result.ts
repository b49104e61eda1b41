import type { LoadBucket, LoadEnd, LoadProfile, Shard } from '../model/load.ts';

/*
 * What one of several drivers writes, one JSON value a line: `begin`, a `bucket` for each piece of time as it is over, `end`. Every line says whose it is, so that
 * lines of several drivers may stand in one log, with prefixes before them and foreign lines between them. A driver that was killed leaves no `end`.
 */

/** Version of these lines. Every line begins with it, which is also what tells our lines from others. */
export const SHARD_RESULT_VERSION = 1;

/** The first bytes of every line. */
export const LINE_START = '{"hopscopeDrive":';

interface ShardLineHead {
  readonly hopscopeDrive: number;
  /** Equal in all drivers of a run, and in no other run. */
  readonly runId: string;
  readonly shard: Shard;
}

/** How well the starts of the drivers agree. Null for a driver that was alone. */
export interface BarrierSeen {
  /** From this driver's hello to the answer: what it was told was at the most so old. 0 for the one that held the barrier. */
  readonly roundTripMs: number;
  readonly waitedMs: number;
}

export interface ShardBegin extends ShardLineHead {
  readonly kind: 'begin';
  readonly toolVersion: string;
  /** Name of the profile in the spec. */
  readonly load: string;
  readonly profile: LoadProfile;
  /** Without what may be secret: user, password, and values of the query. */
  readonly url: string;
  /** The spec file as its user knows it. */
  readonly spec: string;
  readonly bucketMs: number;
  /** When the schedules were to begin, by this machine's clock (Unix ms). */
  readonly startsAtMs: number;
  readonly barrier: BarrierSeen | null;
  readonly machine: { readonly kernel: string; readonly cpus: number; readonly node: string };
}

export interface ShardBucket extends ShardLineHead {
  readonly kind: 'bucket';
  readonly index: number;
  readonly bucket: LoadBucket;
}

export interface ShardEnd extends ShardLineHead {
  readonly kind: 'end';
  readonly ended: LoadEnd;
  /** Buckets that were told. */
  readonly buckets: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Why it did not end as it was to; null when it did. */
  readonly because: string | null;
}

export type ShardLine = ShardBegin | ShardBucket | ShardEnd;

type WithoutVersion<Line> = Line extends ShardLine ? Omit<Line, 'hopscopeDrive'> : never;

/** One line, without its line feed. */
export const shardLine = (line: WithoutVersion<ShardLine>): string => JSON.stringify({ hopscopeDrive: SHARD_RESULT_VERSION, ...line });

/** `2/5` for messages: counted from 0, as Kubernetes and `--shard` count. */
export const shardTitle = ({ index, of }: Shard): string => `${String(index)}/${String(of)}`;
