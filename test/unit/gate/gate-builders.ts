import { judge } from '../../../harness/gate/gate.ts';
import type { Grounds, Judgement } from '../../../harness/gate/gate.ts';
import type { Blame, Finding } from '../../../harness/model/finding.ts';
import type { Expectation, Path } from '../../../harness/model/path.ts';
import type { Policy } from '../../../harness/model/policy.ts';
import { control, pathWith } from '../audits/path-builders.ts';

export const STRICT: Policy = { allow: [], inconclusive: 'refuse' };
export const scenarios = [
  { id: 'opening-handshake', title: 'Opening handshake' },
  { id: 'idle-hold', title: 'Idle hold' },
];

export const blame = (host: string, innocent: readonly string[] = []): Blame => ({
  host,
  leg: null,
  direction: null,
  confidence: 'likely',
  because: 'so',
  config: null,
  innocent,
});
export const finding = (outcome: Finding['outcome'], more: Partial<Finding> = {}): Finding => ({
  auditId: 'refused-upgrade',
  path: 'subject',
  scenario: 'opening-handshake',
  outcome,
  summary: `it was ${outcome}`,
  blame: outcome === 'fail' ? blame('haproxy') : null,
  evidence: [],
  measures: {},
  details: [],
  ...more,
});
export const expectation = (more: Partial<Expectation> = {}): Expectation => ({
  audit: 'refused-upgrade',
  scenario: null,
  host: 'haproxy',
  measures: {},
  because: 'the config denies it',
  ...more,
});

export const pathExpecting = (...expect: readonly Expectation[]): Path => pathWith(['haproxy'], { expect });
export const gate = (path: Path, findings: readonly Finding[], more: Partial<Grounds> = {}): Judgement =>
  judge({
    paths: [control(path), path],
    findings: [finding('pass', { path: 'direct' }), ...findings],
    scenarios: scenarios.slice(0, 1),
    policy: STRICT,
    absences: [],
    ...more,
  });

export const fails = finding('fail');
export const idleCut = finding('fail', { auditId: 'idle-cutoff', measures: { limitMs: 2003 } });
