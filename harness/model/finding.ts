import type { ConfigLine } from './service.ts';
import type { Direction } from './impairment.ts';

/** Points at one line of one evidence file of the run folder: `evidence/handshakes.ndjson`, line 12 (1-based). */
export interface EvidenceRef {
  readonly file: string;
  readonly line: number;
}

/** `certain`: two independent instruments agree; `likely`: one says so and none against; `unknown`: evidence does not decide. */
export type Confidence = 'certain' | 'likely' | 'unknown';

/** Who did it. `host: 'unknown'` is a legal answer; a wrong name is the worst one. */
export interface Blame {
  readonly host: string;
  readonly leg: string | null;
  readonly direction: Direction | null;
  readonly confidence: Confidence;
  /** One sentence of facts: what was seen on which leg. */
  readonly because: string;
  /** The line of the subject's config that explains it, when one does. */
  readonly config: ConfigLine | null;
  /** Sentences that clear others: "firewall: the same 3.1 % of segments were resent on the control path". */
  readonly innocent: readonly string[];
}

/** Closed union, so that an audit never emits markup and every report handles a known set. */
export type FindingDetail =
  | { readonly kind: 'text'; readonly title: string; readonly text: string }
  | { readonly kind: 'table'; readonly title: string; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'log'; readonly title: string; readonly host: string; readonly lines: readonly string[] }
  | { readonly kind: 'headers'; readonly title: string; readonly hops: readonly HopHeaderDiff[] };

/** What happened to the headers of a message between two adjacent observation points. */
export interface HopHeaderDiff {
  readonly from: string;
  readonly to: string;
  readonly message: 'request' | 'response';
  readonly startLine: { readonly before: string; readonly after: string };
  readonly changes: readonly HeaderChange[];
}

export type HeaderChange =
  | { readonly kind: 'added'; readonly name: string; readonly after: string }
  | { readonly kind: 'dropped'; readonly name: string; readonly before: string }
  | { readonly kind: 'changed'; readonly name: string; readonly before: string; readonly after: string }
  | { readonly kind: 'recased'; readonly before: string; readonly after: string };

/** One claim about one path, citing its evidence. */
export interface Finding {
  readonly auditId: string;
  readonly path: string;
  readonly scenario: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  /** One sentence, ready to print. Contains untrusted text: escape it. */
  readonly summary: string;
  readonly blame: Blame | null;
  readonly evidence: readonly EvidenceRef[];
  /** Numbers with units in their names: `{ limitMs: 2003, retransSegs: 14 }`. */
  readonly measures: Readonly<Record<string, number>>;
  readonly details: readonly FindingDetail[];
  /** Ids of the cases that it is about, where a scenario has cases. */
  readonly cases?: readonly string[];
}
