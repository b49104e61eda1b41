import { isControl } from '../harness/model/path.ts';
import type { ExpectationResult, JudgedFinding, PathRecord, RunRecord } from '../harness/model/record.ts';
import { markOf, pathMark, type CellMark } from './cell-mark.ts';

const PATH_RANK: Readonly<Record<CellMark, number>> = { error: 0, fail: 0, missing: 0, inconclusive: 1, declared: 2, allowed: 3, pass: 4 };

/** Incidents first, then what needs attention, then the rest in the record's order; control paths last. */
export function pathsInOrder(record: RunRecord): readonly PathRecord[] {
  const rank = ({ path }: PathRecord): number => {
    if (isControl(path)) return 20;
    return (path.incident === null ? 10 : 0) + PATH_RANK[pathMark(record, path.id)];
  };
  return record.paths.toSorted((a, b) => rank(a) - rank(b));
}

/** Findings that are not a pass: unexpected failures, then what is inconclusive, then failures as declared. */
export interface Failures {
  readonly unexpected: readonly JudgedFinding[];
  readonly inconclusive: readonly JudgedFinding[];
  readonly declared: readonly JudgedFinding[];
}

/** Splits findings of a record, of one path or of one cell. */
export function failuresIn(record: RunRecord, where: { readonly path?: string; readonly scenario?: string } = {}): Failures {
  const here = record.findings.filter(
    (finding) =>
      (where.path === undefined || finding.path === where.path) && (where.scenario === undefined || finding.scenario === where.scenario),
  );
  const failed = here.filter((finding) => finding.outcome === 'fail');
  return {
    unexpected: failed.filter((finding) => !finding.expected),
    inconclusive: here.filter((finding) => finding.outcome === 'inconclusive'),
    declared: failed.filter((finding) => finding.expected),
  };
}

/** Declared failures that did not come true as declared. */
export const unmetExpectations = (record: RunRecord): readonly ExpectationResult[] => record.expectations.filter(({ met }) => !met);

/** How many cells carry each mark, for the counts beside the headline. */
export function countMarks(record: RunRecord): ReadonlyMap<CellMark, number> {
  const counts = new Map<CellMark, number>();
  for (const cell of record.cells) counts.set(markOf(cell), (counts.get(markOf(cell)) ?? 0) + 1);
  return counts;
}
