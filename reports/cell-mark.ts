import type { Cell, RunRecord } from '../harness/model/record.ts';
import type { Verdict } from '../harness/model/verdict.ts';

/**
 * What a cell shows: what was observed and what the gate made of it, in one word. `declared`: a failure that the path's
 * data declares. `known`: one that the baseline has. `warned`: the policy makes a warning of it. `missing`: a declared failure that did not happen. `allowed`: inconclusive, and the policy lets it be.
 */
export type CellMark = 'pass' | 'declared' | 'known' | 'warned' | 'allowed' | 'inconclusive' | 'missing' | 'fail' | 'error';

/** Symbol and words of a mark, so that no report says it by colour alone; `short` for the cells of a table. */
export const MARKS: Readonly<Record<CellMark, { readonly symbol: string; readonly text: string; readonly short: string }>> = {
  pass: { symbol: '✓', text: 'passes', short: 'pass' },
  declared: { symbol: '≡', text: 'fails as declared', short: 'as declared' },
  known: { symbol: '=', text: 'fails as in the baseline', short: 'known' },
  warned: { symbol: '▲', text: 'fails, a warning', short: 'warning' },
  allowed: { symbol: '~', text: 'inconclusive, allowed', short: 'allowed' },
  inconclusive: { symbol: '?', text: 'inconclusive', short: 'inconclusive' },
  missing: { symbol: '✗', text: 'declared failure missing', short: 'not failed' },
  fail: { symbol: '✗', text: 'fails', short: 'FAIL' },
  error: { symbol: '!', text: 'lab error', short: 'ERROR' },
};

/** Best first. */
const SEVERITY: readonly CellMark[] = ['pass', 'allowed', 'declared', 'known', 'warned', 'inconclusive', 'missing', 'fail', 'error'];

export function markOf({ observed, verdict, excuse }: Pick<Cell, 'observed' | 'verdict' | 'excuse'>): CellMark {
  if (verdict === 'pass' && excuse !== undefined) return excuse;
  if (verdict === 'pass') return observed === 'pass' ? 'pass' : observed === 'inconclusive' ? 'allowed' : 'declared';
  if (verdict === 'fail') return observed === 'pass' ? 'missing' : 'fail';
  return verdict;
}

/** The worst mark of a path's cells; never better than the path's own verdict. */
export function pathMark(record: RunRecord, pathId: string): CellMark {
  const marks = record.cells.filter((cell) => cell.path === pathId).map(markOf);
  const worstCell = marks.reduce<CellMark>((a, b) => (SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b), 'pass');
  const verdict = record.paths.find(({ path }) => path.id === pathId)?.verdict ?? 'pass';
  const least = verdict === 'fail' && failsBesides(record, pathId) ? 'fail' : LEAST[verdict];
  return SEVERITY.indexOf(least) > SEVERITY.indexOf(worstCell) ? least : worstCell;
}

/** A threshold that is not kept, or a measure that is worse than the baseline's, shows in no cell. */
const failsBesides = ({ thresholds, baseline }: RunRecord, pathId: string): boolean =>
  thresholds.some(({ path, verdict, known }) => path === pathId && verdict === 'fail' && known !== true) ||
  baseline?.regressions.some(({ path }) => path === pathId) === true;

/** The mildest mark that a verdict allows. */
const LEAST: Readonly<Record<Verdict, CellMark>> = { pass: 'pass', inconclusive: 'inconclusive', fail: 'missing', error: 'error' };

export const cellOf = (record: RunRecord, pathId: string, scenario: string): Cell | undefined =>
  record.cells.find((cell) => cell.path === pathId && cell.scenario === scenario);
