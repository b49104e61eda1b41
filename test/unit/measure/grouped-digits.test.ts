import { expect, it } from 'vitest';
import { groupedDigits } from '../../../harness/measure/grouped-digits.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';

it('prints numbers as en-US does', () => {
  const english = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
  const random = seededRandom(1);
  const some = Array.from({ length: 500 }, () => (random() - 0.5) * 10 ** (random() * 15));
  for (const value of [0, -0, 0.4, -0.4, 2.5, -2.5, 999, 999.5, 1000, 1_000_000, 1e20, ...some])
    expect(groupedDigits(value)).toBe(english.format(value));
});

it('prints what has no digits as it is', () => {
  expect(groupedDigits(Number.NaN)).toBe('NaN');
});
