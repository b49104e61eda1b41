import { answerIn } from '../blame/answer-seen.ts';
import { blameChange } from '../blame/changer.ts';
import { viewHandshake } from '../blame/handshake-view.ts';
import type { HandshakeEvidence, Recorded } from '../model/evidence.ts';
import type { EvidenceRef, Finding } from '../model/finding.ts';
import { isControl } from '../model/path.ts';
import type { PlayEvidence } from '../model/play-evidence.ts';
import { headerValues, parseRequestHead } from '../wire/http-head.ts';
import type { RequestHead } from '../wire/http-head.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { blameSentence } from './blame-words.ts';
import { counted, refsOf, scenarioFindings } from './scenario-findings.ts';

type Input = AuditInput<'handshakes' | 'plays' | 'hosts'>;

/** Bytes that passed a proxy which should have read them, or a value that became a field. */
interface Smuggled {
  readonly kind: 'tunnel' | 'injection';
  readonly caseId: string;
  readonly title: string;
  readonly cite: string;
  readonly ref: EvidenceRef;
}

const INJECTED = 'X-Injected';

/** A proxy that opens a tunnel which the origin has not granted, or makes a field out of a value: what comes through meets no rule. */
export const smuggledRequest = defineAudit({
  id: 'smuggled-request',
  title: 'Nothing passed a proxy unread',
  failureTitle: 'Bytes passed a proxy that should have read them',
  cite: 'RFC 9110 section 7.8',
  requires: ['handshakes', 'plays', 'hosts'],
  judges: ['handshakes', 'plays'],
  evaluate(input) {
    if (isControl(input.path)) return [];
    const { handshakes, plays } = input.subject;
    const scenarios = new Set([...handshakes, ...plays].filter(isAbout).map(({ scenario }) => scenario));
    return [...scenarios].flatMap((scenario) => judge(input, scenario));
  },
});

const isAbout = (evidence: HandshakeEvidence | PlayEvidence): boolean =>
  'expectation' in evidence ? evidence.expectation.neverAtOrigin !== undefined : evidence.concern === 'injection';

function judge(input: Input, scenario: string): readonly Finding[] {
  const handshakes = input.subject.handshakes.filter((one) => one.scenario === scenario && isAbout(one));
  const plays = input.subject.plays.filter((one) => one.scenario === scenario && isAbout(one));
  const smuggled = [...handshakes.flatMap((one) => injectedBy(one) ?? []), ...plays.flatMap((one) => tunnelledBy(one) ?? [])];
  const groups = [...Map.groupBy(smuggled, ({ kind }) => kind).values()];
  const crossSite = input.subject.handshakes.filter((one) => one.scenario === scenario && one.concern === 'origin');
  // Only told: whether another site's page may open a socket is for the application to decide (RFC 6455 section 10.2).
  const crossSiteAccepted = crossSite.filter(({ outcome }) => outcome.kind === 'upgraded').length;
  const measures = { smuggledCases: smuggled.length, totalCases: handshakes.length + plays.length, crossSiteAccepted };
  if (groups.length > 0) return groups.map((group) => failure(input, scenario, group, measures));
  const reached = plays.filter(({ origin }) => origin !== null).length;
  const summary = `${counted(handshakes.length + plays.length, 'attempt')} to pass bytes unread did not succeed (${reached} reached the origin as requests)`;
  return [
    scenarioFindings('smuggled-request', input.path, scenario).pass(summary, { evidence: refsOf([...handshakes, ...plays]), measures }),
  ];
}

/** A field that the client has not sent as one. */
function injectedBy(evidence: Recorded<HandshakeEvidence>): Smuggled | null {
  const { originReceived, clientReceived } = viewHandshake(evidence);
  const heads = [originReceived, clientReceived].filter((head) => head !== null);
  return heads.some((head) => headerValues(head, INJECTED).length > 0) ? { ...evidence, kind: 'injection' } : null;
}

/** The text came through, although whoever stands between reads HTTP: it wrote the request head anew. */
function tunnelledBy(evidence: Recorded<PlayEvidence>): Smuggled | null {
  const { origin, expectation, requestHeadBase64 } = evidence;
  if (origin === null || expectation.neverAtOrigin === undefined || origin.receivedHeadBase64 === null) return null;
  const received = Buffer.concat(origin.received.first.map(({ base64 }) => Buffer.from(base64, 'base64'))).toString('latin1');
  if (!received.includes(expectation.neverAtOrigin)) return null;
  const [sent, got] = [requestIn(requestHeadBase64), requestIn(origin.receivedHeadBase64)];
  // A switch that the origin made without being asked is the origin's doing: the upgrade was not passed on.
  const switched = answerIn(Buffer.from(origin.sentHeadBase64 ?? '', 'base64'))?.head.status === 101;
  if (switched && got !== null && headerValues(got, 'Upgrade').length === 0) return null;
  const isRelay = sent !== null && got !== null && JSON.stringify(sent.headers) === JSON.stringify(got.headers);
  return isRelay ? null : { ...evidence, kind: 'tunnel' };
}

function requestIn(base64: string): RequestHead | null {
  const result = parseRequestHead(Buffer.from(base64, 'base64'));
  return result.kind === 'complete' ? result.head : null;
}

function failure(input: Input, scenario: string, group: readonly Smuggled[], measures: Finding['measures']): Finding {
  const titles = group.map(({ title }) => title).join(', ');
  const blame = blameChange({
    path: input.path,
    hosts: input.subject.hosts,
    symptoms: ['changes-header'],
    header: group[0]?.kind === 'tunnel' ? 'Upgrade' : 'Sec-WebSocket-Protocol',
    seenBy: () => ({ target: null, server: null, status: null }),
    direction: 'to-origin',
    did:
      group[0]?.kind === 'tunnel'
        ? `passed on unread what it had to read as HTTP: ${titles}`
        : `made a header of its own of a value: ${titles}`,
  });
  return scenarioFindings('smuggled-request', input.path, scenario).fail(blameSentence(blame, input.subject.hosts, undefined), {
    blame,
    evidence: refsOf(group),
    measures,
    cases: group.map(({ caseId }) => caseId),
    details: [
      {
        kind: 'table',
        title: 'Cases',
        columns: ['case', 'what was sent', 'requirement'],
        rows: group.map(({ caseId, title, cite }) => [caseId, title, cite]),
      },
    ],
  });
}
