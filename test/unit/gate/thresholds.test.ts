import { describe, expect, it } from 'vitest';
import { cutRung } from '../audits/limit-builders.ts';
import { finding, gate, pathExpecting } from './gate-builders.ts';
import { NOTHING, policy } from './policy-builders.ts';

const measures = { ...NOTHING, ladders: [cutRung(60_000)] };
const judged = (expect: string, more: object = {}) =>
  gate(pathExpecting(), [finding('pass')], { policy: policy({ thresholds: [{ path: '*', expect, because: null }], ...more }), measures });

describe('thresholds of a policy', () => {
  it('pass, with what was measured and from what', () => {
    expect(judged('idle limit >= 60 s')).toMatchObject({
      verdict: 'pass',
      thresholds: [
        {
          path: 'subject',
          expect: 'idle limit >= 60 s',
          verdict: 'pass',
          measured: { value: 60_000, unit: 'ms' },
          because: 'an idle socket was cut after 60 s',
        },
      ],
    });
  });

  it('fail the run, and the headline says so', () => {
    expect(judged('idle limit >= 75 s')).toMatchObject({
      verdict: 'fail',
      exitCode: 1,
      headline: 'subject: expected idle limit >= 75 s, measured 60 s: an idle socket was cut after 60 s',
    });
  });

  it('are inconclusive where nothing was measured, and refused unless the policy allows it', () => {
    expect(judged('reload survival >= 99 %')).toMatchObject({ verdict: 'inconclusive', exitCode: 4, thresholds: [{ measured: null }] });
    expect(judged('reload survival >= 99 %').headline).toContain('not measured: no proxy of the path was reloaded');
    expect(judged('reload survival >= 99 %', { inconclusive: 'allow' })).toMatchObject({ exitCode: 0 });
  });

  it('are about no control path', () => {
    expect(judged('idle limit >= 1 s').thresholds.map(({ path }) => path)).toEqual(['subject']);
  });
});
