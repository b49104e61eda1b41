import type { TriedCandidate } from '../model/candidate.ts';
import { isControl } from '../model/path.ts';
import type { BehaviouralChange } from '../model/search-results.ts';
import type { Changes } from '../search/changes.ts';
import { plural } from '../../reports/numbers.ts';
import type { DiffPass } from './diff-causes.ts';
import type { DiffSides } from './diff-sides.ts';

/** What came of one kind of driving over both sides. */
export interface SeenPass extends Changes {
  readonly pass: DiffPass;
  /** Null: it was interrupted, or there was nothing to drive. */
  readonly tried: readonly [TriedCandidate, TriedCandidate] | null;
  /** By path: how many things were compared. */
  readonly compared: ReadonlyMap<string, number>;
  readonly runs: number;
}

/** What both sides do, in sentences without a full stop: how much behaves alike on each path, and what fails on both. */
export function sameSentences(sides: DiffSides, passes: readonly SeenPass[], unsteady: readonly BehaviouralChange[]): readonly string[] {
  const alike = sides.before.paths
    .filter((path) => !isControl(path))
    .flatMap(({ id, title }) => {
      const compared = passes.reduce((sum, one) => sum + (one.compared.get(id) ?? 0), 0);
      const other = passes
        .flatMap(({ changes }) => changes)
        .filter((change) => change.path === id && change.area !== 'finding' && !unsteady.includes(change)).length;
      if (compared === 0) return [];
      return [
        other === 0
          ? `${title} (${id}): all ${String(compared)} things that were compared`
          : `${title} (${id}): ${plural(Math.max(0, compared - other), 'other thing')}`,
      ];
    });
  const failing = passes.flatMap(({ same }) => same.filter(({ expected }) => !expected));
  return [...alike, ...failing.map(({ auditId, scenario, path, summary }) => `both fail ${auditId} in ${scenario} (${path}): ${summary}`)];
}

/** What differed once, together for each scenario of a path. */
export function unsteadySentences(unsteady: readonly BehaviouralChange[]): readonly string[] {
  const groups = Map.groupBy(unsteady, ({ path, area }) => JSON.stringify([path, area]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { path, area, what } = first;
    const where = path === null ? '' : ` (${path})`;
    const name =
      group.length === 1
        ? `${area === 'finding' ? '' : `${area}: `}${what}`
        : `${area}: ${plural(group.length, 'thing')}, ${what} among them,`;
    return [`${name}${where} differed once; run again, the two sides differed no more than two runs of one side do`];
  });
}
