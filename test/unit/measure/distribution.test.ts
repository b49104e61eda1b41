import { describe, expect, it } from 'vitest';
import { Distribution } from '../../../harness/measure/distribution.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';

const of = (...values: readonly number[]): Distribution => {
  const distribution = new Distribution();
  for (const value of values) distribution.record(value);
  return distribution;
};

describe('Distribution', () => {
  it('is exact up to two milliseconds and within 0.1 % to hours', () => {
    for (let us = 1; us < 1e10; us = Math.ceil(us * 1.037)) {
      const seen = of(us, us * 3).percentile(50);
      expect(Math.abs(seen - us) / us).toBeLessThan(0.001);
      expect(us >= 2048 || seen === us).toBe(true);
    }
  });

  it('gives nearest-rank percentiles, the ends and the mean', () => {
    const distribution = of(...Array.from({ length: 100 }, (_, n) => n + 1));
    expect([0, 50, 99, 99.1, 100].map((p) => distribution.percentile(p))).toEqual([1, 50, 99, 100, 100]);
    expect([distribution.count, distribution.min, distribution.max, distribution.mean]).toEqual([100, 1, 100, 50.5]);
  });

  it('is the same whether recorded at once or merged', () => {
    const random = seededRandom(7);
    const values = Array.from({ length: 2000 }, () => Math.floor(random() * 5_000_000));
    const merged = of(...values.slice(0, 700));
    merged.add(of(...values.slice(700)));
    merged.add(new Distribution());
    expect(merged.encode()).toEqual(of(...values).encode());
  });

  it('comes back from its encoding, through JSON', () => {
    const encoded = of(3, 3, 2047, 2048, 1_234_567).encode();
    expect(encoded).toMatchObject({ unit: 'us', count: 5, minUs: 3, maxUs: 1_234_567 });
    expect(encoded.buckets.slice(0, 6)).toEqual([3, 2, 2047, 1, 2048, 1]);
    expect(Distribution.decode(JSON.parse(JSON.stringify(encoded))).encode()).toEqual(encoded);
  });

  it('has zeros when empty', () => {
    const empty = Distribution.decode(new Distribution().encode());
    expect([empty.count, empty.min, empty.max, empty.mean, empty.percentile(99)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('counts a negative duration as 0 and an endless one as the longest', () => {
    expect(of(-5).max).toBe(0);
    expect(of(1e300).max).toBe(2 ** 36);
    expect(() => of(Number.NaN)).toThrow(RangeError);
  });

  it.each([
    [[5, 1, 4, 1], 2],
    [[1, 1], 2],
    [[1, -1], -1],
    [[1.5, 1], 1],
    [[1], 1],
    [[1e9, 1], 1],
  ])('refuses damaged buckets %j of %i', (buckets, count) => {
    expect(() => Distribution.decode({ unit: 'us', count, minUs: 1, maxUs: 1, sumUs: 1, buckets })).toThrow(
      'a distribution has rising buckets',
    );
  });
});
