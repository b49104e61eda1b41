import { describe, expect, it } from 'vitest';
import { t99, Z_99 } from '../../../harness/measure/student-t.ts';

describe('t99', () => {
  it('is what tables say', () => {
    expect([t99(2), t99(10)]).toEqual([9.925, 3.169]);
    expect(t99(20)).toBeCloseTo(2.845, 2);
    expect(t99(60)).toBeCloseTo(2.66, 2);
  });

  it('falls towards the normal quantile', () => {
    const values = Array.from({ length: 100 }, (_, index) => t99(index + 1));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(t99(100_000)).toBeCloseTo(Z_99, 3);
  });
});
