/**
 * `same`: as on the control path; `differs`: otherwise than there, and no audit objects; `quirk`: a known one of the program;
 * `declared`: a failure that the path declares; `fault`: any other failure; `none`: the case was not run there.
 */
export type GridMark = 'same' | 'differs' | 'quirk' | 'declared' | 'fault' | 'none';

export interface GridCell {
  readonly mark: GridMark;
  /** What the path did; empty where the case was not run. */
  readonly label: string;
}

export interface GridRow {
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  /** What the control path of the first subject did. */
  readonly control: string;
  /** In the order of the grid's paths. */
  readonly cells: readonly GridCell[];
}

export interface Grid {
  /** The subjects: paths with proxies. */
  readonly paths: readonly string[];
  readonly rows: readonly GridRow[];
}
