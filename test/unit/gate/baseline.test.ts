import { describe, expect, it } from 'vitest';
import type { Baseline, BaselinePath } from '../../../harness/model/baseline.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import { cutRung, rung } from '../audits/limit-builders.ts';
import { configLine } from '../audits/path-builders.ts';
import { blame, expectation, fails, finding, gate, pathExpecting, scenarios } from './gate-builders.ts';
import { baselineWith, level, NOTHING, policy, quarantine } from './policy-builders.ts';

const KNOWN = { audit: 'refused-upgrade', scenario: 'opening-handshake', host: 'haproxy' };
const against = (findings: readonly Finding[], content: Baseline, more: object = {}) =>
  gate(pathExpecting(), findings, { baseline: { content, file: 'base.json' }, ...more });
const entry = (...findings: BaselinePath['findings']): Baseline => baselineWith({ findings });

describe('a run against a baseline', () => {
  it('passes with failures that are known, marked as such', () => {
    const judged = against([fails], entry(KNOWN));
    expect(judged).toMatchObject({ verdict: 'pass', exitCode: 0, baseline: { fresh: [], mended: [], file: 'base.json' } });
    expect(judged.findings[1]).toMatchObject({ expected: true, standing: { kind: 'known' } });
    expect(judged.cells[1]).toMatchObject({ observed: 'fail', verdict: 'pass', excuse: 'known' });
    expect(judged.headline).toBe('1 path, all as declared, nothing worse than the baseline (1 known)');
  });

  it.each<[string, Partial<typeof KNOWN>]>([
    ['audit', { audit: 'idle-cutoff' }],
    ['scenario', { scenario: 'idle-hold' }],
    ['host', { host: 'nginx' }],
  ])('exits with 5 for a failure that is new by its %s', (_, more) => {
    expect(against([fails], entry({ ...KNOWN, ...more }))).toMatchObject({
      ...{ verdict: 'fail', exitCode: 5 },
      baseline: { fresh: ['refused-upgrade/subject/opening-handshake'], known: [] },
    });
  });

  it('exits with 5 on a path that the baseline does not have', () => {
    expect(against([fails], { baselineVersion: 1, paths: {} })).toMatchObject({ exitCode: 5 });
  });

  it('knows a failure whose host evidence does not name any more, and the other way round', () => {
    expect(against([{ ...fails, blame: blame('unknown') }], entry(KNOWN)).exitCode).toBe(0);
    expect(against([fails], entry({ ...KNOWN, host: 'unknown' })).exitCode).toBe(0);
  });

  it('lets one entry accept one failure', () => {
    const judged = against([fails, { ...fails, summary: 'another' }], entry(KNOWN));
    expect(judged).toMatchObject({ exitCode: 5, baseline: { fresh: ['refused-upgrade/subject/opening-handshake#2'] } });
  });

  it('tells two failures of one host apart by their lines', () => {
    const at = (text: string): Finding => ({
      ...fails,
      summary: text,
      blame: { ...blame('haproxy'), config: configLine('answers-itself', { text }) },
    });
    const known = { ...KNOWN, config: { file: 'haproxy.cfg', text: 'deny b' } };
    expect(
      against([at('deny a'), at('deny b')], entry(known))
        .findings.slice(1)
        .map(({ expected }) => expected),
    ).toEqual([false, true]);
  });

  it('fails with more cases than before, and passes with fewer', () => {
    const known = { ...KNOWN, cases: ['a', 'b'] };
    expect(against([{ ...fails, cases: ['a', 'b', 'c'] }], entry(known)).exitCode).toBe(5);
    const fewer = against([{ ...fails, cases: ['b'] }], entry(known));
    expect(fewer).toMatchObject({
      exitCode: 0,
      baseline: { mended: ['subject, opening-handshake: refused-upgrade by haproxy fails 1 fewer case'] },
    });
    expect(fewer.tightened?.paths['subject']?.findings).toEqual([{ ...KNOWN, cases: ['b'] }]);
  });

  it('says what is mended, and only where it was judged', () => {
    const mended = against([finding('pass')], entry(KNOWN));
    expect(mended).toMatchObject({ exitCode: 0, baseline: { mended: ['subject, opening-handshake: refused-upgrade by haproxy is gone'] } });
    expect(mended.tightened).toEqual(baselineWith());
    const open = against([finding('inconclusive')], entry(KNOWN), { policy: policy({ inconclusive: 'allow' }) });
    expect(open.baseline).toMatchObject({ mended: [], notCompared: [expect.stringContaining('could not be judged')] });
    expect(open.tightened).toEqual(entry(KNOWN));
  });

  it('excuses nothing on a control path, and exits as usual then', () => {
    const content = { baselineVersion: 1, paths: { direct: { findings: [KNOWN], measures: {}, thresholds: [], unmet: [] } } };
    expect(against([finding('pass'), finding('fail', { path: 'direct' })], content)).toMatchObject({ verdict: 'fail', exitCode: 1 });
  });

  it('exits as usual for too many warnings', () => {
    expect(against([fails], entry(), { policy: policy({ levels: [level('warn')], maxWarnings: 0 }) }).exitCode).toBe(1);
  });

  it('counts a failure whose quarantine has run out as new', () => {
    const rules = policy({ quarantine: [quarantine('2026-01-01')] });
    expect(against([fails], entry(), { policy: rules, startedAt: '2026-11-23T00:00:00Z' }).exitCode).toBe(5);
  });

  it('accepts a declared failure that was missing before', () => {
    const path = pathExpecting(expectation({ audit: 'idle-cutoff' }));
    const grounds = { scenarios, baseline: { content: baselineWith({ unmet: [{ audit: 'idle-cutoff', scenario: null }] }), file: 'b' } };
    expect(gate(path, [finding('pass', { auditId: 'idle-cutoff' }), finding('pass', { scenario: 'idle-hold' })], grounds)).toMatchObject({
      ...{ verdict: 'pass', exitCode: 0 },
      expectations: [{ met: false, known: true }],
    });
  });
});

describe('measures against a baseline', () => {
  const limit = { value: 75_000, unit: 'ms', tolerancePercent: 10 } as const;
  const held = (ladders: (typeof NOTHING)['ladders'], measure: BaselinePath['measures'][string] = limit) =>
    against([finding('pass')], baselineWith({ measures: { 'idle limit': measure } }), { measures: { ...NOTHING, ladders } });

  it('fail when they are worse beyond the tolerance', () => {
    expect(held([cutRung(30_000)])).toMatchObject({
      ...{ verdict: 'fail', exitCode: 5 },
      headline: 'subject: idle limit was 75 s and is 30 s: an idle socket was cut after 30 s',
      baseline: { regressions: [{ path: 'subject', measure: 'idle limit', was: 75_000, now: 30_000, unit: 'ms' }] },
    });
    expect(held([cutRung(68_000)])).toMatchObject({ verdict: 'pass', baseline: { regressions: [], mended: [] } });
  });

  it('tighten the baseline when they are better beyond the tolerance', () => {
    const better = held([cutRung(120_000)]);
    expect(better.baseline?.mended).toEqual(['subject: idle limit was 75 s and is 120 s']);
    expect(better.tightened?.paths['subject']?.measures).toEqual({ 'idle limit': { ...limit, value: 120_000 } });
    expect(held([cutRung(76_000)]).tightened?.paths['subject']?.measures).toEqual({ 'idle limit': limit });
  });

  it('are not compared when they were not measured, or less far than before', () => {
    expect(held([])).toMatchObject({ exitCode: 0, baseline: { notCompared: [expect.stringContaining('was not measured')] } });
    expect(held([rung()])).toMatchObject({
      exitCode: 0,
      baseline: { regressions: [], notCompared: [expect.stringContaining('says only at least 4 s')] },
    });
  });

  it('accept thresholds that failed before', () => {
    const rules = policy({ thresholds: [{ path: '*', expect: 'idle limit >= 75 s', because: null }] });
    const grounds = { policy: rules, measures: { ...NOTHING, ladders: [cutRung(60_000)] } };
    expect(against([finding('pass')], baselineWith({ thresholds: ['idle limit >= 75 s'] }), grounds)).toMatchObject({
      ...{ verdict: 'pass', thresholds: [{ verdict: 'fail', known: true }] },
    });
    expect(against([finding('pass')], baselineWith(), grounds)).toMatchObject({ verdict: 'fail', exitCode: 5 });
  });
});
