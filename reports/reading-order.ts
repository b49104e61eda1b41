import { isControl } from '../harness/model/path.ts';
import type { ExpectationResult, JudgedFinding, PathRecord, RunRecord } from '../harness/model/record.ts';
import { markOf, pathMark, type CellMark } from './cell-mark.ts';

/** What calls for a reader comes before everything else; what passes and what fails as declared keeps its place. */
const LOUD: readonly CellMark[] = ['error', 'fail', 'missing', 'inconclusive'];

/** Paths that need attention, then incidents, then the rest in the order of the spec, then control paths. */
export function pathsInOrder(record: RunRecord): readonly PathRecord[] {
  const rank = ({ path }: PathRecord): number => {
    const mark = pathMark(record, path.id);
    if (LOUD.includes(mark)) return mark === 'inconclusive' ? 1 : 0;
    return isControl(path) ? 4 : path.incident === null ? 3 : 2;
  };
  return record.paths.toSorted((a, b) => rank(a) - rank(b));
}

/** Findings that are not a pass: unexpected failures, then what is inconclusive, then failures as declared, then known quirks, and what the policy or the baseline excuses. */
export interface Failures {
  readonly unexpected: readonly JudgedFinding[];
  readonly inconclusive: readonly JudgedFinding[];
  readonly declared: readonly JudgedFinding[];
  /** What the programs are known for: excused, and told apart. */
  readonly quirks: readonly JudgedFinding[];
  /** What the policy makes a warning of, quarantined ones among them, whether they fail or are inconclusive. */
  readonly warnings: readonly JudgedFinding[];
  /** Failures that the baseline has. */
  readonly known: readonly JudgedFinding[];
}

/** Splits findings of a record, of one path or of one cell. */
export function failuresIn(record: RunRecord, where: { readonly path?: string; readonly scenario?: string } = {}): Failures {
  const here = record.findings.filter(
    (finding) =>
      (where.path === undefined || finding.path === where.path) && (where.scenario === undefined || finding.scenario === where.scenario),
  );
  const warnings = here.filter(isWarning);
  const known = here.filter(({ standing }) => standing?.kind === 'known');
  const failed = here.filter((finding) => finding.outcome === 'fail' && !warnings.includes(finding) && !known.includes(finding));
  return {
    unexpected: failed.filter((finding) => !finding.expected),
    inconclusive: here.filter((finding) => finding.outcome === 'inconclusive' && !isWarning(finding)),
    declared: failed.filter(({ expected, quirk }) => expected && quirk === undefined),
    quirks: failed.filter(({ expected, quirk }) => expected && quirk !== undefined),
    warnings,
    known,
  };
}

export const isWarning = ({ standing }: JudgedFinding): boolean => standing?.kind === 'warning' || standing?.kind === 'quarantined';

/** Declared failures that did not come true as declared, but for those that the baseline knows for it. */
export const unmetExpectations = (record: RunRecord): readonly ExpectationResult[] =>
  record.expectations.filter(({ met, known }) => !met && known !== true);

/** How many cells carry each mark, for the counts beside the headline. */
export function countMarks(record: RunRecord): ReadonlyMap<CellMark, number> {
  const counts = new Map<CellMark, number>();
  for (const cell of record.cells) counts.set(markOf(cell), (counts.get(markOf(cell)) ?? 0) + 1);
  return counts;
}
