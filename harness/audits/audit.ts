import type { EvidenceByKind, EvidenceKind, Recorded } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Path } from '../model/path.ts';

type EvidenceOf<K extends EvidenceKind> = { readonly [Kind in K]: readonly Recorded<EvidenceByKind[Kind]>[] };

/** All evidence of a run, in the order it was recorded. */
export type EvidenceSet = EvidenceOf<EvidenceKind>;

/** What an audit is given of one path, all scenarios together. Hosts, links and logs are those of the path too. */
export interface AuditInput<K extends EvidenceKind> {
  readonly path: Path;
  /** The control path; the path itself when it is one. */
  readonly control: Path;
  readonly subject: EvidenceOf<K>;
  readonly controlEvidence: EvidenceOf<K>;
}

/** A pure function from evidence to findings; its id is a noun in the failing state and the name of its file. */
export interface Audit<K extends EvidenceKind> {
  readonly id: string;
  readonly title: string;
  readonly failureTitle: string;
  readonly cite: string;
  readonly requires: readonly K[];
  /** Of `requires`, the kinds that it judges; the others only explain. Without any of these in a scenario it has nothing to say. */
  readonly judges: readonly NoInfer<K>[];
  /** What it finds is not compared with the control path, and it has nothing to say of what was not measured. */
  readonly standsAlone?: boolean;
  /** It judges entries that were checked outside any lab, by their client end alone, and nothing else. Absent: it says nothing of those, which have nothing to be compared with. */
  readonly judgesOutside?: true;
  evaluate(input: AuditInput<K>): readonly Finding[];
}

/** Infers K from `requires`, so an audit cannot read evidence it did not declare. */
export function defineAudit<const K extends EvidenceKind>(audit: Audit<K>): Audit<K> {
  return audit;
}
