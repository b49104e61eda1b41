import type { Deafness } from '../model/capture-analysis.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Direction } from '../model/impairment.ts';
import { doubtAbout, doubtAboutBoth } from './capture-trust.ts';
import { isOrdinaryLoss } from './ordinary-loss.ts';
import type { PacketGround } from './packet-ground.ts';
import { isSwallowedForSize } from './swallowed-size.ts';

/** A connection of which nothing more arrived in one direction. */
export interface DeafLeg<L extends LegEvidence = LegEvidence> {
  readonly leg: L;
  readonly direction: Direction;
  readonly deaf: Deafness;
  readonly sender: string;
  readonly receiver: string;
  /** Why the receiver's capture may have missed what it does not show; null when it can be relied on. */
  readonly doubt: string | null;
}

/** Fewer lost packets at the end of a connection are ordinary loss: a last FIN, or an acknowledgement. */
const MIN_RESENDS = 2;
const MIN_LASTED_MS = 300;

/** Null when both directions were heard to the end, as far as loss does not explain it. Of two deaf directions the one that went deaf first. */
export function deafLegOf<L extends LegEvidence>(leg: L, ground: PacketGround): DeafLeg<L> | null {
  if (leg.transit === null) return null;
  const { nearToFar, farToNear } = leg.transit.deaf;
  const found = [...inDirection(leg, 'to-origin', nearToFar, ground), ...inDirection(leg, 'to-client', farToNear, ground)];
  return found.toSorted((one, other) => one.deaf.sinceMs - other.deaf.sinceMs)[0] ?? null;
}

function inDirection<L extends LegEvidence>(
  leg: L,
  direction: Direction,
  deaf: Deafness | null,
  ground: PacketGround,
): readonly DeafLeg<L>[] {
  if (deaf === null || deaf.resends < MIN_RESENDS || deaf.lastedMs < MIN_LASTED_MS) return [];
  if (isSwallowedForSize(leg, direction) || isOrdinaryLoss(deaf.lostPackets, leg, direction, ground)) return [];
  const isOutward = direction === 'to-origin';
  const [sender, receiver] = isOutward ? [leg.from, leg.to] : [leg.to, leg.from];
  const neededMs = deaf.sinceMs + MIN_LASTED_MS + slowestMs(leg);
  const doubt = doubtAboutBoth(leg, ground) ?? doubtAbout(leg, isOutward ? 'far' : 'near', neededMs, ground);
  return [{ leg, direction, deaf, sender, receiver, doubt }];
}

/** How long a packet of the connection may have been on its way: a capture that ended before it could arrive says nothing of it. */
const slowestMs = ({ near, far }: LegEvidence): number =>
  Math.max(0, ...[near, far].flatMap((seen) => [seen?.rtt.aToB?.maxMs ?? 0, seen?.rtt.bToA?.maxMs ?? 0]));
