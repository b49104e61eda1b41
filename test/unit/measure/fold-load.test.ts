import { describe, expect, it } from 'vitest';
import { Distribution } from '../../../harness/measure/distribution.ts';
import { foldLoad, mergeResults } from '../../../harness/measure/fold-load.ts';
import type { LoadBucket, LoadResult } from '../../../harness/model/load.ts';

function times(...us: readonly number[]) {
  const distribution = new Distribution();
  for (const value of us) distribution.record(value);
  return distribution.encode();
}

const bucket = (more: Partial<LoadBucket>): LoadBucket => ({
  atMs: 0,
  attempts: 1,
  upgraded: 1,
  upgradeFailures: {},
  lostSessions: {},
  reconnected: 0,
  open: 1,
  sent: 0,
  missed: 0,
  echoed: 0,
  corrupted: 0,
  pings: 0,
  pongs: 0,
  latency: times(),
  lag: times(),
  phases: {},
  cpuPercent: 10,
  rssBytes: 100,
  ...more,
});
const result = (series: readonly LoadBucket[], more: Partial<LoadResult> = {}): LoadResult => ({
  startedAtMs: 1000,
  endedAtMs: 2000,
  ended: 'complete',
  bucketMs: 1000,
  series,
  ...more,
});

const A = bucket({
  sent: 3,
  echoed: 2,
  latency: times(10, 30),
  upgradeFailures: { 503: 2 },
  phases: { connect: times(5) },
  cpuPercent: 20,
});
const B = bucket({
  atMs: 1000,
  sent: 1,
  echoed: 1,
  latency: times(20),
  upgradeFailures: { 503: 1, reset: 1 },
  lostSessions: { fin: 1 },
  missed: 4,
});

describe('foldLoad', () => {
  it('adds counts, labels and distributions', () => {
    expect(foldLoad([A, B])).toMatchObject({
      attempts: 2,
      upgraded: 2,
      sent: 4,
      echoed: 3,
      unanswered: 1,
      missed: 4,
      upgradeFailures: { 503: 3, reset: 1 },
      lostSessions: { fin: 1 },
      latency: times(10, 20, 30),
      phases: { connect: times(5) },
    });
  });

  it('judges the generator by its lag and by the CPU while echoes came', () => {
    expect(foldLoad([A, B]).generator).toMatchObject({ cpuPercent: 16.7, wasBottleneck: false });
    expect(foldLoad([bucket({ lag: times(9000) })]).generator).toMatchObject({ cpuPercent: 10, wasBottleneck: true });
    expect(foldLoad([]).generator).toMatchObject({ cpuPercent: 0, wasBottleneck: false });
  });
});

describe('mergeResults', () => {
  it('adds the buckets of several generators by their index, losing nothing', () => {
    const merged = mergeResults([result([A, B]), result([B], { startedAtMs: 990, endedAtMs: 2100, ended: 'stopped' })]);
    expect(merged).toMatchObject({ startedAtMs: 990, endedAtMs: 2100, ended: 'stopped', bucketMs: 1000 });
    expect(merged.series.map(({ atMs, open, cpuPercent, rssBytes, sent }) => [atMs, open, cpuPercent, rssBytes, sent])).toEqual([
      [0, 2, 30, 200, 4],
      [1000, 1, 10, 100, 1],
    ]);
    const { generator: _a, ...whole } = foldLoad(merged.series);
    const { generator: _b, ...parts } = foldLoad([A, B, B]);
    expect(whole).toEqual(parts);
  });

  it('refuses buckets of other lengths, and nothing at all', () => {
    const bad = { code: 'RUN_ERR_BAD_EVIDENCE' };
    expect(() => mergeResults([result([]), result([], { bucketMs: 10 })])).toThrow(expect.objectContaining(bad));
    expect(() => mergeResults([])).toThrow(expect.objectContaining(bad));
  });

  it('is cut when one of them was', () => {
    expect(mergeResults([result([], { ended: 'stopped' }), result([], { ended: 'cut' })]).ended).toBe('cut');
  });
});
