import { describe, expect, it } from 'vitest';
import { compareQuantile } from '../../../harness/measure/compare.ts';
import { Distribution } from '../../../harness/measure/distribution.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';

/** Exponential latencies with a mean of 1 ms over a base, in microseconds. */
const sample = (seed: number, size: number, baseUs: number): Distribution => {
  const random = seededRandom(seed);
  const distribution = new Distribution();
  for (let n = 0; n < size; n += 1) distribution.record(baseUs - 1000 * Math.log(1 - random()));
  return distribution;
};

describe('compareQuantile', () => {
  it.each([50, 99])('finds a difference of 2 ms at p%i and brackets it', (p) => {
    const result = compareQuantile(sample(1, 4000, 3000), sample(2, 4000, 1000), p);
    expect(result?.isDifferent).toBe(true);
    expect(result?.lowMs).toBeLessThan(2);
    expect(result?.highMs).toBeGreaterThan(2);
    expect((result?.subjectMs ?? 0) - (result?.controlMs ?? 0)).toBeCloseTo(result?.deltaMs ?? 0, 6);
  });

  it('rarely calls equal samples different', () => {
    const different = Array.from({ length: 200 }, (_, n) => compareQuantile(sample(2 * n + 10, 500, 0), sample(2 * n + 11, 500, 0), 50));
    expect(different.filter((result) => result?.isDifferent).length).toBeLessThan(10);
  });

  it('turns round with its arguments', () => {
    const [a, b] = [sample(3, 1000, 500), sample(4, 1000, 0)];
    const [ab, ba] = [compareQuantile(a, b, 50), compareQuantile(b.encode(), a.encode(), 50)];
    expect(ab?.deltaMs).toBeCloseTo(-(ba?.deltaMs ?? 0), 9);
    expect(ab?.lowMs).toBeCloseTo(-(ba?.highMs ?? 0), 9);
  });

  it('decides nothing about p99 from 50 values', () => {
    expect(compareQuantile(sample(5, 50, 100_000), sample(6, 50, 0), 99)?.isDifferent).toBe(false);
  });

  it('has nothing to compare with an empty sample', () => {
    expect(compareQuantile(new Distribution(), sample(1, 10, 0), 50)).toBeNull();
  });
});
