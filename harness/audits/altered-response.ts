import { answerChanges } from '../blame/answer-change.ts';
import type { AnswerChange, AnswerEnds } from '../blame/answer-change.ts';
import { answerIn } from '../blame/answer-seen.ts';
import { blameChange } from '../blame/changer.ts';
import { linesOf } from '../blame/config-line.ts';
import { isGatewayStatus } from '../blame/server-story.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Blame, EvidenceRef, Finding } from '../model/finding.ts';
import { isUpgradeAttempt } from '../blame/handshake-view.ts';
import { parseRequestHead } from '../wire/http-head.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import type { HandshakeEvidence, Recorded, TimedBytes } from '../model/evidence.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { isControl } from '../model/path.ts';
import type { PlayEvidence } from '../model/play-evidence.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'handshakes' | 'plays' | 'hosts'>;

/** One answer at both ends. */
interface Answered extends AnswerEnds {
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  readonly cite: string;
  readonly outcome: HandshakeOutcome;
  readonly ref: EvidenceRef;
}

interface Altered {
  readonly answered: Answered;
  readonly change: AnswerChange;
}

/** What the origin answered is not what the client got: status, end-to-end fields, body, or a 101 made up, mended or swallowed. */
export const alteredResponse = defineAudit({
  id: 'altered-response',
  title: 'Answers of the origin arrived as they were sent',
  failureTitle: 'An intermediary altered the answer of the origin',
  cite: 'RFC 9110 section 7.6.1',
  requires: ['handshakes', 'plays', 'hosts'],
  judges: ['handshakes', 'plays'],
  evaluate(input) {
    if (isControl(input.path)) return [];
    return [...byScenario(answersOf(input.subject))].flatMap(([scenario, answers]) => judge(input, scenario, answers));
  },
});

/** Handshakes whose refusal is the origin's; plays that say what the client may see of them. */
function answersOf({ handshakes, plays }: Pick<Input['subject'], 'handshakes' | 'plays'>): readonly Answered[] {
  return [...handshakes.map(ofHandshake), ...plays.flatMap((play) => ofPlay(play) ?? [])];
}

/** Of a handshake only what came of the origin's answer is judged here: whether one should have come is another question. */
function ofHandshake(evidence: Recorded<HandshakeEvidence>): Answered {
  const [connection] = evidence.origin.filter(({ sent }) => sent.length > 0);
  const origin = evidence.origin.length > 1 || connection === undefined ? null : answerIn(joined(connection.sent));
  const client = answerIn(joined(evidence.client.received));
  const label = outcomeLabel(evidence.outcome);
  const isPassedOn = origin !== null && client !== null && origin.head.status === client.head.status;
  return { ...evidence, origin: isPassedOn ? origin : null, client: isPassedOn ? client : null, label, acceptable: [label] };
}

function ofPlay(evidence: Recorded<PlayEvidence>): Answered | null {
  const { origin, client, outcome, expectation } = evidence;
  if (origin === null || expectation.outcomes === undefined || isTooSoon(evidence)) return null;
  // What the script answers, it answers to a handshake: where none arrived, the change of the request is the fault.
  if (!isHandshakeStill(evidence.requestHeadBase64, origin.receivedHeadBase64)) return null;
  const [sent, got] = [origin.sentHeadBase64 ?? '', client.receivedHeadBase64 ?? ''];
  return {
    ...evidence,
    origin: answerIn(Buffer.concat([Buffer.from(sent, 'base64'), joined(origin.sent.first)])),
    client: answerIn(Buffer.concat([Buffer.from(got, 'base64'), joined(client.received.first)])),
    label: outcomeLabel(outcome),
    acceptable: expectation.outcomes,
  };
}

/** A proxy had this long to pass an answer on before its silence counts: busy machines are slow. */
const FAIR_WAIT_MS = 500;

/** The client gave up so soon after the origin's last deed that nobody can be accused of it. */
function isTooSoon({ outcome, client, origin }: PlayEvidence): boolean {
  if (outcome.kind !== 'timeout') return false;
  const lastDeedMs = Math.max(...(origin?.steps ?? []).map(({ endedAtMs }) => endedAtMs ?? Number.POSITIVE_INFINITY), 0);
  const gaveUpAtMs = client.events.find(({ kind }) => kind === 'deadline')?.atMs ?? client.startedAtMs + outcome.waitedMs;
  // Where connecting took long, everything does.
  const connectingMs = (client.connectedAtMs ?? client.startedAtMs) - client.startedAtMs;
  return gaveUpAtMs - lastDeedMs < Math.max(FAIR_WAIT_MS, 2 * connectingMs);
}

/** Whether what asked for an upgrade when it was sent still asked for one when it arrived. */
function isHandshakeStill(sentBase64: string, receivedBase64: string | null): boolean {
  const asks = (base64: string): boolean => {
    const read = parseRequestHead(Buffer.from(base64, 'base64'));
    return read.kind === 'complete' && isUpgradeAttempt(read.head);
  };
  return receivedBase64 === null || !asks(sentBase64) || asks(receivedBase64);
}

const joined = (bytes: readonly TimedBytes[]): Buffer => Buffer.concat(bytes.map(({ base64 }) => Buffer.from(base64, 'base64')));

function judge(input: Input, scenario: string, answers: readonly Answered[]): readonly Finding[] {
  const findings = scenarioFindings('altered-response', input.path, scenario);
  const excused = alteredOnControl(input);
  const altered = answers
    .filter(({ caseId }) => !excused.has(`${scenario}/${caseId}`))
    .flatMap((answered) => answerChanges(answered).map((change) => ({ answered, change })))
    .filter((one) => !isDeclared(input, one));
  const groups = [...Map.groupBy(altered, (one) => `${one.change.kind} ${mayBeLinks(input, one)}`).values()];
  if (groups.length > 0) return groups.map((group) => failure(input, scenario, group));
  const compared = answers.filter(({ origin }) => origin !== null);
  if (compared.length === 0) return [];
  const summary = `${counted(compared.length, 'answer')} of the origin reached the client with status, fields and body`;
  return [findings.pass(summary, { evidence: refsOf(compared), measures: { alteredCases: 0, totalCases: compared.length } })];
}

/** Cases whose answer was altered without any proxy. */
const alteredOnControl = ({ controlEvidence }: Input): ReadonlySet<string> =>
  new Set(
    answersOf(controlEvidence)
      .filter((answered) => answerChanges(answered).length > 0)
      .map(({ scenario, caseId }) => `${scenario}/${caseId}`),
  );

/** A config may say that it rewrites Location (RFC 9110 section 10.2.2 lets a gateway do that) or sets another field. */
function isDeclared({ path, subject }: Input, { change: { header } }: Altered): boolean {
  if (header === null) return false;
  const words = path.proxies.flatMap(({ name }) => linesOf(name, subject.hosts)).filter(({ symptom }) => symptom === 'changes-header');
  return words.some(({ text }) =>
    text
      .toLowerCase()
      .split(/[\s"'(),;]+/)
      .includes(header.toLowerCase()),
  );
}

function failure(input: Input, scenario: string, group: readonly Altered[]): Finding {
  const { path, subject } = input;
  const kinds = [...new Set(group.map(({ change }) => change.did))];
  const did = `${kinds.slice(0, 3).join(', ')}${kinds.length > 3 ? ` and ${kinds.length - 3} more` : ''}`;
  const isLossless = path.links.every(({ impairments }) => impairments.length === 0);
  const isSilent = group.every(({ answered }) => answered.client === null);
  const seenBy = () => ({ target: null, server: null, status: null });
  const header = group.find(({ change }) => change.header !== null)?.change.header ?? null;
  const changed = blameChange({ path, hosts: subject.hosts, symptoms: ['changes-header'], header, seenBy, direction: 'to-client', did });
  // Over a link that loses packets silence may be the link's; with none the bytes can only be lost where one connection ends.
  const silent = isLossless ? { ...changed, confidence: changed.host === 'unknown' ? changed.confidence : ('likely' as const) } : null;
  if (group.every((one) => mayBeLinks(input, one)))
    return failed(input, scenario, group, unknownBlame(`somebody ${did}; whether the device under test kept the answer is not decided`));
  const blame = isSilent ? (silent ?? unknownBlame(`somebody ${did}, on links that lose or hold packets`)) : changed;
  return failed(input, scenario, group, blame);
}

/** No link edits a stream; one with a device under test may keep an answer back, so that a gateway makes one of its own. */
function mayBeLinks({ path }: Input, { answered, change: { kind } }: Altered): boolean {
  const isUnderTest = path.links.some(({ impairments }) => impairments.some(({ subject: isSubject }) => isSubject === true));
  return isUnderTest && kind !== 'repaired' && (kind !== 'field' || isGatewayStatus(answered.client?.head.status ?? null));
}

function failed({ path, subject }: Input, scenario: string, group: readonly Altered[], blame: Blame): Finding {
  const cases = [...new Map(group.map(({ answered }) => [answered.caseId, answered])).values()];
  return scenarioFindings('altered-response', path, scenario).fail(blameSentence(blame, subject.hosts, undefined), {
    blame,
    evidence: refsOf(cases),
    measures: { alteredCases: cases.length },
    cases: cases.map(({ caseId }) => caseId),
    details: [
      {
        kind: 'table',
        title: 'Cases',
        columns: ['case', 'what the origin answers', 'may be seen', 'was seen', 'what was done', 'requirement'],
        rows: group.map(({ answered, change }) => [
          answered.caseId,
          answered.title,
          answered.acceptable.join(' or '),
          answered.label,
          change.did,
          answered.cite,
        ]),
      },
    ],
  });
}
