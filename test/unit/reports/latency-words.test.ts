import { describe, expect, it } from 'vitest';
import type { LatencyDifference, LoadSummary } from '../../../harness/model/record.ts';
import { differenceWords, latencySentence } from '../../../reports/latency-words.ts';
import { SAMPLE_COMPARISONS } from '../../fixtures/record-sample-loads.ts';

const seen: LatencyDifference = {
  percentile: 99,
  subjectMs: 5,
  controlMs: 3.76,
  deltaMs: 1.24,
  lowMs: 1.1,
  highMs: 1.4,
  isDifferent: true,
  smallestDetectableMs: 0.16,
};
const load = SAMPLE_COMPARISONS[0] as LoadSummary;

describe('a latency', () => {
  it('is told as a difference with its interval', () => {
    expect(differenceWords(seen)).toBe('+1.24 ms (+1.10 to +1.40 ms)');
    expect(differenceWords({ ...seen, deltaMs: -1.24, lowMs: -1.4, highMs: -1.1 })).toBe('−1.24 ms (−1.40 to −1.10 ms)');
  });

  it('is told as the smallest that would have been seen where the interval holds 0', () => {
    expect(differenceWords({ ...seen, lowMs: -0.2, isDifferent: false })).toBe('no difference seen, the smallest detectable was 0.16 ms');
    expect(differenceWords({ ...seen, lowMs: 0, isDifferent: false })).toMatch(/^no difference seen/);
  });

  it('is not told where too few echoes came to bound it', () => {
    expect(differenceWords({ ...seen, isDifferent: false })).toBe('too few echoes to tell');
  });

  it('is not compared without control slots, not measured without echoes, inconclusive behind a bottleneck', () => {
    expect(latencySentence(load)).toBe('latency against control: p50 +0.22 ms (+0.19 to +0.26 ms); p99 +388 ms (+327 to +461 ms)');
    expect(latencySentence({ ...load, controlLatency: null, differences: [] })).toBe(
      'latency: not compared, there was no slot of a control path',
    );
    expect(latencySentence({ ...load, differences: [] })).toMatch(/^latency: not compared, two slots of each side/);
    expect(latencySentence({ ...load, latency: null })).toBe('latency: not measured, no echo came back');
    expect(latencySentence(load, 'it was late')).toBe('latency: inconclusive, it was late');
  });
});
