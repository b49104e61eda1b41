import type { Blame, Confidence } from '../model/finding.ts';
import { outcomeLabel } from '../model/outcome.ts';
import { judgeResponse } from '../wire/handshake.ts';
import { headerValues } from '../wire/http-head.ts';
import type { Header } from '../wire/http-head.ts';
import { blameChange } from './changer.ts';
import { chooseConfigLine, linesOf } from './config-line.ts';
import type { SeenRequest } from './config-line.ts';
import { endedAt } from './connection-end-words.ts';
import { diffResponse } from './header-diff.ts';
import { hostTitle } from './host-title.ts';
import { clientLegOf } from './leg-of-host.ts';
import { changesWords, requestChanges } from './meaning-change.ts';
import { otherDifferences } from './origin-habit.ts';
import { outcomeWords, statusOf } from './outcome-words.ts';
import { bounded } from '../wire/redact.ts';
import { requestWords } from './refusal-facts.ts';
import type { Refusal, RefusalFacts } from './refusal-facts.ts';
import { isGatewayStatus } from './server-story.ts';
import { unknownBlame } from './unknown-blame.ts';

/** Who refused a request of which bytes reached the origin. */
export function refusalAfterOrigin(facts: RefusalFacts): Refusal {
  const { view } = facts;
  const status = view.originSent?.status ?? view.origin?.status ?? null;
  // What the client sent may be no request to us and one to a lenient proxy; that the origin answered it 101 counts all the same.
  if (view.originReceived === null || (view.sent === null && status !== 101)) {
    const whose = view.sent === null ? 'the client sent' : 'reached the origin';
    return undecided(`the client ${outcomeWords(facts.outcome)}, and what ${whose} is not a whole HTTP request`);
  }
  if (status === 101) return changedAnswer(facts, status);
  if (status === null) return originSilent(facts);
  const isRight = facts.acceptable.includes(String(status)) && statusOf(facts.outcome) !== status;
  return isRight ? changedAnswer(facts, status) : originRefused(facts, status);
}

/** The origin's own bytes say 101, or what else it should: what the client got was made, or lost, between them. */
function changedAnswer(facts: RefusalFacts, status: number): Refusal {
  const { path, view, outcome } = facts;
  // Who refuses a 101 that nobody asked for is right: it is another who made the request one that the origin upgrades.
  if (status === 101 && !facts.acceptable.includes('101')) {
    const because = `the origin answered ${requestWords(facts)} with 101, which such a request may not get, and the client ${outcomeWords(outcome)}`;
    return changedRequest(facts, 101) ?? undecided(because);
  }
  const fault = status === 101 ? faultOfOrigin(facts) : null;
  if (fault !== null) return fault;
  if (outcome.kind === 'wrong-accept') return wrongAccept(facts);
  if (outcome.kind === 'malformed-response' && isUntouched(facts)) {
    // What the origin agreed to may be what somebody put into the request: a subprotocol that the client did not offer.
    const changed = changedRequest(facts, 101);
    if (changed !== null) return changed;
    return {
      cause: 'origin-refused',
      blame: named('origin', 'certain', 'the origin itself sent a 101 that is not valid, and it reached the client as it was sent'),
    };
  }
  const deniers = path.proxies.filter((proxy) => {
    const entry = facts.log.get(proxy.name)?.entry;
    return (
      entry !== undefined &&
      entry.endedBy !== 'client' &&
      entry.status !== status &&
      (entry.serverStatus === status || entry.endedBy === 'proxy')
    );
  });
  const isHttp = outcome.kind === 'rejected' || (outcome.kind === 'malformed-response' && view.clientReceived !== null);
  const host = path.proxies.length === 1 ? path.proxies[0]?.name : deniers.length === 1 ? deniers[0]?.name : undefined;
  // Over links that lose nothing, bytes can only be missing where one connection ends and the next begins.
  const isLossless = path.links.every(({ impairments }) => impairments.length === 0);
  if (host === undefined || (!isHttp && deniers.length !== 1 && !isLossless)) {
    return undecided(
      `the origin answered ${requestWords(facts)} with ${status}, the client ${outcomeWords(outcome)}, and no log decides what happened between them`,
    );
  }
  // A gateway status tells of the next host, and a device under test before it may have kept the answer.
  const isKept = path.links.at(-1)?.impairments.some(({ subject }) => subject === true) ?? false;
  if (isKept && deniers.length === 0 && isGatewayStatus(statusOf(outcome))) {
    return undecided(
      `the origin answered ${requestWords(facts)} with ${status}, the client ${outcomeWords(outcome)}; whether the answer came to ${host} is not known`,
    );
  }
  const doubt = outcome.kind === 'timeout' ? doubtAboutSilence(facts, host, status) : null;
  if (doubt !== null)
    return undecided(`the origin answered ${requestWords(facts)} with ${status}, the client ${outcomeWords(outcome)}, and ${doubt}`);
  const config = chooseConfigLine(linesOf(host, facts.hosts), ['answers-itself', 'drops-upgrade'], seenBy(facts, host));
  const because = `the origin answered ${requestWords(facts)} with ${status}, and ${hostTitle(host, facts.hosts)} did not pass that on: the client ${outcomeWords(outcome)}`;
  return {
    cause: 'changed-answer',
    blame: { ...named(host, isHttp ? 'certain' : 'likely', because), leg: clientLegOf(path, host), direction: 'to-client', config },
  };
}

/** How long an answer may need to cross a path on a busy machine for a client that waited so long: half of a short wait. */
export const crossingMs = (waitedMs: number): number => Math.min(CROSSING_MS, waitedMs / 2);
const CROSSING_MS = 500;

/** Why a client that got nothing in time does not show that the proxy kept the answer; null when it does. */
function doubtAboutSilence({ view, log, endedAtMs, outcome }: RefusalFacts, host: string, status: number): string | null {
  if (log.get(host)?.entry.status === status) return `${host} says that it passed the answer on`;
  const answeredAtMs = view.origin?.sent[0]?.atMs ?? null;
  const underWayMs = outcome.kind === 'timeout' ? crossingMs(outcome.waitedMs) : CROSSING_MS;
  if (answeredAtMs === null || answeredAtMs < endedAtMs - underWayMs) return null;
  return `that was only ${Math.max(0, Math.round(endedAtMs - answeredAtMs))} ms before it gave up`;
}

/** RFC 6455 section 4.2.2: whether the 101 that the origin sent is one for the request that came to it. */
function faultOfOrigin({ view, outcome }: RefusalFacts): Refusal | null {
  const { originSent, originReceived } = view;
  if (originSent === null || originReceived === null) return null;
  const [key, another] = headerValues(originReceived, 'Sec-WebSocket-Key');
  // Where the key was changed on the way, whoever did that is to be found first.
  const isSent = view.sent !== null && headerValues(view.sent, 'Sec-WebSocket-Key').join() === key;
  const judged = judgeResponse(originSent, another === undefined && isSent ? (key ?? null) : null, originReceived);
  if (judged.kind !== 'malformed-response' && judged.kind !== 'wrong-accept') return null;
  const what =
    judged.kind === 'wrong-accept'
      ? 'the origin itself sent a Sec-WebSocket-Accept that does not belong to the key it was sent'
      : `the origin itself sent a 101 that is not valid (${bounded(judged.detail, 120)})`;
  return { cause: 'origin-refused', blame: named('origin', 'certain', `${what}; the client ${outcomeWords(outcome)}`) };
}

function isUntouched({ view }: RefusalFacts): boolean {
  if (view.originSent === null || view.clientReceived === null || view.originSent.status !== view.clientReceived.status) return false;
  return diffResponse('origin', 'client', view.originSent, view.clientReceived).changes.every((change) => change.kind === 'recased');
}

/** RFC 6455 section 4.2.2: the accept value is made from the key, so whoever changed either of them did it. */
function wrongAccept(facts: RefusalFacts): Refusal {
  const { view } = facts;
  const same = (name: string, a: Fields | null, b: Fields | null): boolean =>
    a !== null && b !== null && headerValues(a, name).join() === headerValues(b, name).join();
  if (!same('Sec-WebSocket-Key', view.sent, view.originReceived))
    return changedRequest(facts, 101) ?? undecided('the key was changed on the way');
  if (same('Sec-WebSocket-Accept', view.originSent, view.clientReceived)) {
    const because = 'the origin itself sent a Sec-WebSocket-Accept that does not belong to the key it was sent';
    return { cause: 'origin-refused', blame: named('origin', 'certain', because) };
  }
  const did = 'changed Sec-WebSocket-Accept in the response';
  const blame = blameChange({
    ...facts,
    symptoms: ['changes-header'],
    header: 'Sec-WebSocket-Accept',
    seenBy: (host) => seenBy(facts, host),
    direction: 'to-client',
    did,
  });
  return { cause: 'changed-answer', blame };
}

interface Fields {
  readonly headers: readonly Header[];
}

function originRefused(facts: RefusalFacts, status: number): Refusal {
  const isHabit = facts.originHabit.asSent.has(status);
  const changed = facts.originHabit.asMeant.has(status) ? null : changedRequest(facts, status);
  if (changed !== null) return changed;
  const reason = facts.view.origin?.refusal ?? null;
  const words = reason === null ? '' : ` (${bounded(reason, 160)})`;
  const others = joinWords(otherDifferences(facts.view));
  if (isHabit) {
    const because = `the origin answered ${status} to ${requestWords(facts)}${words}, as it did to handshakes that reached it as the client sent them`;
    return { cause: 'origin-refused', blame: named('origin', others === '' ? 'certain' : 'likely', because) };
  }
  if (others !== '' && facts.control.label === '101') {
    return undecided(
      `the origin answered ${status} to ${requestWords(facts)}${words} and 101 on the control path; on the way ${others}, which is not known to matter`,
    );
  }
  const because = `the origin answered ${status} to ${requestWords(facts)}${words}, which reached it as the client sent it`;
  const isSure = facts.control.label === outcomeLabel(facts.outcome) || (statusOf(facts.outcome) === status && others === '');
  return { cause: 'origin-refused', blame: named('origin', isSure ? 'certain' : 'likely', because) };
}

/** Null when the request reached the origin with its meaning. */
function changedRequest(facts: RefusalFacts, status: number): Refusal | null {
  const { sent, originReceived } = facts.view;
  const changes = sent === null || originReceived === null ? [] : requestChanges(sent, originReceived);
  if (changes.length === 0) return null;
  const symptoms = [...new Set(changes.flatMap((change) => change.symptoms))];
  const did = changesWords(changes);
  const header = changes.find((change) => change.header !== null)?.header ?? null;
  const blame = blameChange({
    ...facts,
    symptoms,
    header,
    seenBy: (host) => ({ ...seenBy(facts, host), status: null }),
    direction: 'to-origin',
    did,
  });
  const refused = status === 101 ? '' : `; the origin answered it ${status}`;
  return { cause: 'changed-request', blame: { ...blame, because: `${blame.because}${refused}` } };
}

/** The origin read the request and sent nothing back. */
function originSilent(facts: RefusalFacts): Refusal {
  const { origin } = facts.view;
  const logs = [...facts.log.values()].map(({ entry }) => entry);
  const isBlamedByLog = logs.some((entry) => entry.endedBy === 'server' || (entry.endedBy === 'timeout' && entry.reachedServer === true));
  // That the client gave up at last is what its silence comes to.
  const hasWaited = facts.outcome.kind === 'timeout' && facts.control.label === '101' && wasLeftWaiting(facts);
  const isDenied = logs.some((entry) => (entry.endedBy === 'client' && !hasWaited) || entry.endedBy === 'proxy');
  const closedItself = origin?.end.kind === 'local';
  if (isDenied || !(closedItself || isBlamedByLog || hasWaited)) {
    return undecided(
      `${requestWords(facts)} reached the origin, which had sent nothing when the connection ended; the client ${outcomeWords(facts.outcome)}`,
    );
  }
  const because = `the origin read ${requestWords(facts)} and ${closedItself ? 'ended the connection' : 'sent nothing'} instead of an answer; the client ${outcomeWords(facts.outcome)}`;
  return { cause: 'origin-silent', blame: named('origin', closedItself && isBlamedByLog ? 'certain' : 'likely', because) };
}

/** A whole handshake that had not changed on the way was with the origin for most of the time that the client waited. */
function wasLeftWaiting({ view, outcome }: RefusalFacts): boolean {
  const { sent, originReceived, origin } = view;
  if (sent === null || originReceived === null || origin === null || outcome.kind !== 'timeout') return false;
  const cameAtMs = origin.received.at(-1)?.atMs ?? Infinity;
  const endedAtMs = endedAt(origin.end) ?? Infinity;
  return endedAtMs - cameAtMs >= outcome.waitedMs / 2 && requestChanges(sent, originReceived).length === 0;
}

const named = (host: string, confidence: Confidence, because: string): Blame => ({
  host,
  leg: null,
  direction: null,
  confidence,
  because,
  config: null,
  innocent: [],
});

const seenBy = (facts: RefusalFacts, host: string): SeenRequest => ({
  target: facts.target,
  server: facts.log.get(host)?.entry.server ?? null,
  status: statusOf(facts.outcome),
});
const joinWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
const undecided = (because: string): Refusal => ({ cause: 'undecided', blame: unknownBlame(because) });
