import { describe, expect, it } from 'vitest';
import { peakPerSecond } from '../../../harness/measure/peak-rate.ts';

describe('peakPerSecond', () => {
  it('is the fullest 100 ms, as a rate a second', () => {
    expect(peakPerSecond([0, 10, 20, 99, 100, 500])).toBe(40);
    expect(peakPerSecond([300, 0, 150])).toBe(10);
  });

  it('is 0 without events', () => {
    expect(peakPerSecond([])).toBe(0);
  });
});
