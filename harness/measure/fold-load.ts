import { HarnessError } from '../errors.ts';
import type { EncodedDistribution } from '../model/distribution.ts';
import type { LoadTotals } from '../model/evidence.ts';
import { LOAD_PHASES, type LoadBucket, type LoadPhase, type LoadResult, type PhaseTimes } from '../model/load.ts';
import { Distribution } from './distribution.ts';
import { judgeGenerator } from './generator-health.ts';

type Counts = Readonly<Record<string, number>>;

/** What a series comes to: everything adds up, percentiles come from the added counts. `drivers`: how many generators are in it. */
export function foldLoad(series: readonly LoadBucket[], drivers = 1): LoadTotals {
  const sum = (of: (bucket: LoadBucket) => number): number => series.reduce((total, bucket) => total + of(bucket), 0);
  const [sent, echoed] = [sum((bucket) => bucket.sent), sum((bucket) => bucket.echoed)];
  return {
    attempts: sum((bucket) => bucket.attempts),
    upgraded: sum((bucket) => bucket.upgraded),
    upgradeFailures: addCounts(series.map((bucket) => bucket.upgradeFailures)),
    sent,
    echoed,
    unanswered: sent - echoed,
    missed: sum((bucket) => bucket.missed),
    corrupted: sum((bucket) => bucket.corrupted),
    lostSessions: addCounts(series.map((bucket) => bucket.lostSessions)),
    reconnected: sum((bucket) => bucket.reconnected),
    pings: sum((bucket) => bucket.pings),
    pongs: sum((bucket) => bucket.pongs),
    latency: addDistributions(series.map((bucket) => bucket.latency)).encode(),
    phases: addPhases(series.map((bucket) => bucket.phases)),
    generator: judgeGenerator(addDistributions(series.map((bucket) => bucket.lag)), cpuWhileMeasuring(series), drivers),
  };
}

/**
 * One result of several generators that shared a load: buckets are added by their index. Starts with the first and ends with the last; `cut` when one was, else
 * `stopped` when one was. Throws RUN_ERR_BAD_EVIDENCE when the buckets are not equally long.
 */
export function mergeResults(results: readonly LoadResult[]): LoadResult {
  const [first] = results;
  if (first === undefined || results.some(({ bucketMs }) => bucketMs !== first.bucketMs)) {
    const seen = results.map(({ bucketMs }) => `${bucketMs} ms`).join(', ');
    throw new HarnessError('RUN_ERR_BAD_EVIDENCE', `results to merge have buckets of one length, saw ${seen || 'no result'}`);
  }
  const buckets = results.reduce((most, { series }) => Math.max(most, series.length), 0);
  return {
    startedAtMs: results.reduce((earliest, { startedAtMs }) => Math.min(earliest, startedAtMs), Number.POSITIVE_INFINITY),
    endedAtMs: results.reduce((latest, { endedAtMs }) => Math.max(latest, endedAtMs), 0),
    ended: (['cut', 'stopped'] as const).find((end) => results.some(({ ended }) => ended === end)) ?? 'complete',
    bucketMs: first.bucketMs,
    series: Array.from({ length: buckets }, (_, index) => addBuckets(results.flatMap(({ series }) => series[index] ?? []))),
  };
}

/** The same piece of time of several generators. */
function addBuckets(buckets: readonly LoadBucket[]): LoadBucket {
  const { generator, unanswered: _unanswered, ...totals } = foldLoad(buckets);
  const sum = (of: (bucket: LoadBucket) => number): number => buckets.reduce((total, bucket) => total + of(bucket), 0);
  return {
    ...totals,
    lag: generator.lag,
    atMs: buckets[0]?.atMs ?? 0,
    open: sum(({ open }) => open),
    cpuPercent: rounded(sum(({ cpuPercent }) => cpuPercent)),
    rssBytes: sum(({ rssBytes }) => rssBytes),
  };
}

/** Mean over the buckets, each as much as it has echoes: what was busy while nothing was timed distorted nothing. */
function cpuWhileMeasuring(series: readonly LoadBucket[]): number {
  const isTimed = series.some(({ echoed }) => echoed > 0);
  const weights = series.map(({ echoed }) => (isTimed ? echoed : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return total === 0 ? 0 : rounded(series.reduce((sum, { cpuPercent }, index) => sum + cpuPercent * (weights[index] ?? 0), 0) / total);
}

const rounded = (percent: number): number => Math.round(percent * 10) / 10;

function addCounts(all: readonly Counts[]): Counts {
  const sums: Record<string, number> = {};
  for (const counts of all) for (const [label, count] of Object.entries(counts)) sums[label] = (sums[label] ?? 0) + count;
  return sums;
}

function addDistributions(all: readonly EncodedDistribution[]): Distribution {
  const sum = new Distribution();
  for (const encoded of all) if (encoded.count > 0) sum.add(Distribution.decode(encoded));
  return sum;
}

function addPhases(all: readonly PhaseTimes[]): PhaseTimes {
  const sums: { [Phase in LoadPhase]?: EncodedDistribution } = {};
  for (const phase of LOAD_PHASES) {
    const parts = all.flatMap((phases) => phases[phase] ?? []);
    if (parts.length > 0) sums[phase] = addDistributions(parts).encode();
  }
  return sums;
}
