import { describe, expect, it } from 'vitest';
import { daysLeft } from '../../../harness/gate/quarantine.ts';
import { fails, finding, gate, idleCut, pathExpecting, scenarios } from './gate-builders.ts';
import { level, policy, quarantine } from './policy-builders.ts';

describe('levels of a policy', () => {
  it('let a failure be that is off, and say why', () => {
    const judged = gate(pathExpecting(), [fails], { policy: policy({ levels: [level('off')] }) });
    expect(judged).toMatchObject({ verdict: 'pass', exitCode: 0, warnings: { count: 0 } });
    expect(judged.findings[1]).toMatchObject({ expected: true, standing: { kind: 'off', because: 'so be it' } });
  });

  it('make a warning of a failure: the cell passes with a mark, the exit code is 0', () => {
    const judged = gate(pathExpecting(), [fails], { policy: policy({ levels: [level('warn')] }) });
    expect(judged).toMatchObject({ verdict: 'pass', exitCode: 0, warnings: { count: 1, max: null } });
    expect(judged.cells[1]).toMatchObject({ observed: 'fail', verdict: 'pass', excuse: 'warned' });
    expect(judged.headline).toBe('1 path, all as declared, 1 warning');
  });

  it.each([
    [0, 1, 'fail'],
    [1, 0, 'pass'],
  ] as const)('fail with more warnings than %d may be', (maxWarnings, exitCode, verdict) => {
    const judged = gate(pathExpecting(), [fails], { policy: policy({ levels: [level('warn')], maxWarnings }) });
    expect(judged).toMatchObject({ verdict, exitCode });
    expect(judged.headline).toBe(exitCode === 0 ? '1 path, all as declared, 1 warning' : '1 warning, and the policy lets none be');
  });

  it('count the last rule that matches', () => {
    const levels = [level('off'), level('error', { audit: 'refused-*', path: 'sub*' })];
    expect(gate(pathExpecting(), [fails], { policy: policy({ levels }) }).verdict).toBe('fail');
    expect(gate(pathExpecting(), [fails], { policy: policy({ levels: levels.toReversed() }) }).verdict).toBe('pass');
  });

  it.each([{ audit: 'idle-*' }, { path: 'other*' }, { scenario: 'idle-hold' }])('are about nothing else: %o', (more) => {
    expect(gate(pathExpecting(), [fails], { policy: policy({ levels: [level('warn', more)] }) }).verdict).toBe('fail');
  });

  it('excuse nothing on a control path', () => {
    const judged = gate(pathExpecting(), [finding('fail', { path: 'direct' }), finding('pass')], {
      policy: policy({ levels: [level('off')] }),
    });
    expect(judged.verdict).toBe('fail');
  });

  it('make a warning of what is inconclusive', () => {
    const judged = gate(pathExpecting(), [finding('inconclusive')], { policy: policy({ levels: [level('warn')] }) });
    expect(judged).toMatchObject({ verdict: 'pass', warnings: { count: 1 } });
  });
});

describe('quarantine', () => {
  const startedAt = '2026-11-23T08:00:00Z';

  it.each([
    ['2026-11-23', 1],
    ['2026-11-24', 2],
    ['2026-11-22', 0],
    ['2027-01-31', 70],
    ['never', 0],
  ])('until %s has %d days left', (until, left) => {
    expect(daysLeft(until, startedAt)).toBe(left);
  });

  it('makes a warning until the end of its last day in UTC', () => {
    const rules = [quarantine('2026-11-23')];
    const judged = gate(pathExpecting(), [fails], { policy: policy({ quarantine: rules }), startedAt: '2026-11-23T23:59:59Z' });
    expect(judged).toMatchObject({
      verdict: 'pass',
      warnings: { count: 1 },
      quarantines: [{ daysLeft: 1, findings: ['refused-upgrade/subject/opening-handshake'] }],
    });
    expect(judged.findings[1]?.standing).toEqual({ kind: 'quarantined', because: 'ticket 7', until: '2026-11-23', daysLeft: 1 });
  });

  it('counts fully after it, and says so', () => {
    const rules = [quarantine('2026-11-23')];
    const judged = gate(pathExpecting(), [fails], { policy: policy({ quarantine: rules }), startedAt: '2026-11-24T00:00:00Z' });
    expect(judged).toMatchObject({ verdict: 'fail', exitCode: 1, warnings: { count: 0 }, quarantines: [{ daysLeft: 0 }] });
    expect(judged.findings[1]).toMatchObject({ expected: false, standing: { kind: 'quarantine-over' } });
  });

  it('is as long as the longest of those that match', () => {
    const rules = [quarantine('2026-01-01'), quarantine('2027-01-01', { scenario: 'idle-hold' })];
    const judged = gate(pathExpecting(), [finding('pass'), { ...idleCut, scenario: 'idle-hold' }], {
      ...{ policy: policy({ quarantine: rules }), startedAt, scenarios },
    });
    expect(judged).toMatchObject({ verdict: 'pass', quarantines: [{ findings: [] }, { findings: ['idle-cutoff/subject/idle-hold'] }] });
  });
});
