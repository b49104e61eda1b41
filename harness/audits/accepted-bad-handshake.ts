import { blameChange } from '../blame/changer.ts';
import { viewHandshake } from '../blame/handshake-view.ts';
import type { HandshakeView } from '../blame/handshake-view.ts';
import type { HandshakeEvidence, Recorded } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'handshakes' | 'hosts'>;

/** A 101 that a request should not have got, and how it came about. */
interface Accepted {
  readonly evidence: Recorded<HandshakeEvidence>;
  readonly view: HandshakeView;
  readonly how: 'made-valid' | 'answered-itself';
}

/** Requests that are no opening handshake, that a strict origin refuses, and that the path turned into one or answered 101 itself. */
export const acceptedBadHandshake = defineAudit({
  id: 'accepted-bad-handshake',
  title: 'No request became an opening handshake on the way',
  failureTitle: 'An intermediary made an opening handshake of a request that is none',
  cite: 'RFC 6455 section 4.2.1',
  requires: ['handshakes', 'hosts'],
  judges: ['handshakes'],
  evaluate(input) {
    if (isControl(input.path)) return [];
    return [...byScenario(input.subject.handshakes)].flatMap(([scenario, handshakes]) => judge(input, scenario, handshakes));
  },
});

function judge(input: Input, scenario: string, handshakes: readonly Recorded<HandshakeEvidence>[]): readonly Finding[] {
  const bad = handshakes.filter(({ acceptable }) => !acceptable.includes('101'));
  if (bad.length === 0) return [];
  const accepted = bad.flatMap((evidence) => acceptedOf(input, evidence) ?? []);
  const groups = [...Map.groupBy(accepted, ({ how }) => how).values()];
  if (groups.length > 0) return groups.map((group) => failure(input, scenario, group));
  const summary = `${counted(bad.length, 'request')} that must not open a WebSocket did not`;
  const measures = { acceptedCases: 0, totalCases: bad.length };
  return [scenarioFindings('accepted-bad-handshake', input.path, scenario).pass(summary, { evidence: refsOf(bad), measures })];
}

/** Null when no 101 came, when the origin itself gave one to what the client sent, or when the control path gave one too. */
function acceptedOf(input: Input, evidence: Recorded<HandshakeEvidence>): Accepted | null {
  const view = viewHandshake(evidence);
  if (view.clientReceived?.status !== 101) return null;
  const control = input.controlEvidence.handshakes.find(
    ({ scenario, caseId }) => scenario === evidence.scenario && caseId === evidence.caseId,
  );
  if (control === undefined || viewHandshake(control).clientReceived?.status === 101) return null;
  if (view.originSaw === 'nothing') return { evidence, view, how: 'answered-itself' };
  return view.originSent?.status === 101 ? { evidence, view, how: 'made-valid' } : { evidence, view, how: 'answered-itself' };
}

const MAX_TITLES = 4;

function failure(input: Input, scenario: string, group: readonly Accepted[]): Finding {
  const titles = [...new Set(group.map(({ evidence }) => evidence.title))];
  const more = titles.length > MAX_TITLES ? ` and ${titles.length - MAX_TITLES} more` : '';
  const what = `requests that are no opening handshake (${titles.slice(0, MAX_TITLES).join(', ')}${more})`;
  const isMadeValid = group[0]?.how === 'made-valid';
  const blame = blameChange({
    path: input.path,
    hosts: input.subject.hosts,
    symptoms: [],
    header: null,
    seenBy: () => ({ target: group[0]?.view.sent?.target ?? null, server: null, status: null }),
    direction: isMadeValid ? 'to-origin' : 'to-client',
    did: isMadeValid ? `passed ${what} on as opening handshakes, which the origin accepted` : `answered 101 to ${what}; the origin did not`,
  });
  return scenarioFindings('accepted-bad-handshake', input.path, scenario).fail(blameSentence(blame, input.subject.hosts, undefined), {
    blame,
    evidence: refsOf(group.map(({ evidence }) => evidence)),
    measures: { acceptedCases: group.length },
    cases: group.map(({ evidence }) => evidence.caseId),
    details: [
      {
        kind: 'table',
        title: 'Cases',
        columns: ['case', 'what was sent', 'may be answered', 'requirement'],
        rows: group.map(({ evidence }) => [evidence.caseId, evidence.title, evidence.acceptable.join(' or '), evidence.cite]),
      },
    ],
  });
}
