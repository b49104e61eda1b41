import { logOfAttempt } from '../blame/attempt-log.ts';
import type { AttemptLog } from '../blame/attempt-log.ts';
import { blameChange } from '../blame/changer.ts';
import { linesOf } from '../blame/config-line.ts';
import { viewHandshake } from '../blame/handshake-view.ts';
import type { HandshakeView } from '../blame/handshake-view.ts';
import { diffRequest, diffResponse } from '../blame/header-diff.ts';
import { changesWords, requestChanges, responseChanges } from '../blame/meaning-change.ts';
import type { MeaningChange } from '../blame/meaning-change.ts';
import { statusOf } from '../blame/outcome-words.ts';
import type { HandshakeEvidence, Recorded } from '../model/evidence.ts';
import type { Finding, FindingDetail, HopHeaderDiff } from '../model/finding.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { byScenario, counted, refsOf, scenarioFindings } from './scenario-findings.ts';
import { habitsOf } from './traced-refusals.ts';

type Input = AuditInput<'handshakes' | 'hosts' | 'proxyLogs'>;

interface Compared {
  readonly evidence: Recorded<HandshakeEvidence>;
  readonly view: HandshakeView;
  readonly hops: readonly HopHeaderDiff[];
}

interface CaseChange {
  readonly compared: Compared;
  readonly change: MeaningChange;
}

/** What an intermediary did to the opening handshake that it may not do, or that changes what the handshake means. */
export const alteredHandshakeHeader = defineAudit({
  id: 'altered-handshake-header',
  title: 'Handshake headers arrived with their meaning',
  failureTitle: 'An intermediary altered the opening handshake',
  cite: 'RFC 6455 section 4.1',
  requires: ['handshakes', 'hosts', 'proxyLogs'],
  judges: ['handshakes'],
  evaluate(input) {
    return [...byScenario(input.subject.handshakes)].flatMap(([scenario, handshakes]) => judge(input, scenario, handshakes.map(compare)));
  },
});

function compare(evidence: Recorded<HandshakeEvidence>): Compared {
  const view = viewHandshake(evidence);
  const request =
    view.sent === null || view.originReceived === null ? [] : [diffRequest('client', 'origin', view.sent, view.originReceived)];
  const isPassedOn = view.originSent !== null && view.originSent.status === view.clientReceived?.status;
  const response =
    isPassedOn && view.originSent !== null && view.clientReceived !== null
      ? [diffResponse('origin', 'client', view.originSent, view.clientReceived)]
      : [];
  return { evidence, view, hops: [...request, ...response] };
}

function judge(input: Input, scenario: string, all: readonly Compared[]): readonly Finding[] {
  const findings = scenarioFindings('altered-handshake-header', input.path, scenario);
  const comparable = all.filter(({ hops }) => hops.length > 0);
  const unreadable = all.filter(({ view }) => view.sent !== null && view.originSaw === 'unreadable');
  const changes = comparable.flatMap((compared) => changesOf(compared).map((change) => ({ compared, change })));
  const habits = habitsOf(input);
  const harmful = changes.filter((change) => isHarmful(input, change, habits));
  const groups = [...Map.groupBy(harmful, ({ change }) => change.cause).values()];
  if (groups.length > 0) return groups.map((group) => failure(input, scenario, group));
  if (unreadable.length > 0) {
    const summary = `what reached the origin in ${counted(unreadable.length, 'case')} is not a whole HTTP request, so it could not be compared with what the client sent`;
    return [findings.inconclusive(summary, { evidence: refsOf(unreadable.map(({ evidence }) => evidence)) })];
  }
  // Nothing reached the origin: there is nothing to compare, and refused-upgrade says so.
  if (comparable.length === 0) return [];
  const summary = `${counted(comparable.length, 'handshake')} compared byte by byte: ${passWords(comparable)}${rewriteNote(input, changes)}`;
  return [findings.pass(summary, { evidence: refsOf(comparable.map(({ evidence }) => evidence)), details: hopDetails(comparable) })];
}

const changesOf = ({ view, evidence }: Compared): readonly MeaningChange[] => [
  ...(view.sent === null || view.originReceived === null ? [] : requestChanges(view.sent, view.originReceived, evidence.atOrigin)),
  ...(view.originSent === null || view.clientReceived === null ? [] : responseChanges(view.originSent, view.clientReceived)),
];

/**
 * A dropped upgrade, and a rewritten target that a config declares, are failures only when the origin refused for it: not in a case
 * that a correct path refuses too.
 */
function isHarmful(input: Input, { change, compared }: CaseChange, habits: ReturnType<typeof habitsOf>): boolean {
  const { acceptable, outcome } = compared.evidence;
  const answered = compared.view.originSent?.status ?? compared.view.origin?.status ?? null;
  // Where the origin answers what it should, it is another's doing that the client saw something else.
  const isAsItShouldBe = [outcomeLabel(outcome), String(answered)].some((label) => acceptable.includes(label));
  const status = isAsItShouldBe ? 101 : answered;
  if (change.cause === 'upgrade-dropped')
    return status !== null && status !== 101 && habits.get(compared.evidence.scenario)?.asMeant.has(status) !== true;
  return change.cause !== 'target-changed' || status !== 101 || !isDeclaredRewrite(input, compared);
}

function isDeclaredRewrite(input: Input, { view }: Compared): boolean {
  const lines = input.path.proxies.flatMap(({ name }) => linesOf(name, input.subject.hosts));
  return lines.some(
    ({ symptom, scope }) => symptom === 'rewrites-target' && view.sent?.target.startsWith(scope?.pathPrefix ?? '') === true,
  );
}

function failure(input: Input, scenario: string, group: readonly CaseChange[]): Finding {
  const cases = [...new Set(group.map(({ compared }) => compared))];
  const changes = [...new Map(group.map(({ change }) => [change.did, change])).values()];
  const [first] = cases;
  const log: AttemptLog = first === undefined ? new Map() : logOfCase(input, first.evidence, first.view);
  const blame = blameChange({
    path: input.path,
    hosts: input.subject.hosts,
    symptoms: [...new Set(changes.flatMap(({ symptoms }) => symptoms))],
    header: changes.find(({ header }) => header !== null)?.header ?? null,
    seenBy: (host) => ({ target: first?.view.sent?.target ?? null, server: log.get(host)?.entry.server ?? null, status: null }),
    direction: changes[0]?.cause === 'response-header-changed' ? 'to-client' : 'to-origin',
    did: changesWords(changes),
  });
  return scenarioFindings('altered-handshake-header', input.path, scenario).fail(blameSentence(blame, input.subject.hosts, undefined), {
    blame,
    evidence: refsOf(cases.map(({ evidence }) => evidence)),
    measures: { alteredCases: cases.length },
    cases: [...new Set(cases.map(({ evidence }) => evidence.caseId))],
    details: [{ kind: 'text', title: 'Cases', text: cases.map(({ evidence }) => evidence.caseId).join(', ') }, ...hopDetails(cases)],
  });
}

function logOfCase(input: Input, evidence: HandshakeEvidence, view: HandshakeView): AttemptLog {
  const { startedAtMs, endedAtMs, client, outcome } = evidence;
  const attempt = {
    path: input.path,
    target: view.sent?.target ?? null,
    clientPort: client.localPort,
    startedAtMs,
    endedAtMs,
    status: statusOf(outcome),
  };
  return logOfAttempt(attempt, input.subject.proxyLogs);
}

const MAX_CASES = 16;

/** Every header added, dropped, changed or re-cased; cases with the same changes are shown once. */
function hopDetails(cases: readonly Compared[]): readonly FindingDetail[] {
  const groups = Map.groupBy(cases, ({ hops }) => JSON.stringify(hops.map(({ message, changes }) => [message, changes.map(shape)])));
  return [...groups.values()].slice(0, MAX_CASES).flatMap((group) => {
    const [first] = group;
    const title = `What became of the headers: ${group.map(({ evidence }) => evidence.caseId).join(', ')}`;
    return first === undefined ? [] : [{ kind: 'headers', title, hops: first.hops } as const];
  });
}

const shape = (change: HopHeaderDiff['changes'][number]): readonly string[] =>
  change.kind === 'recased' ? [change.kind, change.before, change.after] : [change.kind, change.name.toLowerCase()];

function passWords(cases: readonly Compared[]): string {
  const changes = cases.flatMap(({ hops }) => hops.flatMap((hop) => hop.changes)).filter((change) => change.kind !== 'recased');
  const names = [...new Set(changes.map((change) => `${change.name} ${change.kind}`))];
  return names.length === 0 ? 'nothing changed' : `only ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' and more' : ''}`;
}

function rewriteNote(input: Input, changes: readonly CaseChange[]): string {
  const rewrite = changes.find(({ change }) => change.cause === 'target-changed');
  const line = input.path.proxies
    .flatMap(({ name }) => linesOf(name, input.subject.hosts))
    .find(({ symptom }) => symptom === 'rewrites-target');
  return rewrite === undefined || line === undefined ? '' : `; the target was rewritten, as ${line.file}:${line.line} says`;
}
