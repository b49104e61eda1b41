import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Finding } from '../model/finding.ts';
import { type AuditInput, defineAudit } from './audit.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';
import { type Survival, survivalMeasures, survivalTable } from './survival-measures.ts';

type Input = AuditInput<'survivals' | 'actions'>;

/**
 * Messages that were lost or came twice over sockets that stayed open. What was under way when a socket ended is lost with it, by the
 * nature of TCP: that is measured here and fails nothing. So this is where the whole table of what was done stands.
 */
export const lostOnReload = defineAudit({
  id: 'lost-on-reload',
  title: 'Sockets that lived through what was done lost no message',
  failureTitle: 'A socket that stayed open lost messages',
  cite: 'RFC 9293 section 3.4',
  requires: ['survivals', 'actions'],
  judges: ['survivals'],
  evaluate: (input) => [...byScenario(input.subject.survivals)].map(([scenario, survivals]) => judge(input, scenario, survivals)),
});

function judge(input: Input, scenario: string, survivals: readonly Survival[]): Finding {
  const findings = scenarioFindings('lost-on-reload', input.path, scenario);
  const wrong = survivals.filter((one) => faultsOf(one).length > 0);
  const rest = { evidence: refsOf([...survivals, ...input.subject.actions]), details: [survivalTable(survivals)] };
  if (wrong.length === 0) {
    const survivors = survivals.reduce((sum, { sockets }) => sum + sockets.filter(({ end }) => end === 'survived').length, 0);
    const summary = `${counted(survivors, 'socket')} lived through ${counted(survivals.length, 'action')} on hosts and lost nothing`;
    return findings.pass(summary, { ...rest, measures: survivalMeasures(survivals) });
  }
  const faults = wrong.flatMap(faultsOf);
  const [lost, duplicated] = [faults.reduce((sum, one) => sum + one.lost, 0), faults.reduce((sum, one) => sum + one.duplicated, 0)];
  const blame = unknownBlame(
    `${counted(lost, 'message')} lost and ${duplicated} seen twice over ${counted(faults.length, 'socket')} that stayed open (${wrong.map(({ caseId }) => caseId).join(', ')}); both ends count, and nothing shows where it happened`,
  );
  return findings.fail(blame.because, {
    ...rest,
    blame,
    measures: { ...survivalMeasures(wrong), duplicatedMessages: duplicated },
    cases: [...new Set(wrong.map(({ caseId }) => caseId))],
  });
}

const faultsOf = ({ sockets }: Survival): Survival['sockets'] =>
  sockets.filter(({ end, lost, duplicated }) => duplicated > 0 || (end === 'survived' && lost > 0));
