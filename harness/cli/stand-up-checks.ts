import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { isControl, type Path } from '../model/path.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import type { SubjectFacts } from '../model/world.ts';
import { makeFolder } from '../run/run-folder.ts';
import type { ScaledWorlds } from '../run/time-scale.ts';
import { planWorld } from '../world/plan-world.ts';
import type { RunNames } from '../world/subject-paths.ts';
import { withTree } from '../world/with-tree.ts';
import { type PlannedCheck, plannedPaths } from './plan-checks.ts';
import type { Progress } from './progress.ts';
import { scaleTree } from './scale-subject.ts';
import { standUp, type StoodSubject, withWorld } from './stand-up.ts';
import { factsOf, treesOf } from './subject-facts.ts';

/** Topologies of tries come after those of the run, which begin at the lab's first. */
const FIRST_TRY_OCTET = 160;
const MOST_TRIES = 90;

export interface CheckGround {
  readonly lab: Lab;
  /** Of the run: logs of the tries are kept in it. */
  readonly runFolder: string;
  /** Names that the rest of the run has taken. */
  readonly names: RunNames;
  /** Paths that the run is about: what none of them needs is not stood up. */
  readonly paths: readonly Path[];
  /** By what the durations of every config are divided. */
  readonly factor: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The checked configs of a run, in the worlds that were made around them. */
export interface StoodChecks {
  readonly stood: readonly StoodSubject[];
  /** Those of the run: entries have proxies with worlds now. */
  readonly paths: readonly Path[];
  /** Of the configs as they are, by host name: findings point into them. */
  readonly trees: ReadonlyMap<string, ConfigTree>;
  readonly facts: readonly SubjectFacts[];
  /** What was scaled, by host name, and what could not be. */
  readonly scaled: ScaledWorlds;
}

/** Makes the worlds of the configs that selected paths are entries of. Throws what standUp throws. */
export async function standUpChecks(checks: readonly PlannedCheck[], ground: CheckGround): Promise<StoodChecks> {
  const selected = new Set(ground.paths.filter((path) => !isControl(path)).map(({ id }) => id));
  const stood = await standUpAll(checks, selected, ground);
  const real = new Map<string, Path>();
  const originals = new Map<string, string>();
  const notes: string[] = [];
  for (const one of stood) {
    const { paths, scaledNotes } = await scaledPaths(one, ground.factor);
    notes.push(...scaledNotes);
    for (const path of paths) {
      real.set(path.id, path);
      if (ground.factor !== 1) for (const { name, config } of path.proxies) originals.set(name, config);
    }
  }
  return {
    stood,
    paths: ground.paths.map((path) => withProxiesOf(path, real.get(path.id))),
    trees: treesOf(stood),
    facts: stood
      .map(factsOf)
      .map((facts) => ({ ...facts, ofSpec: true as const, entries: facts.entries.filter(({ path }) => selected.has(path)) })),
    scaled: { originals, notes },
  };
}

async function standUpAll(
  checks: readonly PlannedCheck[],
  selected: ReadonlySet<string>,
  ground: CheckGround,
): Promise<readonly StoodSubject[]> {
  const { lab, names, signal, progress } = ground;
  const wanted = checks.filter(({ paths }) => paths.some(({ id }) => selected.has(id)));
  if (wanted.length === 0) return [];
  const logs = join(ground.runFolder, 'hosts', 'tries');
  makeFolder(logs);
  const octets = Array.from({ length: MOST_TRIES }, (_, index) => FIRST_TRY_OCTET + index).values();
  progress.phase('Standing the world up', 0, wanted.length, null);
  const stood: StoodSubject[] = [];
  for (const check of checks) {
    // The names that it would have had are not given to another.
    if (!wanted.includes(check)) plannedPaths(check.subject, check.service, names);
    else
      stood.push(
        await standUp(check.subject, check.service, { lab, logs, octets, names, signal, onProgress: (what) => progress.what(what) }),
      );
  }
  return stood;
}

/** The paths of a config whose durations are divided in its world. */
async function scaledPaths(
  { subject, service, surroundings, extra, certificates, paths }: StoodSubject,
  factor: number,
): Promise<{ readonly paths: readonly Path[]; readonly scaledNotes: readonly string[] }> {
  if (factor === 1) return { paths, scaledNotes: [] };
  const { tree, notes } = scaleTree(service, subject.tree, factor);
  const { world } = await planWorld(withTree(subject, tree), surroundings, extra, certificates);
  return { paths: withWorld(paths, world), scaledNotes: notes.map((note) => `${subject.label}: ${note}`) };
}

/** What the run wants of a path (addresses of its client) stays. */
const withProxiesOf = (path: Path, real: Path | undefined): Path =>
  real === undefined ? path : { ...path, proxies: real.proxies, expect: real.expect };
