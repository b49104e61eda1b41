import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../harness/cli/program.ts';
import { checkBounds, parseOf, parseStep, parseWhole } from '../../../harness/cli/knee-options.ts';
import { EXIT } from '../../../harness/errors.ts';

describe('options of a search', () => {
  it.each([
    ['3s', 3000],
    ['500ms', 500],
    ['1.5s', 1500],
    ['2m', 120_000],
  ])('take %s as a step', (text, ms) => {
    expect(parseStep(text)).toBe(ms);
  });

  it.each(['', '3', '100ms', '11m', '-3s', '3 s', '3h', 's'])('refuse %j as a step', (text) => {
    expect(() => parseStep(text)).toThrow(/--step to be a duration from 200ms to 10m/);
  });

  it('refuse numbers out of bounds, other things to raise, and a search with nowhere to go', () => {
    expect(() => parseWhole('0', '--from', 1, 10)).toThrow(/--from to be a whole number from 1 to 10, got '0'/);
    expect(() => parseWhole('1e9', '--from', 1, 10)).toThrow(/got '1e9'/);
    expect(() => parseOf('rate')).toThrow(/messages or connections/);
    expect(() => checkBounds({ from: 10, most: 9 })).toThrow(/--most to be at least --from, 10, got 9/);
  });

  it.each([
    [['knee', '--limit', 'failures == 0']],
    [['knee', '--path', 'haproxy-plain']],
    [['knee', '--path', 'haproxy-plain', '--limit', 'p98 < 1s']],
    [['knee', '--path', 'haproxy-*', '--limit', 'failures == 0']],
  ])('end %j with the code of bad input before any lab', async (argv) => {
    expect(await runProgram(argv)).toBe(EXIT.badInput);
  });
});
