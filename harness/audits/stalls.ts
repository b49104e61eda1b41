import type { StallSeen } from '../model/capture-analysis.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';

/** The longest stall of a kind on one connection that an end caused, as the capture at either end shows it; of both ends when none is named. */
export function stallOf(leg: LegEvidence, kind: StallSeen['kind'], by: StallSeen['by'] | null = null): StallSeen | null {
  const stalls = [...(leg.near?.stalls ?? []), ...(leg.far?.stalls ?? [])].filter(
    (stall) => stall.kind === kind && (by === null || stall.by === by),
  );
  return stalls.reduce<StallSeen | null>(
    (longest, stall) => (longest === null || stall.longestMs > longest.longestMs ? stall : longest),
    null,
  );
}

/** The same over all connections of a scenario, in milliseconds; 0 when there is none. */
export const longestStall = (legs: readonly LegEvidence[], scenario: string, kind: StallSeen['kind']): number =>
  legs.reduce((longest, leg) => (leg.scenario === scenario ? Math.max(longest, stallOf(leg, kind)?.longestMs ?? 0) : longest), 0);
