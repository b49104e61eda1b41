import { blameCrash } from '../blame/crash-ends.ts';
import { blameByLog } from '../blame/refusal-by-log.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Blame, EvidenceRef, Finding } from '../model/finding.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { blameSwallowing, swallowedOn } from '../blame/swallowing-link.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { missedWords } from './missed-messages.ts';
import { counted, refsOf, scenarioFindings } from './scenario-findings.ts';
import type { TracedRefusal } from './traced-refusals.ts';

type Input = AuditInput<'loads' | 'idles' | 'hosts' | 'proxyLogs' | 'legs' | 'captures' | 'instruments' | 'crashes' | 'actions'>;

/** Part of the single handshakes with the same end that must be known to be one host's doing; what nobody knows of the rest contradicts nothing. */
const MOST = 0.8;

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
  const loads = input.subject.loads.filter((load) => load.scenario === scenario);
  return [...Map.groupBy(countsIn(input, scenario), ({ label }) => label)].map(([label, counts]) => {
    const failed = counts.reduce((sum, { count }) => sum + count, 0);
    const blame = clear(blameByCrash(input, scenario, label, failed) ?? blameOf(input, scenario, traced, label));
    const summary = `${failed} of ${counted(attempts, 'upgrade')} ended in ${label}${missedWords(loads)}: ${blameSentence(blame, input.subject.hosts, undefined)}`;
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

/** Nobody opens anything with a program that has ended. */
function blameByCrash({ subject }: Input, scenario: string, label: string, failed: number): Blame | null {
  const slots = subject.loads.filter((load) => load.scenario === scenario);
  return blameCrash({
    crashes: subject.crashes.filter((crash) => crash.scenario === scenario),
    actions: subject.actions.filter((action) => action.scenario === scenario),
    slots,
    hosts: subject.hosts,
    of: ({ upgradeFailures }) => upgradeFailures[label] ?? 0,
    words: `${counted(failed, 'upgrade')} ended in ${label}`,
  });
}

/** The same refusal as traced in single handshakes of this path, else what the logs alone say, else unknown. */
function blameOf(input: Input, scenario: string, traced: readonly TracedRefusal[], label: string): Blame {
  const same = traced.filter((refusal) => refusal.label === label).map(({ refusal }) => refusal.blame);
  const known = same.filter(({ host }) => host !== 'unknown');
  const [first] = known;
  if (first !== undefined && known.every(({ host }) => host === first.host) && known.length >= MOST * same.length) {
    return { ...first, confidence: 'likely', because: `as traced in single handshakes, ${first.because}` };
  }
  const byLink = blameByLink(input, scenario);
  if (byLink !== null) return byLink;
  const logs = input.subject.proxyLogs.filter((log) => log.scenario === scenario);
  const byLog = /^\d{3}$/.test(label)
    ? blameByLog({ path: input.path, hosts: input.subject.hosts, status: Number(label), logs, isOriginUp: isOriginUp(input, scenario) })
    : null;
  return byLog ?? unknownBlame('the origin kept no record of single attempts, and the logs do not decide who refused');
}

const isOriginUp = ({ controlEvidence: { loads, idles } }: Input, scenario: string): boolean =>
  loads.some((load) => load.scenario === scenario && load.upgraded > 0) ||
  idles.some((idle) => idle.scenario === scenario && idle.outcome.kind === 'upgraded');

/** One link that swallowed as many connections as there were upgrades that failed, and no other that swallowed any. */
function blameByLink(input: Input, scenario: string): Blame | null {
  const ground = { path: input.path, ...input.subject };
  const found = input.subject.legs.filter((leg) => leg.scenario === scenario).flatMap((leg) => swallowedOn(leg, ground) ?? []);
  const failed = countsIn(input, scenario).reduce((sum, { count }) => sum + count, 0);
  const [first] = found;
  if (first === undefined || found.length < failed || found.some(({ leg }) => leg.leg !== first.leg.leg)) return null;
  const blame = blameSwallowing(first, input.path, input.control, ground);
  const more = found.length === 1 ? '' : `, and the same on ${counted(found.length - 1, 'more connection')}`;
  return { ...blame, because: `${blame.because}${more}` };
}
