import { describe, expect, it } from 'vitest';
import { formatDuration, formatMeasure, formatMs, formatMsDifference, formatShare, plural } from '../../../reports/numbers.ts';

describe('numbers for readers', () => {
  it('gives milliseconds about three digits', () => {
    expect([0.417, 3.814, 42.26, 205.4, 1240.2].map(formatMs)).toEqual(['0.42 ms', '3.81 ms', '42.3 ms', '205 ms', '1,240 ms']);
  });

  it('gives a difference its sign', () => {
    expect([1.24, 0, -0.1].map(formatMsDifference)).toEqual(['+1.24 ms', '+0.00 ms', '−0.10 ms']);
  });

  it('gives durations in seconds, then in minutes', () => {
    expect([41_237, 200_000].map(formatDuration)).toEqual(['41.2 s', '3 min 20 s']);
  });

  it('gives no share of nothing', () => {
    expect([formatShare(2, 83), formatShare(0, 0)]).toEqual(['2.41 %', null]);
  });

  it('reads the unit of a measure from its name', () => {
    expect(formatMeasure('limitMs', 2003)).toEqual(['limit', '2,003 ms']);
    expect(formatMeasure('retransSegs', 14)).toEqual(['retrans', '14 segments']);
    expect(formatMeasure('failedCases', 12)).toEqual(['failed cases', '12']);
    expect(formatMeasure('sharePercent', 2.03125)).toEqual(['share', '2.031 %']);
  });

  it('agrees nouns with their number', () => {
    expect([plural(1, 'path'), plural(2, 'path')]).toEqual(['1 path', '2 paths']);
  });
});
