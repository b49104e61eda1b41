/** What may fail. Ids are exact unless they are called patterns; a pattern has `*` and `?`. */
export interface Policy {
  readonly allow: readonly Allowance[];
  /** What to do with what could not be judged: `refuse` ends the command with its own exit code, `allow` with 0. */
  readonly inconclusive: 'refuse' | 'allow';
  /** How much findings weigh; the last that matches counts. Absent: everything is an error. */
  readonly levels?: readonly LevelRule[];
  /** Absent: none. */
  readonly thresholds?: readonly ThresholdRule[];
  /** Findings that are known to come and go, for a time. Absent: none. */
  readonly quarantine?: readonly Quarantine[];
  /** How many warnings may be; absent: any number. */
  readonly maxWarnings?: number;
  /** What was known before, in a file; absent: everything counts. */
  readonly baseline?: BaselineFile;
}

/** One tolerated finding of an audit; `scenario: null` means every scenario. Control paths are never excused. */
export interface Allowance {
  readonly audit: string;
  readonly path: string;
  readonly scenario: string | null;
  readonly because: string;
}

/** `off`: shown, and fails nothing; `warn`: counted, and fails nothing by itself; `error`: fails. */
export const LEVELS = ['off', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** `audit` and `path` are patterns. Control paths are never excused. */
export interface LevelRule extends Allowance {
  readonly level: Level;
}

/** What must be measured on the paths that a pattern matches, control paths left out: `p99 added latency <= 5 ms`. */
export interface ThresholdRule {
  readonly path: string;
  readonly expect: string;
  readonly because: string | null;
}

/** A warning until the end of a day, and an error after it. `audit` and `path` are patterns. */
export interface Quarantine extends Allowance {
  /** Last day of it, `2027-01-31`, in UTC. */
  readonly until: string;
}

export interface BaselineFile {
  /** Absolute. */
  readonly file: string;
  /** The path as the user wrote it. */
  readonly label: string;
}
