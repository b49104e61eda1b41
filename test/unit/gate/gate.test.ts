import { describe, expect, it } from 'vitest';
import { judge } from '../../../harness/gate/gate.ts';
import type { Finding } from '../../../harness/model/finding.ts';
import type { Expectation } from '../../../harness/model/path.ts';
import type { Policy } from '../../../harness/model/policy.ts';
import { control, pathWith } from '../audits/path-builders.ts';
import { STRICT, scenarios, blame, finding, expectation, pathExpecting, gate, fails, idleCut } from './gate-builders.ts';

describe('judge', () => {
  it('passes when every finding does', () => {
    expect(gate(pathExpecting(), [finding('pass')])).toMatchObject({ verdict: 'pass', exitCode: 0, headline: '1 path, all as declared' });
  });

  it('fails on a failure that nobody declared', () => {
    const judged = gate(pathExpecting(), [fails]);
    expect(judged).toMatchObject({ verdict: 'fail', exitCode: 1, headline: 'subject: it was fail' });
    expect(judged.cells).toContainEqual({
      path: 'subject',
      scenario: 'opening-handshake',
      observed: 'fail',
      verdict: 'fail',
      sentence: 'it was fail',
    });
  });

  it('passes an expected failure, and says what was observed', () => {
    const judged = gate(pathExpecting(expectation()), [finding('pass', { auditId: 'a', summary: 'fine' }), fails]);
    expect(judged).toMatchObject({ verdict: 'pass', exitCode: 0, expectations: [{ met: true, seen: '' }] });
    expect(judged.cells[1]).toEqual({
      path: 'subject',
      scenario: 'opening-handshake',
      observed: 'fail',
      verdict: 'pass',
      sentence: 'it was fail',
    });
  });

  it.each<[string, Partial<Expectation>, string]>([
    ['another host', { host: 'nginx' }, 'haproxy (limitMs 2003)'],
    ['another scenario', { scenario: 'idle-hold' }, 'none'],
    ['another audit', { audit: 'lost-first-frame' }, 'none'],
    ['a measure outside its tolerance', { measures: { limitMs: '4000±400' } }, 'haproxy (limitMs 2003)'],
    ['a measure that is missing', { measures: { retransSegs: '>=1' } }, 'haproxy (limitMs 2003)'],
    ['a tolerance that cannot be read', { measures: { limitMs: 'about 2000' } }, 'haproxy (limitMs 2003)'],
  ])('takes a failure for another one than expected: %s', (_, more, seen) => {
    const judged = gate(pathExpecting(expectation({ audit: 'idle-cutoff', ...more })), [idleCut], { scenarios });
    expect(judged).toMatchObject({ verdict: 'fail', expectations: [{ met: false, seen }] });
    expect(judged.findings.find(({ auditId }) => auditId === 'idle-cutoff')?.expected).toBe(false);
  });

  it('holds measures against their tolerances', () => {
    expect(gate(pathExpecting(expectation({ audit: 'idle-cutoff', measures: { limitMs: '2000±400' } })), [idleCut]).verdict).toBe('pass');
  });

  it('fails an expectation that did not come true', () => {
    const judged = gate(pathExpecting(expectation({ audit: 'idle-cutoff' })), [finding('pass', { auditId: 'idle-cutoff' })]);
    expect(judged).toMatchObject({ verdict: 'fail', exitCode: 1, headline: 'subject: expected idle-cutoff by haproxy, saw none' });
    expect(judged.cells[1]).toMatchObject({ observed: 'pass', verdict: 'fail', sentence: 'expected idle-cutoff by haproxy, saw none' });
  });

  it('fails an expectation of which nothing at all was found', () => {
    expect(gate(pathExpecting(expectation({ audit: 'idle-cutoff' })), [finding('pass')]).cells[1]).toMatchObject({ verdict: 'fail' });
  });

  it('leaves out an expectation of a scenario that was not run', () => {
    expect(gate(pathExpecting(expectation({ scenario: 'idle-hold' })), [finding('pass')])).toMatchObject({
      verdict: 'pass',
      expectations: [],
    });
  });

  it('is inconclusive about an expectation that could not be judged', () => {
    expect(gate(pathExpecting(expectation()), [finding('inconclusive')])).toMatchObject({
      verdict: 'inconclusive',
      exitCode: 4,
      expectations: [{ met: false }],
    });
  });

  it('matches an expected host of unknown with a failure that names nobody', () => {
    expect(gate(pathExpecting(expectation({ host: 'unknown' })), [finding('fail', { blame: null })]).verdict).toBe('pass');
  });
});

describe('consequences of an expected refusal', () => {
  it('are also cases of the same audit and scenario that do not decide who it was, and of no other', () => {
    const open = finding('fail', { blame: blame('unknown') });
    expect(gate(pathExpecting(expectation()), [fails, open]).verdict).toBe('pass');
    expect(gate(pathExpecting(expectation()), [open]).verdict).toBe('fail');
    const elsewhere = finding('fail', { blame: blame('unknown'), scenario: 'idle-hold' });
    expect(gate(pathExpecting(expectation({ scenario: 'opening-handshake' })), [fails, elsewhere], { scenarios }).verdict).toBe('fail');
  });

  const at = (auditId: string, more: Partial<Finding> = {}): Finding => finding('fail', { auditId, scenario: 'idle-hold', ...more });
  const refusal = expectation({ scenario: 'opening-handshake' });

  it.each(['refused-upgrade', 'altered-handshake-header'])('excuses %s by the same host in other scenarios', (auditId) => {
    expect(gate(pathExpecting(refusal), [fails, at(auditId)], { scenarios })).toMatchObject({
      verdict: 'pass',
      findings: [{}, { expected: true }, { expected: true }],
    });
  });

  it.each<[string, Finding]>([
    ['another host', at('refused-upgrade', { blame: blame('nginx') })],
    ['an unknown host', at('refused-upgrade', { blame: blame('unknown') })],
    ['another audit', at('idle-cutoff')],
    ['another path', at('refused-upgrade', { path: 'other' })],
  ])('does not excuse %s', (_, other) => {
    const subject = pathExpecting(refusal);
    const paths = [control(subject), subject, pathWith(['haproxy'], { id: 'other' })];
    expect(gate(subject, [fails, other], { scenarios, paths }).verdict).toBe('fail');
  });

  it('does not excuse anything when the refusal itself did not happen', () => {
    expect(gate(pathExpecting(refusal), [finding('pass'), at('altered-handshake-header')], { scenarios }).findings[2]?.expected).toBe(
      false,
    );
  });

  it('does not let two unknowns excuse each other', () => {
    const nobody = { blame: blame('unknown') };
    expect(
      gate(
        pathExpecting(expectation({ scenario: 'opening-handshake', host: 'unknown' })),
        [finding('fail', nobody), at('refused-upgrade', nobody)],
        { scenarios },
      ).verdict,
    ).toBe('fail');
  });
});

describe('policy', () => {
  const allowing = (more: object): Policy => ({
    ...STRICT,
    allow: [{ audit: 'refused-upgrade', path: 'sub*', scenario: null, because: 'known', ...more }],
  });

  it.each<[string, object, string]>([
    ['by audit and pattern', {}, 'pass'],
    ['in its scenario', { scenario: 'opening-handshake' }, 'pass'],
    ['in another scenario', { scenario: 'idle-hold' }, 'fail'],
    ['of another path', { path: 'nginx-*' }, 'fail'],
    ['of another audit', { audit: 'idle-cutoff' }, 'fail'],
  ])('allows a failure %s: %s', (_, more, verdict) => {
    expect(gate(pathExpecting(), [fails], { policy: allowing(more) }).verdict).toBe(verdict);
  });

  it('excuses nothing on a control path', () => {
    const policy = allowing({ path: '*' });
    expect(gate(pathExpecting(), [finding('pass'), finding('fail', { path: 'direct' })], { policy })).toMatchObject({ verdict: 'fail' });
    const declared = { ...control(pathWith(['haproxy'])), expect: [expectation()] };
    expect(
      judge({ paths: [declared], findings: [finding('fail', { path: 'direct' })], scenarios, policy: STRICT, absences: [] }),
    ).toMatchObject({ verdict: 'fail', expectations: [] });
  });

  it('refuses what is inconclusive unless it is allowed', () => {
    const open = [finding('inconclusive')];
    expect(gate(pathExpecting(), open)).toMatchObject({
      verdict: 'inconclusive',
      exitCode: 4,
      headline: '1 of 2 not decided, the first on subject: it was inconclusive',
    });
    expect(gate(pathExpecting(), open, { policy: { ...STRICT, inconclusive: 'allow' } })).toMatchObject({
      verdict: 'inconclusive',
      exitCode: 0,
    });
    expect(gate(pathExpecting(), open, { policy: allowing({}) }).verdict).toBe('pass');
  });
});
