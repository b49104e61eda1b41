import type { LegSeen, Resent } from '../model/capture-analysis.ts';
import type { Blame } from '../model/finding.ts';
import type { Direction } from '../model/impairment.ts';
import { isControl, type Path } from '../model/path.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { blameLinkOf, onControlPath } from './blame-link.ts';
import { confidenceIn, doubtAbout, doubtAboutBoth } from './capture-trust.ts';
import { deafLegOf } from './deaf-leg.ts';
import { isOrdinaryLoss } from './ordinary-loss.ts';
import { disagreementAbout, type PacketGround } from './packet-ground.ts';
import { strangeResetsOf, strangeResetWords } from './strange-reset.ts';
import { unknownBlame } from './unknown-blame.ts';

/** What something between the two ends of a connection kept from the other, so that no opening handshake came of it. */
interface Swallowed {
  readonly leg: LegEvidence;
  readonly direction: Direction;
  /** `reset`: an end got one in the name of the other, for its SYN that did not arrive or in the middle. */
  readonly what: 'syn' | 'reset' | 'request' | 'answer';
  readonly because: string;
}

/** One packet that is lost is ordinary; what is sent again and lost again is not, unless the links are told to lose that much. */
const MIN_LOST = 2;

/** Null where everything arrived that an opening handshake needs, and where the captures do not tell. */
export function swallowedOn(leg: LegEvidence, ground: PacketGround): Swallowed | null {
  if (doubtAboutBoth(leg, ground) !== null || disagreementAbout(leg, ground.instruments) !== null) return null;
  return leg.transit === null ? unheardOf(leg, ground) : withoutBytes(leg, ground);
}

/** A connection that only the end which opened it knows of. */
function unheardOf(leg: LegEvidence, ground: PacketGround): Swallowed | null {
  const { near, far, farFile, from, to } = leg;
  if (near === null || far !== null || farFile === null || near.bytes.aToB + near.bytes.bToA > 0) return null;
  const reset = strangeResetsOf(leg, ground).find(({ doubt }) => doubt === null);
  if (reset !== undefined) {
    const because = `the SYN of ${from} did not arrive at ${to}, and ${from} got a reset for it in the name of ${to}, which had not sent it`;
    return { leg, direction: 'to-origin', what: 'reset', because };
  }
  const syns = near.packets.aToB;
  const isTold = near.packets.bToA === 0 && syns >= MIN_LOST && doubtAbout(leg, 'far', near.endedAtMs, ground) === null;
  if (!isTold || isOrdinaryLoss(syns, leg, 'to-origin', ground)) return null;
  return { leg, direction: 'to-origin', what: 'syn', because: `${from} sent ${syns} SYNs to ${to}, and none arrived` };
}

/** A connection that was opened, and of which one direction carried nothing. */
function withoutBytes(leg: LegEvidence, ground: PacketGround): Swallowed | null {
  const { near, far, transit, from, to } = leg;
  if (near === null || far === null || transit === null) return null;
  const strangers = strangeResetsOf(leg, ground).filter(({ doubt }) => doubt === null);
  const [stranger] = strangers;
  if (stranger !== undefined) return { leg, direction: stranger.direction, what: 'reset', because: strangeResetWords(leg, strangers) };
  const { nearToFar, farToNear } = transit.lost;
  const kept = (direction: Direction, lost: number): boolean => lost >= MIN_LOST && !isOrdinaryLoss(lost, leg, direction, ground);
  const syns = Math.min(near.resent.aToB.byCause.handshake, nearToFar);
  if (kept('to-origin', syns))
    return { leg, direction: 'to-origin', what: 'syn', because: `${from} sent ${syns} SYNs to ${to} that did not arrive` };
  // In clear text a request that never became whole is none; what is in TLS is only known to be there.
  const hasRequest =
    far.bytes.aToB > 0 && !(far.exchangeCount === 0 && near.exchangeCount > 0) && !hasHole(transit.resent.nearToFar, far.resent.aToB);
  if (near.bytes.aToB > 0 && !hasRequest && kept('to-origin', nearToFar)) {
    const because = `what ${from} sent did not arrive at ${to}: ${nearToFar} packets were lost between them`;
    return { leg, direction: 'to-origin', what: 'request', because };
  }
  const hasAnswer = near.bytes.bToA > 0 && !hasHole(transit.resent.farToNear, near.resent.bToA);
  if (far.bytes.bToA > 0 && !hasAnswer && kept('to-client', farToNear)) {
    const because = `what ${to} answered did not arrive at ${from}: ${farToNear} packets were lost between them`;
    return { leg, direction: 'to-client', what: 'answer', because };
  }
  const deaf = deafLegOf(leg, ground);
  if (deaf === null || deaf.doubt !== null) return null;
  const because = `from some moment on nothing that ${deaf.sender} sent arrived at ${deaf.receiver}: ${deaf.deaf.lostPackets} packets`;
  return { leg, direction: deaf.direction, what: deaf.direction === 'to-origin' ? 'request' : 'answer', because };
}

/** Bytes were lost again and again, and what is missing at the receiver was never filled in. */
const hasHole = (fates: LegSeen['resent']['nearToFar'], arrived: Resent): boolean => fates.lost >= MIN_LOST && arrived.holeFills === 0;

/** The link of a leg; nobody where the control path crosses it as it is here: the weather is no culprit. */
export function blameSwallowing({ leg, direction, what, because }: Swallowed, path: Path, control: Path, ground: PacketGround): Blame {
  if (isControl(path) || onControlPath(leg, path, control) === 'same')
    return unknownBlame(`${because}; the control path crosses ${leg.links.join(', ')} as well`);
  const link = leg.links.length === 1 ? (leg.links[0] ?? leg.leg) : `the leg ${leg.leg}`;
  return blameLinkOf(
    leg,
    direction,
    `${link} ${what === 'reset' ? 'cut off an opening handshake' : 'let an opening handshake vanish'}: ${because}`,
    confidenceIn(leg, ground.captures),
  );
}
