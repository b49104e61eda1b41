import { availableParallelism } from 'node:os';
import { inParallel } from '../lab/in-parallel.ts';
import { isImpaired, topologyKey } from '../model/path.ts';
import type { LivePath, ScenarioContext } from './scenario.ts';

export interface SideBySide {
  /** So many paths of a topology in one group. */
  readonly atOnce: number;
  /** What is done on each, for the progress: `64 plays`. */
  readonly what: string;
}

/** Topologies share no host but the processors: more of them at a time are no sooner done, and all that they do is seen late. */
const TOPOLOGIES_AT_ONCE = Math.max(2, availableParallelism());

/**
 * Drives every path of a run: topologies side by side, those of many paths first, and in each its paths in groups, one group after the
 * other. Paths whose links impair packets are groups of their own, so that kernel counters, which belong to hosts, are theirs alone.
 */
export async function sideBySide(
  context: Pick<ScenarioContext<object>, 'paths' | 'signal' | 'progress'>,
  { atOnce, what }: SideBySide,
  drive: (group: readonly LivePath[]) => Promise<void>,
): Promise<void> {
  const { paths } = context;
  let done = 0;
  const lane = async (ofTopology: readonly LivePath[]): Promise<void> => {
    for (const group of groupsOf(ofTopology, atOnce)) {
      if (context.signal.aborted) return;
      const [first, ...others] = group;
      context.progress(`${first?.path.id ?? ''}${others.length === 0 ? '' : ` and ${others.length} more`}: ${what}`, done, paths.length);
      await drive(group);
      done += group.length;
    }
  };
  const lanes = [...Map.groupBy(paths, ({ path }) => topologyKey(path)).values()].toSorted((a, b) => b.length - a.length);
  await inParallel(lanes, TOPOLOGIES_AT_ONCE, lane);
}

function groupsOf(paths: readonly LivePath[], atOnce: number): readonly (readonly LivePath[])[] {
  const size = paths.some(({ path }) => isImpaired(path)) ? 1 : atOnce;
  return Array.from({ length: Math.ceil(paths.length / size) }, (_, index) => paths.slice(index * size, (index + 1) * size));
}
