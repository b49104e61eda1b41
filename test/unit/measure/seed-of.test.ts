import { describe, expect, it } from 'vitest';
import { seedOf } from '../../../harness/measure/seed-of.ts';

describe('seedOf', () => {
  it('is the same for the same names and another for others, and for another seed', () => {
    const seeds = [seedOf(1, 'a', 'b'), seedOf(1, 'ab'), seedOf(1, 'b', 'a'), seedOf(2, 'a', 'b'), seedOf(1)];
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seedOf(1, 'a', 'b')).toBe(seeds[0]);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0)).toBe(true);
  });
});
