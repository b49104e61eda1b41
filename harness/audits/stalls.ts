import type { StallSeen } from '../model/capture-analysis.ts';
import type { LegEvidence } from '../model/evidence.ts';

/** The longest stall of a kind on one connection, as the capture at either end shows it. */
export function stallOf(leg: LegEvidence, kind: StallSeen['kind']): StallSeen | null {
  const stalls = [...(leg.near?.stalls ?? []), ...(leg.far?.stalls ?? [])].filter((stall) => stall.kind === kind);
  return stalls.reduce<StallSeen | null>(
    (longest, stall) => (longest === null || stall.longestMs > longest.longestMs ? stall : longest),
    null,
  );
}

/** The same over all connections of a path, in milliseconds; 0 when there is none. */
export const longestStall = (legs: readonly LegEvidence[], kind: StallSeen['kind']): number =>
  Math.max(0, ...legs.map((leg) => stallOf(leg, kind)?.longestMs ?? 0));
