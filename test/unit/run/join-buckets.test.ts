import { expect, it } from 'vitest';
import { Distribution } from '../../../harness/measure/distribution.ts';
import type { LoadBucket } from '../../../harness/model/load.ts';
import { joinBuckets } from '../../../harness/run/join-buckets.ts';
import { latencies } from '../audits/evidence-builders.ts';

const bucket = (atMs: number, open: number, sent: number, us: number): LoadBucket => ({
  ...{ atMs, open, sent, echoed: sent, attempts: 1, upgraded: 1, upgradeFailures: { reset: 1 }, lostSessions: {}, reconnected: 0 },
  ...{ missed: 0, corrupted: 0, pings: 0, pongs: 0, phases: {}, cpuPercent: 10, rssBytes: 100 },
  ...{ latency: latencies(sent, () => us), lag: latencies(sent, () => 1) },
});

it('adds what generators told, and takes what is open from the latest of each', () => {
  const first = [bucket(250, 3, 10, 100), bucket(500, 5, 10, 100)];
  const joined = joinBuckets([first, []], [bucket(500, 5, 10, 100), bucket(250, 7, 10, 100)]);
  expect(joined).toMatchObject({ atMs: 250, open: 12, sent: 20, upgradeFailures: { reset: 2 }, cpuPercent: 20, rssBytes: 200 });
  expect(Distribution.decode(joined.latency).count).toBe(20);
});
