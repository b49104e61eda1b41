import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';

const draw = (seed: number, size: number): readonly number[] => Array.from({ length: size }, seededRandom(seed));

describe('seededRandom', () => {
  it('repeats itself for one seed and differs between neighbours', () => {
    expect(draw(5, 20)).toEqual(draw(5, 20));
    expect(draw(5, 20)).not.toEqual(draw(6, 20));
  });

  it.each([-1, 0, 1, 2 ** 31])('is spread over 0 to 1 for seed %i', (seed) => {
    const numbers = draw(seed, 4000);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(numbers.reduce((sum, number) => sum + number, 0) / 4000).toBeCloseTo(0.5, 1);
  });
});
