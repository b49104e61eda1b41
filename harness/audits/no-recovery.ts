import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Finding } from '../model/finding.ts';
import { type AuditInput, defineAudit } from './audit.ts';
import { type Capacity, hasReached, isTheLimit, limitTitle } from './capacity-words.ts';
import { byScenario, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'capacities' | 'hosts'>;

/** Sockets were let go at a limit, and no new one was accepted for all that. */
export const noRecovery = defineAudit({
  id: 'no-recovery',
  title: 'A full path takes sockets again once some have ended',
  failureTitle: 'A full path stayed full',
  cite: 'RFC 6455 section 7.2.3',
  requires: ['capacities', 'hosts'],
  judges: ['capacities'],
  evaluate: (input) => [...byScenario(input.subject.capacities)].flatMap(([scenario, cases]) => judge(input, scenario, cases)),
});

function judge(input: Input, scenario: string, cases: readonly Capacity[]): readonly Finding[] {
  const findings = scenarioFindings('no-recovery', input.path, scenario);
  const stuck = cases.filter((one) => hasReached(one) && one.recoveredAfterMs === null);
  if (stuck.length === 0) {
    const times = cases.flatMap(({ recoveredAfterMs }) => recoveredAfterMs ?? []);
    const slowest = Math.max(...times);
    const summary = times.length === 0 ? 'no limit of number was reached' : `there was room again ${slowest} ms after sockets were let go`;
    return [findings.pass(summary, { evidence: refsOf(cases), measures: times.length === 0 ? {} : { recoveredAfterMs: slowest } })];
  }
  return stuck.map((one) => {
    const because = `after two of ${one.opened} sockets were let go no new one was accepted within the watch`;
    const blame =
      one.configured === null || !isTheLimit(one)
        ? unknownBlame(because)
        : {
            ...{ host: one.configured.host, leg: null, direction: 'to-origin' as const, confidence: 'likely' as const },
            ...{ because: `${because}: ${limitTitle(one, input.subject.hosts)}, stays reached`, config: one.configured.line, innocent: [] },
          };
    return { ...findings.fail(blame.because, { blame, evidence: refsOf([one]), measures: { opened: one.opened } }), cases: [one.caseId] };
  });
}
