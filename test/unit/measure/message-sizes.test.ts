import { describe, expect, it } from 'vitest';
import { largestMessage, messageSizes } from '../../../harness/measure/message-sizes.ts';

const sample = (sizeOf: (n: number) => number): number[] => Array.from({ length: 20_000 }, (_, n) => sizeOf(n));

describe('messageSizes', () => {
  it('keeps a fixed size', () => {
    expect(new Set(sample(messageSizes({ kind: 'fixed', bytes: 7 }, 1)))).toEqual(new Set([7]));
  });

  it('spreads a uniform size evenly, both ends included', () => {
    const sizes = sample(messageSizes({ kind: 'uniform', fromBytes: 10, toBytes: 13 }, 1));
    for (const bytes of [10, 11, 12, 13]) expect(sizes.filter((size) => size === bytes).length / sizes.length).toBeCloseTo(0.25, 1);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([10, 13]);
  });

  it('weighs sizes', () => {
    const of = [
      { bytes: 100, weight: 3 },
      { bytes: 5, weight: 1 },
    ];
    const sizes = sample(messageSizes({ kind: 'weighted', of }, 2));
    expect(sizes.filter((size) => size === 100).length / sizes.length).toBeCloseTo(0.75, 1);
    expect(largestMessage({ kind: 'weighted', of })).toBe(100);
  });

  it('is the same for the same seed and number, and other for another seed', () => {
    const size = { kind: 'uniform', fromBytes: 0, toBytes: 1000 } as const;
    expect(sample(messageSizes(size, 3))).toEqual(sample(messageSizes(size, 3)));
    expect(sample(messageSizes(size, 3))).not.toEqual(sample(messageSizes(size, 4)));
  });
});
