import { EVIDENCE_KINDS } from '../model/evidence.ts';
import type { EvidenceSet } from './audit.ts';

/** Its steps go on until the path fails: what fails there was asked for. */
const SEARCH = 'knee';

/** Kinds that are judged there all the same: what the search came to, and programs that ended by themselves, for which no load is a reason. */
const KEPT: ReadonlySet<string> = new Set(['crashes', 'knees']);

/** What audits judge of a run: everything but the search for the most that a path sustains. */
export function withoutKnee(evidence: EvidenceSet): EvidenceSet {
  const entries = EVIDENCE_KINDS.map((kind) => {
    const records: readonly object[] = evidence[kind];
    return [kind, KEPT.has(kind) ? records : records.filter((record) => !('scenario' in record) || record.scenario !== SEARCH)];
  });
  return Object.fromEntries(entries) as EvidenceSet;
}
