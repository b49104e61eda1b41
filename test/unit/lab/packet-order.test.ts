import { describe, expect, it } from 'vitest';
import { cpuMask } from '../../../harness/lab/packet-order.ts';

describe('cpuMask', () => {
  it.each([
    [1, '1'],
    [2, '3'],
    [6, '3f'],
    [32, 'ffffffff'],
    [36, 'f,ffffffff'],
    [96, 'ffffffff,ffffffff,ffffffff'],
  ])('has a bit for each of %i CPUs, in groups of 32', (count, mask) => {
    expect(cpuMask(count)).toBe(mask);
  });
});
