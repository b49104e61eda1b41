import { blameByLog } from '../blame/refusal-by-log.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Blame, EvidenceRef, Finding } from '../model/finding.ts';
import { outcomeLabel } from '../model/outcome.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { counted, refsOf, scenarioFindings } from './scenario-findings.ts';
import type { TracedRefusal } from './traced-refusals.ts';

type Input = AuditInput<'loads' | 'idles' | 'hosts' | 'proxyLogs'>;

interface Count {
  readonly label: string;
  readonly count: number;
  readonly ref: EvidenceRef;
}

/** Upgrades that failed under load and in idle sockets: they are counted, not recorded at the origin, one finding a label. */
export function countedRefusals(
  input: Input,
  scenario: string,
  traced: readonly TracedRefusal[],
  clear: (blame: Blame) => Blame,
): readonly Finding[] {
  const attempts = attemptsIn(input, scenario);
  return [...Map.groupBy(countsIn(input, scenario), ({ label }) => label)].map(([label, counts]) => {
    const failed = counts.reduce((sum, { count }) => sum + count, 0);
    const blame = clear(blameOf(input, scenario, traced, label));
    const summary = `${failed} of ${counted(attempts, 'upgrade')} ended in ${label}: ${blameSentence(blame, input.subject.hosts, undefined)}`;
    return scenarioFindings('refused-upgrade', input.path, scenario).fail(summary, {
      blame,
      evidence: refsOf(counts),
      measures: { failedCases: failed, totalCases: attempts },
    });
  });
}

function countsIn({ subject }: Input, scenario: string): readonly Count[] {
  const loads = subject.loads.filter((load) => load.scenario === scenario);
  const idles = subject.idles.filter((idle) => idle.scenario === scenario && idle.outcome.kind !== 'upgraded');
  return [
    ...loads.flatMap(({ upgradeFailures, ref }) => Object.entries(upgradeFailures).map(([label, count]) => ({ label, count, ref }))),
    ...idles.map(({ outcome, ref }) => ({ label: outcomeLabel(outcome), count: 1, ref })),
  ].filter(({ count }) => count > 0);
}

function attemptsIn({ subject }: Input, scenario: string): number {
  const loads = subject.loads.filter((load) => load.scenario === scenario);
  return loads.reduce((sum, { attempts }) => sum + attempts, 0) + subject.idles.filter((idle) => idle.scenario === scenario).length;
}

/** The same refusal as traced in single handshakes of this path, else what the logs alone say, else unknown. */
function blameOf(input: Input, scenario: string, traced: readonly TracedRefusal[], label: string): Blame {
  const same = traced.filter((refusal) => refusal.label === label).map(({ refusal }) => refusal.blame);
  const [first] = same;
  if (first !== undefined && first.host !== 'unknown' && same.every(({ host }) => host === first.host)) {
    return { ...first, confidence: 'likely', because: `as traced in single handshakes, ${first.because}` };
  }
  const logs = input.subject.proxyLogs.filter((log) => log.scenario === scenario);
  const byLog = /^\d{3}$/.test(label) ? blameByLog({ path: input.path, hosts: input.subject.hosts, status: Number(label), logs }) : null;
  return byLog ?? unknownBlame('the origin kept no record of single attempts, and the logs do not decide who refused');
}
