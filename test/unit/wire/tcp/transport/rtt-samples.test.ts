import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../harness/measure/seeded-random.ts';
import { RttSamples } from '../../../../../harness/wire/tcp/transport/rtt-samples.ts';

describe('RttSamples', () => {
  it('is exact for a few samples', () => {
    const samples = new RttSamples();
    for (const ms of [5, 1, 9, 2]) samples.add(ms * 1e9, ms * 1e6);
    expect(samples.summary(1000)).toEqual({
      count: 4,
      minMs: 1,
      medianMs: 3.5,
      maxMs: 9,
      overTime: [
        [1_001_000, 1],
        [expect.closeTo(1_001_934.27, 1), 2],
        [expect.closeTo(1_004_870.5, 1), 5],
        [expect.closeTo(1_008_874.5, 1), 9],
      ],
    });
  });

  it('has nothing to say without samples', () => {
    expect(new RttSamples().summary(0)).toBeNull();
  });

  it('stays near the true median of many samples and follows them over time', () => {
    const random = seededRandom(3);
    const samples = new RttSamples();
    const count = 100_000;
    // Ten milliseconds in the first half, thirty in the second, each give or take one.
    for (let n = 0; n < count; n += 1) samples.add(n * 1e6, (n < count / 2 ? 10e6 : 30e6) + (random() - 0.5) * 2e6);
    const summary = samples.summary(0);
    expect(summary?.count).toBe(count);
    expect(summary?.overTime.length).toBeGreaterThan(29);
    expect(summary?.overTime.length).toBeLessThanOrEqual(60);
    const medians = (from: number, to: number): readonly number[] =>
      (summary?.overTime ?? []).filter(([atMs]) => atMs >= from && atMs < to).map(([, medianMs]) => Math.round(medianMs / 2) * 2);
    expect(new Set(medians(0, 45_000))).toEqual(new Set([10]));
    expect(new Set(medians(52_000, 100_000))).toEqual(new Set([30]));
  });

  it('keeps slow samples of a quiet time beside a burst', () => {
    const samples = new RttSamples();
    for (let n = 0; n < 100; n += 1) samples.add(n * 30e9, 80e6);
    for (let n = 0; n < 50_000; n += 1) samples.add(3000e9 + n * 1e5, 1e6);
    const summary = samples.summary(0);
    expect(summary).toMatchObject({ minMs: 1, medianMs: 1, maxMs: 80 });
    expect(summary?.overTime.filter(([, medianMs]) => medianMs === 80).length).toBeGreaterThan(20);
  });

  it('takes clocks that jump', () => {
    const samples = new RttSamples();
    for (let n = 0; n < 1000; n += 1) samples.add(n % 100 === 0 ? n * 1e15 : -n * 1e12, 1e6);
    expect(samples.summary(0)).toMatchObject({ count: 1000, medianMs: 1 });
  });
});
