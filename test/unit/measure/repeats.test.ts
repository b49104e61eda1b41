import { expect, it } from 'vitest';
import { highestUnseenRate, repeatsToRuleOut } from '../../../harness/measure/repeats.ts';

it('bounds a rate that did not show by about three by the number of repeats', () => {
  expect(highestUnseenRate(0)).toBe(1);
  expect(highestUnseenRate(1)).toBeCloseTo(0.95);
  expect(highestUnseenRate(3)).toBeCloseTo(0.632, 3);
  expect(highestUnseenRate(1000)).toBeCloseTo(3 / 1000, 4);
});

it('states how many repeats rule a rate out', () => {
  expect([1, 1 / 2, 1 / 3, 0.05, 0.01].map(repeatsToRuleOut)).toEqual([1, 5, 8, 59, 299]);
  expect(repeatsToRuleOut(0)).toBe(Infinity);
  for (const rate of [0.5, 0.1, 0.03]) expect(highestUnseenRate(repeatsToRuleOut(rate))).toBeLessThanOrEqual(rate);
});
