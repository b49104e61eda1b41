import type { ExchangeSeen } from '../model/content-analysis.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { legsOf } from '../model/path.ts';
import type { Leg } from '../model/path.ts';
import { doubtAboutBoth, faultOf } from './capture-trust.ts';
import { indexLegs, keyOf, overlaps } from './leg-index.ts';
import type { ClientSocket, LegIndex } from './leg-index.ts';
import { disagreementAbout } from './packet-ground.ts';
import type { PacketGround } from './packet-ground.ts';

/** One request at one proxy, as the captures on its two sides show it. */
export interface ProxyPackets {
  readonly host: string;
  readonly clientLeg: LegEvidence;
  /** As it came to the proxy, with what the proxy answered. */
  readonly request: ExchangeSeen;
  /**
   * What became of it on the proxy's server leg: it left; it did not, on a connection that was there (`no-request`) or on none (`no-connection`); or it cannot
   * be told.
   */
  readonly sentOn: 'sent' | 'no-request' | 'no-connection' | 'unknown';
  readonly serverLeg: LegEvidence | null;
  /** Connections that there were on its server leg while the request waited, whatever they carried. */
  readonly tried: readonly LegEvidence[];
  /** Whether any connection of its server leg came to nothing in the whole scenario, so that it may think its server down. */
  readonly wasLetDown: boolean;
}

/** A proxy takes a moment to pass a request on. */
const SENT_ON_WITHIN_MS = 50;

/**
 * Follows one opening handshake of the client from proxy to proxy through the captures, as far as it was passed on. `key`: the client's Sec-WebSocket-Key, null
 * when it sent none. Empty where the captures do not tell.
 */
export function packetsOfAttempt(
  socket: ClientSocket,
  key: string | null,
  scenario: string,
  ground: PacketGround,
): readonly ProxyPackets[] {
  const index = indexLegs(
    ground.path,
    ground.legs.filter((leg) => leg.scenario === scenario),
  );
  const legs = legsOf(ground.path);
  const found: ProxyPackets[] = [];
  let inward = index.clientLegOf(socket);
  for (const next of legs.slice(1)) {
    const request = inward === null ? null : requestOn(inward, key, ground);
    if (inward === null || request === null) return found;
    const onward = sentOn(next, request, { socket, key, scenario, index, ground });
    found.push({ host: next.from, clientLeg: inward, request, ...onward });
    if (onward.sentOn !== 'sent') return found;
    inward = onward.serverLeg;
  }
  return found;
}

/** The handshake as the capture at the proxy has it. */
function requestOn(leg: LegEvidence, key: string | null, ground: PacketGround): ExchangeSeen | null {
  if (leg.far === null || doubtAboutBoth(leg, ground) !== null || disagreementAbout(leg, ground.instruments) !== null) return null;
  const { exchanges, exchangeCount } = leg.far;
  const found = key === null ? (exchangeCount === 1 ? exchanges : []) : exchanges.filter((exchange) => keyOf(exchange) === key);
  return found.length === 1 ? (found[0] ?? null) : null;
}

interface Search {
  readonly socket: ClientSocket;
  readonly key: string | null;
  readonly scenario: string;
  readonly index: LegIndex;
  readonly ground: PacketGround;
}

function sentOn(leg: Leg, request: ExchangeSeen, search: Search): Pick<ProxyPackets, 'sentOn' | 'serverLeg' | 'tried' | 'wasLetDown'> {
  const [fromMs, untilMs] = [request.atMs, search.socket.untilMs + SENT_ON_WITHIN_MS];
  const ever = search.index.connectionsOf(leg.name);
  const wasLetDown = ever.some(({ near, far }) => near === null || far === null || near.bytes.bToA === 0);
  const there = ever.filter((other) => overlaps(other, fromMs, untilMs));
  const hasKey = (exchange: ExchangeSeen): boolean => search.key !== null && keyOf(exchange) === search.key;
  const isAlike = (exchange: ExchangeSeen): boolean =>
    keyOf(exchange) === null &&
    exchange.method === request.method &&
    exchange.target === request.target &&
    exchange.atMs >= fromMs &&
    exchange.atMs <= untilMs;
  const having = (fits: (exchange: ExchangeSeen) => boolean) => there.filter(({ near, far }) => (near ?? far)?.exchanges.some(fits));
  const [carrying, alike] = [having(hasKey), having(isAlike)];
  // Alike and without a key it is this one, if this one never had a key; else a proxy may have taken the key away, or it is another's.
  const sent = carrying.length > 0 ? carrying : search.key === null ? alike : [];
  if (sent.length === 1 && sent[0] !== undefined) return { sentOn: 'sent', serverLeg: sent[0], tried: there, wasLetDown };
  const isTold = alike.length === 0 && sent.length === 0 && isWatched(leg, search, untilMs);
  if (!isTold || !there.every((other) => isReadable(other, search.ground)))
    return { sentOn: 'unknown', serverLeg: null, tried: there, wasLetDown };
  return { sentOn: there.length === 0 ? 'no-connection' : 'no-request', serverLeg: null, tried: there, wasLetDown };
}

/** Whether a capture of the whole time stood where the proxy would have sent the request. */
function isWatched(leg: Leg, { scenario, ground }: Search, untilMs: number): boolean {
  const capture = ground.captures.find((one) => one.host === leg.from && one.link === leg.links[0] && one.scenario === scenario);
  if (capture === undefined || capture.files.length === 0 || capture.droppedPackets !== 0 || faultOf(capture) !== null) return false;
  return (capture.completeUntilMs ?? -Infinity) >= untilMs;
}

/** Whether every request on a connection is known: none is hidden in TLS, in other bytes, or beyond what is kept. */
function isReadable(leg: LegEvidence, { instruments }: PacketGround): boolean {
  const seen = leg.near;
  if (seen === null || disagreementAbout(leg, instruments) !== null) return false;
  const isHidden = (seen.tls !== null && !seen.tls.decrypted) || seen.exchangeCount !== seen.exchanges.length;
  return !isHidden && (seen.bytes.aToB === 0 || seen.exchangeCount > 0);
}
