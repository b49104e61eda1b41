import type { ClosingEvent, StreamEnd } from '../model/capture-analysis.ts';
import type { LegEvidence, LegStream } from '../model/wire-evidence.ts';
import type { Direction } from '../model/impairment.ts';
import { doubtAboutBoth } from './capture-trust.ts';
import { deafLegOf } from './deaf-leg.ts';
import { disagreementAbout } from './packet-ground.ts';
import type { PacketGround } from './packet-ground.ts';
import { framePlace } from './packet-place.ts';
import { strangeResetsOf, strangeResetWords } from './strange-reset.ts';

/** Who ended a chain of legs that the client did not end, as the captures at both ends of each leg show it. */
export type Ender =
  /** A host that ended its client leg of its own accord. */
  | { readonly kind: 'host'; readonly host: string; readonly leg: LegEvidence; readonly proof: string }
  /** What stands between the two ends of a leg: it reset them, or passed nothing on any more. */
  | {
      readonly kind: 'injected' | 'deaf';
      readonly leg: LegEvidence;
      readonly direction: Direction;
      readonly proof: string;
    };

/**
 * Follows the end of a socket from the client to whoever began it. A host that ended its client leg before its server leg was ended from the other side, or
 * with no Close frame although one had come there, did so by itself. Null where captures are missing, incomplete or doubted, or do not decide. `chain`: see
 * LegIndex; of a socket whose client got no Close frame.
 */
export function enderOf(chain: readonly LegEvidence[], ground: PacketGround): Ender | null {
  for (const [index, leg] of chain.entries()) {
    if (leg.transit === null || doubtAboutBoth(leg, ground) !== null || disagreementAbout(leg, ground.instruments) !== null) return null;
    const found = enderOnLeg(leg, ground);
    if (found !== 'the farther host') return found;
    if (ground.path.proxies.every(({ name }) => name !== leg.to))
      return ownAccord(leg, ground, 'with nothing behind it that could have told it to');
    const next = chain[index + 1];
    if (next === undefined || next.transit === null) return null;
    const why = whyByItself(leg, next);
    if (why !== null) return ownAccord(leg, ground, why);
  }
  return null;
}

/** Who ended one leg towards its nearer host. */
function enderOnLeg(leg: LegEvidence, ground: PacketGround): Ender | null | 'the farther host' {
  const [told, own] = [endFrom(leg.near, 'b'), endFrom(leg.near, 'a')];
  const strangers = strangeResetsOf(leg, ground).filter(({ doubt }) => doubt === null);
  const isStrange = (side: 'near' | 'far', event: ClosingEvent): boolean =>
    strangers.some((stranger) => stranger.side === side && stranger.frame === event.frame);
  const injected = (direction: Direction): Ender => ({
    kind: 'injected',
    leg,
    direction,
    proof: `${strangeResetWords(leg, strangers)} on the leg ${leg.leg}`,
  });
  // With a Close frame it was ended as it should be, whatever the client made of it.
  if (told === null || isBefore(own, told) || isBefore(closeFrameFrom(leg.near, 'b'), told)) return null;
  if (isStrange('near', told)) return injected('to-client');
  const [sent, toldThere] = [endFrom(leg.far, 'b'), endFrom(leg.far, 'a')];
  if (sent === null) return null;
  const deaf = deafLegOf(leg, ground);
  if (deaf !== null && deaf.deaf.sinceMs < sent.atMs) {
    if (deaf.doubt !== null) return null;
    const proof = `nothing that ${deaf.sender} sent reached ${deaf.receiver} any more before that, on the leg ${leg.leg}`;
    return { kind: 'deaf', leg, direction: deaf.direction, proof };
  }
  if (toldThere === null || !isBefore(toldThere, sent)) return 'the farther host';
  return isStrange('far', toldThere) ? injected('to-origin') : null;
}

/** Why the end of a proxy's server leg does not explain that it ended its client leg; null when it does. */
function whyByItself(leg: LegEvidence, serverLeg: LegEvidence): string | null {
  const sent = endFrom(leg.far, 'b');
  if (isBefore(closeFrameFrom(serverLeg.near, 'b'), sent)) return 'although a Close frame had come on its server leg';
  const [told, own] = [endFrom(serverLeg.near, 'b'), endFrom(serverLeg.near, 'a')];
  const isExplained = told !== null && isBefore(told, sent) && !isBefore(own, told);
  return isExplained ? null : 'before anything had come on its server leg that ended it';
}

function ownAccord(leg: LegEvidence, { captures }: PacketGround, why: string): Ender | null {
  const event = endFrom(leg.far, 'b');
  if (event === null) return null;
  const how = event.kind === 'rst' ? 'RST' : 'FIN';
  const proof = `on the wire ${leg.to} ended the leg ${leg.leg} by ${how} (${framePlace(leg.farFile, event.frame, captures)}), ${why}`;
  return { kind: 'host', host: leg.to, leg, proof };
}

/** How an end said that it ends its TCP connection, by one capture. */
const endFrom = (seen: LegStream | null, end: StreamEnd): ClosingEvent | null =>
  seen?.closing.find(({ kind, from }) => from === end && (kind === 'fin' || kind === 'rst')) ?? null;

const closeFrameFrom = (seen: LegStream | null, end: StreamEnd): ClosingEvent | null =>
  seen?.closing.find(({ kind, from }) => from === end && kind === 'close-frame') ?? null;

/** Of events at one host, whose clock stamps all its captures. */
const isBefore = (one: ClosingEvent | null, other: ClosingEvent | null): boolean => one !== null && other !== null && one.atMs < other.atMs;
