import { describe, expect, it } from 'vitest';
import { Distribution } from '../../../harness/measure/distribution.ts';
import { percentileCurve, summarise } from '../../../harness/measure/percentile-curve.ts';

const upTo = (size: number): Distribution => {
  const distribution = new Distribution();
  for (let n = 1; n <= size; n += 1) distribution.record(n * 1000);
  return distribution;
};

describe('summarise', () => {
  it('gives milliseconds at the percentiles a report shows', () => {
    const summary = summarise(upTo(1000).encode());
    expect(summary.count).toBe(1000);
    expect(summary.p50Ms).toBeCloseTo(500, 0);
    expect(summary.p90Ms / 900).toBeCloseTo(1, 2);
    expect(summary.p99Ms / 990).toBeCloseTo(1, 2);
    expect(summary.p999Ms / 999).toBeCloseTo(1, 2);
    expect(summary.maxMs).toBe(1000);
  });

  it('has an empty curve for an empty sample', () => {
    expect(summarise(new Distribution().encode())).toMatchObject({ count: 0, curve: [] });
  });
});

describe('percentileCurve', () => {
  it('rises from 0 to 100 and is no finer than the sample', () => {
    const curve = percentileCurve(upTo(1000));
    expect(curve.at(0)).toEqual([0, 1]);
    expect(curve.at(-1)).toEqual([100, 1000]);
    expect(curve.every(([p, ms], n) => n === 0 || (p > (curve[n - 1]?.[0] ?? 0) && ms >= (curve[n - 1]?.[1] ?? 0)))).toBe(true);
    expect(curve.at(-2)?.[0]).toBeLessThanOrEqual(99.95);
    expect(percentileCurve(upTo(10)).length).toBeLessThan(curve.length);
  });
});
