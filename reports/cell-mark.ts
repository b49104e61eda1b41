import type { Cell, RunRecord } from '../harness/model/record.ts';
import type { Verdict } from '../harness/model/verdict.ts';

/**
 * What a cell shows: what was observed and what the gate made of it, in one word. `declared`: a failure that the path's
 * data declares. `missing`: a declared failure that did not happen. `allowed`: inconclusive, and the policy lets it be.
 */
export type CellMark = 'pass' | 'declared' | 'allowed' | 'inconclusive' | 'missing' | 'fail' | 'error';

/** Symbol and words of a mark, so that no report says it by colour alone; `short` for the cells of a table. */
export const MARKS: Readonly<Record<CellMark, { readonly symbol: string; readonly text: string; readonly short: string }>> = {
  pass: { symbol: '✓', text: 'passes', short: 'pass' },
  declared: { symbol: '≡', text: 'fails as declared', short: 'as declared' },
  allowed: { symbol: '~', text: 'inconclusive, allowed', short: 'allowed' },
  inconclusive: { symbol: '?', text: 'inconclusive', short: 'inconclusive' },
  missing: { symbol: '✗', text: 'declared failure missing', short: 'not failed' },
  fail: { symbol: '✗', text: 'fails', short: 'FAIL' },
  error: { symbol: '!', text: 'lab error', short: 'ERROR' },
};

/** Best first. */
const SEVERITY: readonly CellMark[] = ['pass', 'allowed', 'declared', 'inconclusive', 'missing', 'fail', 'error'];

export function markOf({ observed, verdict }: Pick<Cell, 'observed' | 'verdict'>): CellMark {
  if (verdict === 'pass') return observed === 'pass' ? 'pass' : observed === 'inconclusive' ? 'allowed' : 'declared';
  if (verdict === 'fail') return observed === 'pass' ? 'missing' : 'fail';
  return verdict;
}

/** The worst mark of a path's cells; never better than the path's own verdict. */
export function pathMark(record: RunRecord, pathId: string): CellMark {
  const marks = record.cells.filter((cell) => cell.path === pathId).map(markOf);
  const worstCell = marks.reduce<CellMark>((a, b) => (SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b), 'pass');
  const verdict = record.paths.find(({ path }) => path.id === pathId)?.verdict ?? 'pass';
  return SEVERITY.indexOf(LEAST[verdict]) > SEVERITY.indexOf(worstCell) ? LEAST[verdict] : worstCell;
}

/** The mildest mark that a verdict allows. */
const LEAST: Readonly<Record<Verdict, CellMark>> = { pass: 'pass', inconclusive: 'inconclusive', fail: 'missing', error: 'error' };

export const cellOf = (record: RunRecord, pathId: string, scenario: string): Cell | undefined =>
  record.cells.find((cell) => cell.path === pathId && cell.scenario === scenario);
