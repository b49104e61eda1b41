import { foldLoad } from '../measure/fold-load.ts';
import type { LoadBucket } from '../model/load.ts';

/**
 * What several generators told over some time as one bucket: counts and distributions add up, and of each generator the latest bucket says what is open and how much
 * memory it takes. `fresh`: what each told in that time. `latest`: the last bucket that each ever told; those that told none are left out.
 */
export function joinBuckets(fresh: readonly (readonly LoadBucket[])[], latest: readonly LoadBucket[]): LoadBucket {
  const { generator, unanswered: _, ...totals } = foldLoad(fresh.flat());
  const sum = (of: (bucket: LoadBucket) => number): number => latest.reduce((total, bucket) => total + of(bucket), 0);
  return {
    ...totals,
    lag: generator.lag,
    atMs: Math.min(...fresh.flatMap(([first]) => first?.atMs ?? []), ...latest.map(({ atMs }) => atMs)),
    open: sum(({ open }) => open),
    cpuPercent: sum(({ cpuPercent }) => cpuPercent),
    rssBytes: sum(({ rssBytes }) => rssBytes),
  };
}
