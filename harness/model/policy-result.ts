import type { MeasureUnit } from './baseline.ts';
import type { Quarantine } from './policy.ts';

/* What the policy made of a run, as the record has it. */

/** A threshold of the policy on one path. */
export interface ThresholdResult {
  readonly path: string;
  /** As the policy has it: `p99 added latency <= 5 ms`. */
  readonly expect: string;
  /** Why it is wanted, as the policy says. */
  readonly why: string | null;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** Null: it was not measured. `atLeast`: the end was not reached. */
  readonly measured: { readonly value: number; readonly unit: MeasureUnit; readonly atLeast?: true } | null;
  /** Which evidence it is from, or why it was not measured. */
  readonly because: string;
  /** It failed before too, as the baseline says, and fails nothing. */
  readonly known?: true;
}

/** What the policy makes of a finding that is not a pass. */
export type Standing =
  /** Its audit is off here. */
  | { readonly kind: 'off'; readonly because: string }
  | { readonly kind: 'warning'; readonly because: string }
  | { readonly kind: 'quarantined'; readonly because: string; readonly until: string; readonly daysLeft: number }
  /** It was in quarantine, and counts again. */
  | { readonly kind: 'quarantine-over'; readonly because: string; readonly until: string }
  /** The baseline has it. */
  | { readonly kind: 'known' };

/** A quarantine of the policy, at the time of the run. */
export interface QuarantineResult extends Quarantine {
  /** The last day included; 0: it has run out. */
  readonly daysLeft: number;
  /** Ids of the findings in it. */
  readonly findings: readonly string[];
}

/** Of several runs that were judged together: in how many of those that could tell a finding was. */
export interface Repeats {
  readonly failed: number;
  readonly of: number;
}
