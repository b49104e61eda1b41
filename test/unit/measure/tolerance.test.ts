import { describe, expect, it } from 'vitest';
import { meets, parseTolerance } from '../../../harness/measure/tolerance.ts';

describe('tolerance', () => {
  it.each([
    ['2000±400', [1600, 2000, 2400], [1599, 2401]],
    ['2000 +- 400', [1600, 2400], [1599]],
    ['-5±1.5', [-6.5, -3.5], [-3]],
    ['>=1', [1, 2], [0.9]],
    ['<= 5', [5, -1], [5.1]],
    ['>0', [0.1], [0]],
    ['<10', [9], [10]],
    ['3', [3], [2, 4]],
    [' 0.25 ', [0.25], [0]],
  ])('%s', (text, inside, outside) => {
    const tolerance = parseTolerance(text);
    if (tolerance === null) throw new Error('not read');
    expect(inside.every((value) => meets(tolerance, value))).toBe(true);
    expect(outside.some((value) => meets(tolerance, value))).toBe(false);
  });

  it.each(['', 'x', '1±', '±1', '1±-1', '=>1', '1e3', '>=1 <=2', 'NaN', '1,5'])('does not read %j', (text) => {
    expect(parseTolerance(text)).toBeNull();
  });

  it('is not met by what was not measured', () => {
    expect(meets({ kind: 'at-most', value: 5 }, Number.NaN)).toBe(false);
  });
});
