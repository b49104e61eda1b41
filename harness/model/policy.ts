/** What may fail. Ids are exact, `path` is a pattern with `*` and `?`. */
export interface Policy {
  readonly allow: readonly Allowance[];
  /** What to do with what could not be judged: `refuse` ends the command with its own exit code, `allow` with 0. */
  readonly inconclusive: 'refuse' | 'allow';
}

/** One tolerated finding of an audit; `scenario: null` means every scenario. Control paths are never excused. */
export interface Allowance {
  readonly audit: string;
  readonly path: string;
  readonly scenario: string | null;
  readonly because: string;
}
