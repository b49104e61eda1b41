import { Distribution } from '../measure/distribution.ts';
import type { LoadBucket } from '../model/load.ts';
import type { LoadPoint } from '../model/record.ts';

/** No screen shows more, and the record stays small. */
const MOST_POINTS = 600;

/** Buckets of a load as points, with the width of one. Where there are too many, neighbours are joined: counts added up, distributions merged. */
export function loadPoints(
  series: readonly LoadBucket[],
  bucketMs: number,
): { readonly bucketMs: number; readonly points: readonly LoadPoint[] } {
  const size = Math.max(1, Math.ceil(series.length / MOST_POINTS));
  const points = Array.from({ length: Math.ceil(series.length / size) }, (_, index) =>
    pointOf(series.slice(index * size, (index + 1) * size)),
  );
  return { bucketMs: bucketMs * size, points };
}

function pointOf(buckets: readonly LoadBucket[]): LoadPoint {
  const sum = (of: (bucket: LoadBucket) => number): number => buckets.reduce((total, bucket) => total + of(bucket), 0);
  const latency = new Distribution();
  for (const bucket of buckets) if (bucket.latency.count > 0) latency.add(Distribution.decode(bucket.latency));
  const ms = (percentile: number): number | null => (latency.count === 0 ? null : latency.percentile(percentile) / 1000);
  return {
    atMs: buckets[0]?.atMs ?? 0,
    open: buckets.at(-1)?.open ?? 0,
    upgraded: sum(({ upgraded }) => upgraded),
    failedUpgrades: sum(({ upgradeFailures }) => total(upgradeFailures)),
    lostSessions: sum(({ lostSessions }) => total(lostSessions)),
    sent: sum(({ sent }) => sent),
    echoed: sum(({ echoed }) => echoed),
    missed: sum(({ missed }) => missed),
    corrupted: sum(({ corrupted }) => corrupted),
    pongs: sum(({ pongs }) => pongs),
    p50Ms: ms(50),
    p90Ms: ms(90),
    p99Ms: ms(99),
    maxMs: ms(100),
  };
}

const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
