import { Distribution } from '../../../harness/measure/distribution.ts';
import { steadyProfile } from '../../../harness/measure/steady-profile.ts';
import type { EncodedDistribution } from '../../../harness/model/distribution.ts';
import type { LoadBucket, LoadProfile, Shard } from '../../../harness/model/load.ts';
import { type ShardBegin, type ShardEnd, shardLine } from '../../../harness/fleet/shard-result.ts';

export const profile: LoadProfile = {
  ...steadyProfile({ connections: 6, messagesPerSecond: 60, durationMs: 2000, payloadBytes: 32, seed: 1 }),
  compared: false,
};

export function distribution(...values: readonly number[]): EncodedDistribution {
  const made = new Distribution();
  for (const value of values) made.record(value);
  return made.encode();
}

export const bucket = (index: number, changes: Partial<LoadBucket> = {}): LoadBucket => ({
  atMs: index * 1000,
  attempts: index === 0 ? 2 : 0,
  upgraded: index === 0 ? 2 : 0,
  upgradeFailures: {},
  lostSessions: {},
  reconnected: 0,
  open: 2,
  sent: 10,
  missed: 0,
  echoed: 10,
  corrupted: 0,
  pings: 0,
  pongs: 0,
  latency: distribution(...Array.from({ length: 10 }, (_, n) => 100 + n)),
  lag: distribution(1, 2, 3),
  phases: {},
  cpuPercent: 3,
  rssBytes: 50_000_000,
  ...changes,
});

export const begin = (shard: Shard, changes: Partial<ShardBegin> = {}): string =>
  shardLine({
    kind: 'begin',
    runId: 'run-1',
    shard,
    toolVersion: '0.1.0',
    load: 'steady',
    profile,
    url: 'ws://edge.example/socket',
    spec: 'load.yaml',
    bucketMs: 1000,
    startsAtMs: 1_000_000 + shard.index,
    barrier: { roundTripMs: 0.4 + shard.index, waitedMs: 10 },
    machine: { kernel: '6.1', cpus: 2, node: 'v24.0.0' },
    ...changes,
  });

export const told = (shard: Shard, index: number, changes: Partial<LoadBucket> = {}): string =>
  shardLine({ kind: 'bucket', runId: 'run-1', shard, index, bucket: bucket(index, changes) });

export const end = (shard: Shard, changes: Partial<ShardEnd> = {}): string =>
  shardLine({
    kind: 'end',
    runId: 'run-1',
    shard,
    ended: 'complete',
    buckets: 2,
    startedAtMs: 1_000_000 + shard.index,
    endedAtMs: 1_002_000,
    because: null,
    ...changes,
  });

/** The whole result of one driver. */
export const result = (index: number, of: number): readonly string[] => {
  const shard = { index, of };
  return [begin(shard), told(shard, 0), told(shard, 1), end(shard)];
};
