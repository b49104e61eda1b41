import { describe, expect, it } from 'vitest';
import type { Fault, Truth } from '../../../../bench/blame/fault.ts';
import { scoreFault, scoreHealthy, totalsOf } from '../../../../bench/blame/score.ts';
import type { Blame } from '../../../../harness/model/finding.ts';
import type { JudgedFinding, RunRecord } from '../../../../harness/model/record.ts';
import { pathWith } from '../../audits/path-builders.ts';

const { control: _, ...path } = pathWith(['haproxy']);
const TRUTH: Truth = { host: 'haproxy', direction: 'to-client', causes: ['refused-upgrade'], line: { file: 'plain.cfg', line: 3 } };
const fault = (truth: Truth | null = TRUTH): Fault => ({
  ...{ id: 'subject', about: '', family: 'config', file: 'a.yaml', scenarios: [] },
  path,
  truth,
});

const blame = (host: string, more: Partial<Blame> = {}): Blame => ({
  host,
  leg: null,
  direction: 'to-client',
  confidence: 'certain',
  because: '',
  config: { symptom: 'answers-itself', file: 'configs/plain.cfg', line: 3, column: 1, text: '', explanation: '' },
  innocent: [],
  ...more,
});
const finding = (host: string, more: Partial<JudgedFinding> & { readonly blamed?: Partial<Blame> } = {}): JudgedFinding => ({
  ...{ auditId: 'refused-upgrade', path: 'subject', scenario: 'opening-handshake', outcome: 'fail', summary: '', evidence: [] },
  ...{ measures: {}, details: [], id: '', expected: false, reproduce: '' },
  blame: blame(host, more.blamed),
  ...more,
});
const record = (...findings: readonly JudgedFinding[]): RunRecord => ({ findings }) as unknown as RunRecord;
const score = (...findings: readonly JudgedFinding[]) => scoreFault(record(...findings), fault());

describe('scoreFault', () => {
  it('gives right for host, cause, direction and line', () => {
    expect(score(finding('haproxy'))).toMatchObject({ host: 'right', cause: true, direction: true, line: true, answer: 'refused-upgrade' });
  });

  it('takes one wrong name among right ones for wrong', () => {
    expect(score(finding('haproxy'), finding('origin', { blamed: { confidence: 'likely' } }))).toMatchObject({
      host: 'wrong',
      cause: false,
    });
  });

  it('tells nobody named from nothing found', () => {
    const nobody = { confidence: 'unknown', direction: null, config: null } as const;
    expect(score(finding('unknown', { blamed: nobody }))).toMatchObject({ host: 'unknown', cause: false, direction: null });
    expect(score(finding('haproxy', { outcome: 'inconclusive' }))).toMatchObject({ host: 'missed', answer: null });
    expect(score(finding('haproxy', { path: 'another' })).host).toBe('missed');
  });

  it('leaves known quirks aside', () => {
    expect(score(finding('origin', { expected: true, quirk: 'it does so' }), finding('haproxy')).host).toBe('right');
  });

  it('judges the cause by the surest answer', () => {
    const guess = finding('haproxy', { auditId: 'idle-cutoff', blamed: { confidence: 'likely', direction: null, config: null } });
    expect(score(guess, finding('haproxy'))).toMatchObject({ cause: true, direction: true });
    expect(score(guess)).toMatchObject({ host: 'right', cause: false, direction: false, line: false });
  });
});

describe('totalsOf', () => {
  const healthy = scoreHealthy(record(), fault(null));
  const right = score(finding('haproxy'));

  it('meets the target without a wrong name and without a false accusation', () => {
    expect(totalsOf([right], [healthy])).toMatchObject({ rightHost: 1, rightCause: 1, falseAccusations: 0, meetsTarget: true });
    expect(totalsOf([right, score(finding('origin'))], [healthy])).toMatchObject({ wrongHost: 1, meetsTarget: false });
    const accused = scoreHealthy(record(finding('haproxy')), fault(null));
    expect(totalsOf([right], [accused])).toMatchObject({ falseAccusations: 1, meetsTarget: false });
  });

  it('counts a cause only with its line', () => {
    expect(totalsOf([score(finding('haproxy', { blamed: { config: null } }))], [])).toMatchObject({ rightHost: 1, rightCause: 0 });
  });

  it('does not take a failure without a name for an accusation', () => {
    const unnamed = scoreHealthy(record(finding('unknown', { blamed: { confidence: 'unknown' } })), fault(null));
    expect(unnamed).toMatchObject({ accused: [], unnamed: [expect.stringContaining('refused-upgrade')] });
    expect(totalsOf([], [unnamed]).falseAccusations).toBe(0);
  });
});
