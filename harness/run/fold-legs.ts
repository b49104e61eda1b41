import type { LegEvidence, LegStream } from '../model/wire-evidence.ts';

/** A reset that takes no longer ends a connection that its host is done with, as HAProxy does. */
const PROMPT_MS = 20;
/** Of connections on which nothing happened, so many of a leg have a line of their own. */
const KEPT_QUIET = 20;

/**
 * A load makes thousands of connections that differ in nothing. Those beyond the first of a leg on which nothing was refused, lost, sent again, silent or oddly reset are
 * counted on the last one that is kept.
 */
export function foldQuietLegs(legs: readonly LegEvidence[]): readonly LegEvidence[] {
  return [...Map.groupBy(legs, ({ path, leg }) => `${path} ${leg}`).values()].flatMap((ofLeg) => {
    const quiet = ofLeg.filter(isQuiet);
    const last = quiet[KEPT_QUIET - 1];
    const folded = new Set(quiet.slice(KEPT_QUIET));
    if (last === undefined || folded.size === 0) return ofLeg;
    return ofLeg.filter((leg) => !folded.has(leg)).map((leg) => (leg === last ? { ...leg, alike: together([...folded]) } : leg));
  });
}

const together = (legs: readonly LegEvidence[]): NonNullable<LegEvidence['alike']> => ({
  connections: legs.length,
  packets: {
    aToB: legs.reduce((sum, { near }) => sum + (near?.packets.aToB ?? 0), 0),
    bToA: legs.reduce((sum, { far }) => sum + (far?.packets.bToA ?? 0), 0),
  },
});

function isQuiet({ near, far, transit }: LegEvidence): boolean {
  if (near === null || far === null || transit === null) return false;
  const { lost, appeared, resets } = transit;
  return (
    lost.nearToFar + lost.farToNear + appeared.atNear + appeared.atFar === 0 &&
    resets.every(({ transitMs, leastTransitMs }) => transitMs !== null && transitMs - (leastTransitMs ?? 0) < PROMPT_MS) &&
    [near, far].every(isUneventful)
  );
}

const isUneventful = ({ resent, resets, idleGaps, stalls, mtuBlackhole, webSocket, tls, exchanges }: LegStream): boolean =>
  resent.aToB.frames + resent.bToA.frames + idleGaps.length + stalls.length === 0 &&
  resets.every(({ isLate, oddities }) => !isLate && oddities.length === 0) &&
  mtuBlackhole === null &&
  webSocket === null &&
  (tls?.alerts.length ?? 0) === 0 &&
  exchanges.every(({ response }) => response !== null && response.status < 400 && response.status !== 101);
