/**
 * A known deviation of a proxy program: what an audit finds on every path with it, and why that is so. It excuses just these
 * cases; anything else that is found there counts.
 */
export interface Quirk {
  readonly audit: string;
  readonly scenario: string;
  /** Case ids; absent: all of the scenario. */
  readonly cases?: readonly string[];
  /** Versions that have it, compared number by number: `<3.0`, `>=2.2 <2.8`; absent: all that we know. */
  readonly versions?: string;
  readonly because: string;
  /** Documentation or measurement that says so. */
  readonly source: string;
}
