import type { Measured } from '../measure/threshold-expression.ts';
import type { SurvivalEvidence } from '../model/action-evidence.ts';
import type { LoadEvidence, TcpCounterEvidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { CapacityEvidence, LadderEvidence } from '../model/limit-evidence.ts';
import type { UsageEvidence } from '../model/load.ts';

/** What the measures of a path are taken from. */
export interface MeasureGround {
  readonly ladders: readonly LadderEvidence[];
  readonly survivals: readonly SurvivalEvidence[];
  readonly loads: readonly LoadEvidence[];
  readonly usages: readonly UsageEvidence[];
  readonly tcpCounters: readonly TcpCounterEvidence[];
  readonly capacities: readonly CapacityEvidence[];
  readonly findings: readonly Finding[];
  /** Durations of the configs were divided, so that what `findings` say of time is not what production would show. */
  readonly isTimeScaled: boolean;
}

/** A measure with the evidence that it is from, in words; null: not measured, and why. */
export interface MeasureTaken {
  readonly measured: Measured | null;
  readonly because: string;
}

export const notTaken = (because: string): MeasureTaken => ({ measured: null, because });
