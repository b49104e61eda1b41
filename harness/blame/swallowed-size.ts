import type { StreamSeen } from '../model/capture-analysis.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Direction } from '../model/impairment.ts';

/** A full-sized segment that was sent again and again and never acknowledged. */
type Stuck = NonNullable<StreamSeen['mtuBlackhole']>;

/** A silence before it makes a device that forgot the flow more likely than one that minds the size. */
const LONG_SILENCE_MS = 1000;

/** As the sender's own capture has it, the only one that has all its tries. */
export function stuckOf({ near, far }: LegEvidence, direction: Direction): Stuck | null {
  const seen = direction === 'to-origin' ? near : far;
  const stuck = seen?.mtuBlackhole ?? null;
  return stuck?.from === (direction === 'to-origin' ? 'a' : 'b') ? stuck : null;
}

/**
 * Whether a direction lost its full-sized segments for their size: something smaller came through after the first of them. Where nothing at all arrived from
 * then on, the size explains it only when whatever was lost was longer than all that arrived, and no long silence came before.
 */
export function isSwallowedForSize(leg: LegEvidence, direction: Direction): boolean {
  const stuck = stuckOf(leg, direction);
  if (stuck === null || leg.transit === null) return false;
  const [deaf, lost] =
    direction === 'to-origin'
      ? [leg.transit.deaf.nearToFar, leg.transit.lost.nearToFar]
      : [leg.transit.deaf.farToNear, leg.transit.lost.farToNear];
  // Tries that arrived and were not acknowledged are the receiver's doing.
  if (lost < stuck.tries) return false;
  return deaf === null || stuck.frame < deaf.frame || (deaf.areLongest && deaf.silentForMs < LONG_SILENCE_MS);
}
