import { describe, expect, it } from 'vitest';
import { differenceWords, signedMs } from '../../../harness/measure/difference-words.ts';

const difference = { deltaMs: 1.23, lowMs: 0.92, highMs: 1.5, isDifferent: true, smallestDetectableMs: 0.31 };

describe('differenceWords', () => {
  it('says the difference with its interval', () => {
    expect(differenceWords(difference)).toBe('+1.2 ms (0.92 to 1.5)');
    expect(differenceWords({ ...difference, deltaMs: -0.035, lowMs: -0.05, highMs: -0.02 })).toBe('-0.035 ms (-0.050 to -0.020)');
  });

  it('says how large a difference would have been seen where none was', () => {
    expect(differenceWords({ ...difference, isDifferent: false })).toBe('no difference seen, the smallest detectable was 0.31 ms');
  });
});

describe('signedMs', () => {
  it('carries its sign and as many digits as matter', () => {
    expect([signedMs(0), signedMs(12.34), signedMs(-0.5), signedMs(0.0204)]).toEqual(['+0.0 ms', '+12.3 ms', '-0.50 ms', '+0.020 ms']);
  });
});
