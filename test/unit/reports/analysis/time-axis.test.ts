import { describe, expect, it } from 'vitest';
import { timeAxis } from '../../../../reports/analysis/time-axis.ts';

describe('timeAxis', () => {
  it.each([
    [0.7, ['0', '0.1 ms', '0.2 ms', '0.3 ms', '0.4 ms', '0.5 ms', '0.6 ms', '0.7 ms']],
    [10_000, ['0', '2 s', '4 s', '6 s', '8 s', '10 s']],
    [61_000, ['0', '10 s', '20 s', '30 s', '40 s', '50 s', '60 s']],
    [7_200_000, ['0', '30 min', '60 min', '90 min', '120 min']],
  ])('has round ticks over %d ms', (span, labels) => {
    expect(timeAxis(span).ticks.map(({ label }) => label)).toEqual(labels);
  });

  it('keeps everything on the axis, whatever the span', () => {
    for (const span of [0, -5, Number.NaN, Number.POSITIVE_INFINITY, 1e15]) {
      const axis = timeAxis(span);
      expect(axis.ticks.length).toBeLessThan(12);
      expect([axis.position(-1), axis.position(1e20)]).toEqual([0, 1]);
    }
  });
});
