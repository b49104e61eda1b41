import type { CaptureEvidence, LegEvidence } from '../model/wire-evidence.ts';
import type { ProxyPackets } from './attempt-packets.ts';
import { hostTitle } from './host-title.ts';
import { serverLegOf } from './leg-of-host.ts';
import { outcomeWords, statusOf } from './outcome-words.ts';
import { framePlace } from './packet-place.ts';
import { LEAST_WAIT_MS, requestWords, type Refusal, type RefusalFacts } from './refusal-facts.ts';
import { answeredItself, misrouted, serverUnreachable } from './refusal-unseen.ts';
import { isGatewayStatus, readServerStory } from './server-story.ts';
import { unknownBlame } from './unknown-blame.ts';

/**
 * Holds what the logs say of a refusal against the packets on both sides of each proxy. They prove an answer that a proxy is known to have made by itself; they name
 * the proxy where no log says anything; and where they contradict, nobody is named.
 */
export function provedByPackets(
  refusal: Refusal,
  facts: RefusalFacts,
  packets: readonly ProxyPackets[],
  captures: readonly CaptureEvidence[],
): Refusal {
  if (refusal.cause === 'answered-itself') return proved(refusal, facts, packets, captures);
  if (refusal.cause === 'server-unreachable') {
    const last = packets.at(-1);
    return last !== undefined && isKnockingElsewhere(last, facts) ? knockedElsewhere(refusal, facts, last) : refusal;
  }
  if (refusal.cause !== 'undecided' || facts.view.originSaw !== 'nothing' || !facts.control.isOriginRecorded) return refusal;
  const last = packets.at(-1);
  if (last !== undefined && isKnockingElsewhere(last, facts)) return knockedElsewhere(refusal, facts, last);
  if (last !== undefined && isNotSent(last) && isMute(facts, last.host) && isHolding(last, facts, facts.endedAtMs))
    return holdsRequest(facts, last);
  if (last === undefined || !isNotSent(last) || !facts.path.proxies.every(({ name }) => isMute(facts, name)) || !isAnswerOf(last, facts))
    return refusal;
  const named = answeredItself(facts, last.host, 'likely');
  return withProof(named, last);
}

function proved(refusal: Refusal, facts: RefusalFacts, packets: readonly ProxyPackets[], captures: readonly CaptureEvidence[]): Refusal {
  const { blame } = refusal;
  const own = packets.find(({ host }) => host === blame.host);
  if (own === undefined || own.sentOn === 'unknown') return refusal;
  if (own.sentOn === 'sent' && own.serverLeg !== null && isSilent(facts, own.host) && isElsewhere(own.serverLeg, facts)) {
    return misrouted(facts, own.host, own.serverLeg.far?.b ?? own.serverLeg.near?.b ?? null, 'likely');
  }
  if (own.sentOn === 'sent') {
    const place = framePlace(own.serverLeg?.nearFile ?? null, frameOn(own), captures);
    const because = `${blame.because}; but a capture shows that the request left ${own.host} on its server leg (${place}): the evidence contradicts itself`;
    return { cause: 'undecided', blame: unknownBlame(because) };
  }
  const isSaid = !isSilent(facts, blame.host) || blame.config !== null;
  return withProof(isSaid ? { ...refusal, blame: { ...blame, confidence: 'certain' } } : refusal, own);
}

/** The last leg of the path ended at a port that is not the origin's. */
const isElsewhere = ({ to, serverPort }: LegEvidence, { control }: RefusalFacts): boolean => to === 'origin' && serverPort !== control.port;

/** Every connection that a proxy tried while the request waited went to a port of the origin's host on which the origin does not listen. */
/**
 * The same where the request itself cannot be followed, as in TLS: the only proxy of a path tried nothing in that time but a port on which the origin does
 * not listen. Null where that is not so.
 */
export function knocksElsewhere(refusal: Refusal, facts: RefusalFacts, tried: readonly LegEvidence[]): Refusal | null {
  const [only, another] = facts.path.proxies;
  const isOpen = refusal.cause === 'undecided' || refusal.cause === 'server-unreachable';
  if (only === undefined || another !== undefined || !isOpen || facts.view.originSaw !== 'nothing' || tried.length === 0) return null;
  return tried.every((leg) => isElsewhere(leg, facts)) ? knockedElsewhere(refusal, facts, { host: only.name, tried }) : null;
}

const isKnockingElsewhere = ({ sentOn, tried }: ProxyPackets, facts: RefusalFacts): boolean =>
  sentOn !== 'sent' && tried.length > 0 && tried.every((leg) => isElsewhere(leg, facts));

function knockedElsewhere(refusal: Refusal, facts: RefusalFacts, { host, tried }: Pick<ProxyPackets, 'host' | 'tried'>): Refusal {
  const port = tried[0]?.serverPort ?? 0;
  const named = serverUnreachable(facts, host, 'certain');
  const because = `${named.blame.because}; on the wire it knocked at port ${port}, and the origin listens on ${facts.control.port}`;
  return { ...named, blame: { ...named.blame, config: named.blame.config ?? refusal.blame.config, because } };
}

const isNotSent = ({ sentOn }: ProxyPackets): boolean => sentOn === 'no-connection' || sentOn === 'no-request';

function withProof(refusal: Refusal, { sentOn }: ProxyPackets): Refusal {
  const what = sentOn === 'no-connection' ? 'no connection' : 'no such request';
  const because = `${refusal.blame.because}; no packet of it left the proxy: the capture on its server leg has ${what} in that time`;
  return { ...refusal, blame: { ...refusal.blame, because } };
}

const frameOn = ({ serverLeg, request }: ProxyPackets): number =>
  serverLeg?.near?.exchanges.find(({ method, target }) => method === request.method && target === request.target)?.frame ??
  serverLeg?.near?.firstFrame ??
  0;

/** No line of a proxy tells what became of the request. */
function isSilent({ path, hosts, log }: RefusalFacts, host: string): boolean {
  const entry = log.get(host)?.entry;
  return entry === undefined || readServerStory({ host, entry, path, hosts, originSawNothing: true }) === 'silent';
}

/** The same, or that the client left, which it does after an answer as well. */
function isMute(facts: RefusalFacts, host: string): boolean {
  const entry = facts.log.get(host)?.entry;
  const isLeft = entry?.endedBy === 'client' && entry.status === null && entry.serverStatus === null && entry.reachedServer !== true;
  return isLeft || isSilent(facts, host);
}

/** Whether what the client got is what the proxy sent, and is no word about the host behind it: of one that never let it down it has none. */
function isAnswerOf({ request, wasLetDown }: ProxyPackets, { outcome }: RefusalFacts): boolean {
  const status = statusOf(outcome);
  return status !== null && status !== 101 && !(isGatewayStatus(status) && wasLetDown) && request.response?.status === status;
}

/** The request was with the proxy for most of the time that the client waited, and nothing came of it on either side. */
const isHolding = ({ request }: ProxyPackets, { outcome }: RefusalFacts, untilMs: number): boolean =>
  outcome.kind === 'timeout' &&
  outcome.waitedMs >= LEAST_WAIT_MS &&
  request.response === null &&
  untilMs - request.atMs >= outcome.waitedMs / 2;

function holdsRequest(facts: RefusalFacts, last: ProxyPackets): Refusal {
  const because = `${hostTitle(last.host, facts.hosts)} got ${requestWords(facts)} and neither answered it nor passed it on; the client ${outcomeWords(facts.outcome)}`;
  const leg = serverLegOf(facts.path, last.host);
  const blame = { host: last.host, leg, direction: 'to-origin', confidence: 'likely', because, config: null, innocent: [] } as const;
  return withProof({ cause: 'kept-request', blame }, last);
}
