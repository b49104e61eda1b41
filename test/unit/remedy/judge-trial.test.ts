import { describe, expect, it } from 'vitest';
import type { JudgedFinding } from '../../../harness/model/record.ts';
import { judgeTrial, type TrialResult } from '../../../harness/remedy/judge-trial.ts';

const finding = (auditId: string, outcome: JudgedFinding['outcome'], rest: Partial<JudgedFinding> = {}): JudgedFinding => ({
  id: `${auditId}/edge/handshakes`,
  auditId,
  path: 'edge',
  scenario: 'handshakes',
  outcome,
  summary: `what ${auditId} saw`,
  blame: null,
  evidence: [],
  measures: {},
  details: [],
  expected: false,
  reproduce: '',
  ...rest,
});

const refused = finding('refused-upgrade', 'fail');
const trial = (rest: Partial<TrialResult> = {}): TrialResult => ({
  cured: [refused],
  before: [refused, finding('idle-cutoff', 'fail')],
  after: [finding('refused-upgrade', 'pass'), finding('idle-cutoff', 'fail'), finding('http', 'pass', { scenario: 'beside' })],
  absences: [],
  scenarios: ['handshakes', 'beside'],
  ...rest,
});

describe('judgeTrial', () => {
  it('verifies a remedy that makes the finding go away and brings no new one', () => {
    expect(judgeTrial(trial())).toEqual({
      status: 'verified',
      because: 'applied to a copy and run: refused-upgrade in handshakes is gone, and nothing new failed in handshakes, beside',
    });
  });

  it.each([
    ['a finding that is still there', { after: [refused, ...trial().after] }, /^refused-upgrade in handshakes is still there: what/],
    [
      'a finding that is still there for some cases',
      { after: [finding('refused-upgrade', 'fail', { cases: ['a', 'b', 'c', 'd'] }), ...trial().after] },
      /still there \(4 cases\)/,
    ],
    ['a finding that is open now', { after: [finding('refused-upgrade', 'inconclusive'), ...trial().after] }, /still there/],
    ['one that the policy allows', { after: [{ ...refused, expected: true }, ...trial().after] }, /still there/],
    ['a new failure', { after: [...trial().after, finding('lost-message', 'fail')] }, /^lost-message in handshakes came with it/],
    [
      'a new open question',
      { after: [...trial().after, finding('lost-message', 'inconclusive')] },
      /^lost-message in handshakes came with it/,
    ],
    [
      'the same failure in another scenario',
      { after: [...trial().after, finding('idle-cutoff', 'fail', { scenario: 'beside' })] },
      /^idle-cutoff in beside came with it/,
    ],
    ['a scenario without any finding', { after: trial().after.slice(0, 2) }, /^beside could not be measured/],
    [
      'a config that is not accepted',
      { absences: [{ scenario: 'handshakes', code: 'CONFIG_ERR_REJECTED', because: 'nginx refuses its config' }] },
      /^the config is not accepted: nginx refuses its config/,
    ],
    [
      'a proxy that died',
      { absences: [{ scenario: 'beside', code: 'LAB_ERR_HOST_DIED', because: 'it ended' }] },
      /^beside could not be measured: it ended/,
    ],
  ] satisfies readonly (readonly [string, Partial<TrialResult>, RegExp])[])('fails a remedy with %s', (_, rest, because) => {
    const judged = judgeTrial(trial(rest));
    expect(judged.status).toBe('failed');
    expect(judged.because).toMatch(because);
  });

  it('counts neither what the policy allows nor a quirk of the program', () => {
    const excused = [
      finding('added-latency', 'fail', { expected: true }),
      finding('refused-upgrade', 'fail', { expected: true, quirk: 'known' }),
    ];
    expect(judgeTrial(trial({ after: [...trial().after, ...excused] })).status).toBe('verified');
  });
});
