import { describe, expect, it } from 'vitest';
import { judgeRepeats } from '../../../harness/gate/judge-repeats.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { blame, fails, finding } from './gate-builders.ts';

const told = (...runs: readonly (readonly Finding[])[]) => {
  const { findings, repeats } = judgeRepeats(runs);
  return findings.map((one) => [one.outcome, repeats.get(one) ?? null]);
};

describe('judgeRepeats', () => {
  it('calls a failure of all runs firm', () => {
    expect(told([fails], [fails], [fails])).toEqual([['fail', { failed: 3, of: 3 }]]);
  });

  it('counts a failure of some, whichever run was the last', () => {
    expect(told([fails], [finding('pass')], [finding('pass')])).toEqual([
      ['pass', null],
      ['fail', { failed: 1, of: 3 }],
    ]);
    expect(told([finding('pass')], [fails])).toEqual([['fail', { failed: 1, of: 2 }]]);
  });

  it('leaves runs out that could not tell', () => {
    expect(told([fails], [finding('inconclusive')], [])).toEqual([['fail', { failed: 1, of: 1 }]]);
    expect(told([finding('inconclusive')], [finding('inconclusive')])).toEqual([['inconclusive', null]]);
  });

  it('tells failures of different hosts apart', () => {
    expect(told([fails], [{ ...fails, blame: blame('nginx') }])).toEqual([
      ['fail', { failed: 1, of: 2 }],
      ['fail', { failed: 1, of: 2 }],
    ]);
  });
});
