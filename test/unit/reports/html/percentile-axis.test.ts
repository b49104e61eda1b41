import { describe, expect, it } from 'vitest';
import { lastPercentile, msScale, percentilePosition, percentileTicks } from '../../../../reports/html/percentile-axis.ts';

describe('percentile axis', () => {
  it('puts 90, 99 and 99.9 equally far apart', () => {
    const [a, b, c] = [90, 99, 99.9].map((percentile) => percentilePosition(percentile, 99.99));
    expect(b! - a!).toBeCloseTo(1);
    expect(c! - b!).toBeCloseTo(1);
  });

  it('ends at the last percentile that the samples can tell', () => {
    expect(lastPercentile(1000)).toBeCloseTo(99.9);
    expect(percentilePosition(100, 99.9)).toBeCloseTo(3);
    expect(percentileTicks(lastPercentile(1000))).toEqual([0, 50, 90, 99, 99.9]);
  });
});

describe('msScale', () => {
  it('is linear from 0 while the tail is near', () => {
    const scale = msScale([1, 2, 4.1]);
    expect(scale.logarithmic).toBe(false);
    expect(scale.ticks).toEqual([0, 1, 2, 3, 4, 5]);
    expect(scale.position(2.5)).toBeCloseTo(0.5);
  });

  it('is logarithmic when the tail is far', () => {
    const scale = msScale([0.4, 231]);
    expect(scale.logarithmic).toBe(true);
    expect(scale.ticks).toEqual([0.1, 1, 10, 100, 1000]);
    expect(scale.position(10)).toBeCloseTo(0.5);
  });

  it('survives values that cannot be drawn', () => {
    expect(msScale([]).ticks.length).toBeGreaterThan(1);
    expect(msScale([0, Number.NaN, 3]).position(3)).toBeLessThanOrEqual(1);
  });
});
