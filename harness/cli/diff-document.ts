import type { BehaviouralChange, Hunk } from '../model/search-results.ts';
import type { DiffReport } from '../../reports/search/diff-text.ts';

/** Version of what `hopscope diff --json` prints and diff.json holds: new keys may come in 1.x. */
export const DIFF_VERSION = '1.0.0';

/** One comparison as JSON. `isWorse` of a change: null where neither side is better. */
export type DiffDocument = ReturnType<typeof diffDocument>;

/** Everything that the terminal shows, for programs. Text of configs in it is untrusted. */
export function diffDocument({ causes, uncaused, cost, elapsedMs, notes = [], ...rest }: DiffReport) {
  const changes = [...causes.flatMap((cause) => cause.changes), ...uncaused.map(({ change }) => change)];
  const count = (isWorse: boolean | null): number => changes.filter((one) => one.isWorse === isWorse).length;
  return {
    ...rest,
    counts: { worse: count(true), better: count(false), different: count(null) },
    causes: causes.map(({ changes: own, hunks, diff, isMinimal, isOnly }) => ({
      changes: own.map(plainChange),
      hunks: hunks.map(plainHunk),
      diff,
      isMinimal,
      isOnly,
    })),
    uncaused: uncaused.map(({ change, because }) => ({ change: plainChange(change), because })),
    notes,
    cost: { ...cost, elapsedMs: Math.round(elapsedMs) },
  };
}

const plainChange = ({ id, path, area, what, before, after, isWorse }: BehaviouralChange) => ({
  id,
  path,
  area,
  what,
  before,
  after,
  isWorse,
});

const plainHunk = ({ file, before, after }: Hunk) => ({ file, before, after });
