/** Version of a baseline file. A file of a newer one is not read. */
export const BASELINE_VERSION = 1;

/**
 * What was known to be wrong, and how good the rest was: a small file in git that the gate judges against. It has nothing in it that differs between
 * two runs of the same thing: no times, ports or addresses.
 */
export interface Baseline {
  readonly baselineVersion: number;
  /** By id. Control paths have none: nothing of theirs is excused. */
  readonly paths: Readonly<Record<string, BaselinePath>>;
}

export interface BaselinePath {
  readonly findings: readonly KnownFinding[];
  /** By measure: `idle limit`, `reload survival`. */
  readonly measures: Readonly<Record<string, KnownMeasure>>;
  /** Thresholds that failed, as the policy has them. */
  readonly thresholds: readonly string[];
  /** Declared failures that did not come true. */
  readonly unmet: readonly { readonly audit: string; readonly scenario: string | null }[];
}

/** One finding that failed. */
export interface KnownFinding {
  readonly audit: string;
  readonly scenario: string;
  /** The blamed host, or `unknown`. */
  readonly host: string;
  /** For the reader: the line that was blamed, without its number. */
  readonly config?: { readonly file: string; readonly text: string };
  /** Cases that failed. Absent: the audit names none. */
  readonly cases?: readonly string[];
}

export interface KnownMeasure {
  /** In the unit: ms, %, or a count. More is better. */
  readonly value: number;
  readonly unit: MeasureUnit;
  /** By how much of the value, in %, it may be lower and still be the same. */
  readonly tolerancePercent: number;
  /** It was not reached: the value is as far as was looked. */
  readonly atLeast?: true;
}

export type MeasureUnit = 'ms' | '%' | 'count';

/** What a run is against a baseline. Findings by id. */
export interface BaselineResult {
  /** The file as the user knows it. */
  readonly file: string;
  /** Failures that the baseline does not have. */
  readonly fresh: readonly string[];
  readonly known: readonly string[];
  readonly regressions: readonly Regression[];
  /** What the baseline has and this run has not, in sentences. */
  readonly mended: readonly string[];
  /** What could not be held against it, in sentences. */
  readonly notCompared: readonly string[];
}

/** A measure that is worse than it was, beyond its tolerance. */
export interface Regression {
  readonly path: string;
  readonly measure: string;
  readonly was: number;
  readonly now: number;
  readonly unit: MeasureUnit;
  /** `idle limit was 75 s and is 30 s now: ...`. */
  readonly because: string;
}
