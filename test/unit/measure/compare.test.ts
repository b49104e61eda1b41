import { describe, expect, it } from 'vitest';
import { compareLatency, compareQuantile } from '../../../harness/measure/compare.ts';
import { Distribution } from '../../../harness/measure/distribution.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { slots } from './slot-samples.ts';

const TRIALS = 400;
/** 1 % of the trials with what chance may add to it: more happens once in a thousand runs of a right interval. */
const MOST_FALSE = 11;

/** In how many trials a shift is told from none, and in how many the interval holds it. */
function tried(
  seed: number,
  perSlot: number,
  p: number,
  shiftUs: number,
  noiseUs: number,
): { readonly told: number; readonly held: number } {
  const random = seededRandom(seed);
  let [told, held] = [0, 0];
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const [here, there] = [slots(random, 2, perSlot, 1000 + shiftUs, noiseUs), slots(random, 2, perSlot, 1000, noiseUs)];
    const result = compareQuantile(here, there, p);
    if (result === null) throw new Error('two slots each can be compared');
    if (result.isDifferent) told += 1;
    if (result.lowMs <= shiftUs / 1000 && result.highMs >= shiftUs / 1000) held += 1;
  }
  return { told, held };
}

describe('compareQuantile', () => {
  it.each([
    [50, 0],
    [50, 300],
    [90, 0],
    [90, 2000],
    [99, 0],
    [99, 2000],
  ])('tells equal paths apart in one of a hundred runs at most, p%d with %d µs between slots', (p, noiseUs) => {
    const { told, held } = tried(p + noiseUs, 500, p, 0, noiseUs);
    expect(told).toBeLessThanOrEqual(MOST_FALSE);
    expect(held).toBeGreaterThanOrEqual(TRIALS - MOST_FALSE);
  });

  it.each([0, 300, 2000])('holds a real shift of 2 ms where slots differ by %d µs', (noiseUs) => {
    expect(tried(7 + noiseUs, 500, 50, 2000, noiseUs).held).toBeGreaterThanOrEqual(TRIALS - MOST_FALSE);
  });

  it('finds a shift of three times the smallest that was detectable, with and without noise of slots', () => {
    const random = seededRandom(3);
    for (const noiseUs of [0, 300]) {
      const detectable = Array.from({ length: 50 }, () => {
        const [here, there] = [slots(random, 2, 500, 1000, noiseUs), slots(random, 2, 500, 1000, noiseUs)];
        return compareQuantile(here, there, 50)?.smallestDetectableMs ?? 0;
      });
      const typicalUs = 1000 * (detectable.toSorted((a, b) => a - b)[25] ?? 0);
      expect(tried(11 + noiseUs, 500, 50, 3 * typicalUs, noiseUs).told).toBeGreaterThan(0.9 * TRIALS);
    }
  });

  it('tells apart exactly what exceeds the smallest detectable difference of its side', () => {
    const random = seededRandom(5);
    for (let trial = 0; trial < 100; trial += 1) {
      const result = compareQuantile(slots(random, 2, 200, 1000 + trial * 20, 100), slots(random, 2, 200, 1000, 100), 50);
      if (result === null) throw new Error('two slots each can be compared');
      expect(result.isDifferent).toBe(result.lowMs > 0 || result.highMs < 0);
      expect(result.isDifferent || Math.abs(result.deltaMs) <= result.smallestDetectableMs).toBe(true);
    }
  });

  it('is not made certain by a machine that drifts', () => {
    const random = seededRandom(9);
    const [a, b, c, d] = [0, 4000, 8000, 12_000].map((driftUs) => slots(random, 1, 5000, 1000 + driftUs, 0)[0] ?? new Distribution());
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four slots');
    expect(compareQuantile([a, d], [b, c], 50)?.isDifferent).toBe(false);
    // In the order A A B B the drift is the difference: no interval of two slots each would be right, and this one is wide.
    expect(compareQuantile([c, d], [a, b], 50)?.isDifferent).toBe(false);
  });

  it('turns round with its arguments', () => {
    const random = seededRandom(13);
    const [a, b] = [slots(random, 2, 500, 1500, 50), slots(random, 2, 500, 1000, 50)];
    const [ab, ba] = [
      compareQuantile(a, b, 50),
      compareQuantile(
        b.map((slot) => slot.encode()),
        a,
        50,
      ),
    ];
    expect(ab?.deltaMs).toBeCloseTo(-(ba?.deltaMs ?? 0), 9);
    expect(ab?.lowMs).toBeCloseTo(-(ba?.highMs ?? 0), 9);
  });

  it('compares nothing with one slot on a side, or with slots without echoes', () => {
    const [one, other] = slots(seededRandom(1), 2, 100, 1000, 0);
    if (one === undefined || other === undefined) throw new Error('two slots');
    expect(compareQuantile([one], [one, other], 50)).toBeNull();
    expect(compareQuantile([one, new Distribution()], [one, other], 50)).toBeNull();
    expect(compareQuantile([], [], 50)).toBeNull();
  });

  it('decides nothing about p99 from 50 values a slot', () => {
    const random = seededRandom(2);
    expect(compareQuantile(slots(random, 2, 50, 100_000, 0), slots(random, 2, 50, 1000, 0), 99)?.isDifferent).toBe(false);
  });
});

describe('compareLatency', () => {
  it('leaves out the percentiles that there are too few echoes for', () => {
    const random = seededRandom(4);
    const percentiles = (perSlot: number): readonly number[] =>
      compareLatency(slots(random, 2, perSlot, 1000, 0), slots(random, 2, perSlot, 1000, 0)).map(({ percentile }) => percentile);
    expect(percentiles(160)).toEqual([50, 90]);
    expect(percentiles(1000)).toEqual([50, 90, 99]);
    expect(percentiles(5000)).toEqual([50, 90, 99, 99.9]);
    expect(percentiles(0)).toEqual([]);
  });
});
