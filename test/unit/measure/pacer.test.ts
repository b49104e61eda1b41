import { describe, expect, it } from 'vitest';
import { constantRate, sendsWithin } from '../../../harness/measure/pacer.ts';

describe('constantRate', () => {
  it('spaces sends evenly from the start', () => {
    expect([0, 1, 4, 10].map(constantRate(4))).toEqual([0, 250, 1000, 2500]);
  });

  it('has as many sends in a duration as are due before its end', () => {
    expect([sendsWithin(4, 1000), sendsWithin(4, 1001), sendsWithin(0.5, 1000), sendsWithin(4, 0)]).toEqual([4, 5, 1, 0]);
  });
});
