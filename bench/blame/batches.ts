import { topologyKey, type Path } from '../../harness/model/path.ts';
import { withControls } from '../../harness/spec/controls.ts';
import type { Fault } from './fault.ts';

/** Paths that are brought up and driven together. */
export interface Batch {
  readonly scenarios: readonly string[];
  readonly faults: readonly Fault[];
  readonly paths: readonly Path[];
}

/** A topology takes a client, an origin, its links and a capture at each end of each of them: this many fit into a small machine. */
const MAX_TOPOLOGIES = 14;
/** More, and a capture that all of them share loses packets. */
const MAX_PATHS = 36;

/** Faults of the same scenarios run together, those with the same links side by side, so that they share a topology. Pure. */
export function batchesOf(faults: readonly Fault[]): readonly Batch[] {
  const groups = Map.groupBy(faults, ({ scenarios }) => scenarios.toSorted().join(' '));
  return [...groups.values()].flatMap((group) => chunksOf(group).map((chunk) => batchOf(chunk)));
}

function chunksOf(group: readonly Fault[]): readonly (readonly Fault[])[] {
  const byLinks = [...Map.groupBy(group, ({ path }) => topologyKey(path)).values()].toSorted((a, b) => b.length - a.length);
  const chunks: Fault[][] = [];
  for (const fault of byLinks.flat()) {
    const last = chunks.at(-1);
    if (last !== undefined && fits([...last, fault])) last.push(fault);
    else chunks.push([fault]);
  }
  return chunks;
}

function fits(faults: readonly Fault[]): boolean {
  const { paths } = batchOf(faults);
  return paths.length <= MAX_PATHS && new Set(paths.map(topologyKey)).size <= MAX_TOPOLOGIES;
}

function batchOf(faults: readonly Fault[]): Batch {
  return { scenarios: faults[0]?.scenarios ?? [], faults, paths: withControls(faults.map(({ path }) => path)) };
}
