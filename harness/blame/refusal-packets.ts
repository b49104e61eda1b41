import type { CaptureEvidence, LegEvidence } from '../model/wire-evidence.ts';
import type { ProxyPackets } from './attempt-packets.ts';
import { statusOf } from './outcome-words.ts';
import { framePlace } from './packet-place.ts';
import type { Refusal, RefusalFacts } from './refusal-facts.ts';
import { answeredItself, misrouted } from './refusal-unseen.ts';
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
  if (refusal.cause !== 'undecided' || facts.view.originSaw !== 'nothing' || !facts.control.isOriginRecorded) return refusal;
  const last = packets.at(-1);
  if (last === undefined || !isNotSent(last) || !facts.path.proxies.every(({ name }) => isSilent(facts, name)) || !isAnswerOf(last, facts))
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

/** Whether what the client got is what the proxy sent, and is no word about the host behind it. */
function isAnswerOf({ request }: ProxyPackets, { outcome }: RefusalFacts): boolean {
  const status = statusOf(outcome);
  return status !== null && status !== 101 && !isGatewayStatus(status) && request.response?.status === status;
}
