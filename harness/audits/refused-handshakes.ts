import { diffRequest, diffResponse } from '../blame/header-diff.ts';
import type { Blame, Finding, FindingDetail } from '../model/finding.ts';
import { attemptDetails } from './attempt-details.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence, logDetails } from './blame-words.ts';
import { refsOf, scenarioFindings } from './scenario-findings.ts';
import type { TracedRefusal } from './traced-refusals.ts';

type Input = AuditInput<'handshakes' | 'hosts' | 'proxyLogs' | 'captures'>;

const SURENESS = ['unknown', 'likely', 'certain'] as const;

/** One finding for each (host, cause, label) of a scenario, which lists its cases. */
export function refusedHandshakes(
  input: Input,
  scenario: string,
  traced: readonly TracedRefusal[],
  clear: (blame: Blame) => Blame,
): readonly Finding[] {
  const here = traced.filter(({ evidence }) => evidence.scenario === scenario);
  const groups = Map.groupBy(here, ({ refusal, label }) => JSON.stringify([refusal.blame.host, refusal.cause, label]));
  return [...groups.values()].flatMap((group) => {
    const best = group.reduce((a, b) => (sureness(b) > sureness(a) ? b : a));
    return [findingOf(input, group, best, clear({ ...best.refusal.blame, config: agreedConfig(group) }))];
  });
}

const sureness = ({ refusal: { blame } }: TracedRefusal): number => SURENESS.indexOf(blame.confidence) * 2 + Number(blame.config !== null);

/** The line that every case of the group points to, of those that point to any; two lines are none. */
function agreedConfig(group: readonly TracedRefusal[]): Blame['config'] {
  const lines = group.flatMap(({ refusal }) => refusal.blame.config ?? []);
  return new Set(lines.map(({ file, line }) => `${file}:${line}`)).size === 1 ? (lines[0] ?? null) : null;
}

function findingOf(input: Input, group: readonly TracedRefusal[], best: TracedRefusal, blame: Blame): Finding {
  const { scenario } = best.evidence;
  const logs = group.flatMap(({ log }) => [...log.values()]);
  const total = input.subject.handshakes.filter((handshake) => handshake.scenario === scenario).length;
  return scenarioFindings('refused-upgrade', input.path, scenario).fail(
    blameSentence(blame, input.subject.hosts, best.log.get(blame.host)),
    {
      blame,
      evidence: refsOf([...group.map(({ evidence }) => evidence), ...logs]),
      measures: { failedCases: group.length, totalCases: total },
      cases: [...new Set(group.map(({ evidence }) => evidence.caseId))],
      details: [caseTable(group), ...logDetails(logs), ...attemptDetails(best.packets, input.subject.captures), ...headerDetails(best)],
    },
  );
}

const caseTable = (group: readonly TracedRefusal[]): FindingDetail => ({
  kind: 'table',
  title: 'Cases',
  columns: ['case', 'what it asks', 'may be answered', 'on the control path', 'here', 'requirement'],
  rows: group.map(({ evidence, controlLabel, label }) => [
    evidence.caseId,
    evidence.title,
    evidence.acceptable.join(' or '),
    controlLabel ?? 'not run',
    label,
    evidence.cite,
  ]),
});

/** What became of the request and the response of the clearest case, as far as both ends recorded them. */
function headerDetails({ view }: TracedRefusal): readonly FindingDetail[] {
  const request =
    view.sent === null || view.originReceived === null ? [] : [diffRequest('client', 'origin', view.sent, view.originReceived)];
  const response =
    view.originSent === null || view.clientReceived === null
      ? []
      : [diffResponse('origin', 'client', view.originSent, view.clientReceived)];
  const hops = [...request, ...response];
  return hops.length === 0 ? [] : [{ kind: 'headers', title: 'What became of the opening handshake', hops }];
}
