import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { Frozen } from '../spec/deep-freeze.ts';
import { loadSpec } from '../spec/load-spec.ts';
import { type Environment, type Resolved, resolveSettings } from '../spec/resolve.ts';
import { selectPaths } from '../spec/select.ts';
import type { LabChoice, Spec } from '../spec/spec.ts';
import { BUILT_IN_LABEL } from './built-in-label.ts';
import { changedFiles, changedPaths, isCheckChanged } from './changed-since.ts';
import type { RunNames } from '../world/subject-paths.ts';
import { packageRoot } from './package-root.ts';
import { namesBeside, planChecks, type PlannedCheck } from './plan-checks.ts';
import type { RunOptions } from './run-options.ts';
import { vocabulary } from './vocabulary.ts';

/** Names that a spec of a project has. */
const PROJECT_SPECS = ['hopscope.yaml', 'hopscope.yml'];

/** Specs that Hopscope brings along are named by this and the name of their file. */
const BUILT_IN = /^builtin:([a-z0-9-]+)$/;

/** The file of the spec that is meant: the given one, that of the working folder, or the built-in default. */
function meantSpecFile(written: string | null, workingFolder: string): { readonly file: string; readonly label?: string } {
  const brought = (name: string): string => join(packageRoot(), 'scenarios', `${name}.yaml`);
  const [, name] = BUILT_IN.exec(written ?? '') ?? [];
  if (written !== null && name !== undefined) return { file: brought(name), label: written };
  const file = written ?? PROJECT_SPECS.find((candidate) => existsSync(join(workingFolder, candidate))) ?? null;
  return file === null ? { file: brought('default'), label: BUILT_IN_LABEL } : { file };
}

/** Loads the spec that is meant. Throws what loadSpec throws. */
export async function loadMeantSpec(written: string | null, workingFolder: string): Promise<Spec> {
  const { file, ...label } = meantSpecFile(written, workingFolder);
  return await loadSpec(file, { vocabulary, workingFolder, packageRoot: packageRoot(), ...label });
}

/** The configuration of a run, and the configs that it checks. The proxies of their paths have no world yet. */
export interface ResolvedRun extends Frozen<Resolved> {
  readonly checks: readonly PlannedCheck[];
  /** Names that the paths of the spec itself have taken. */
  readonly names: RunNames;
  /** Why this lab, where the spec and not the user chose it; null: say what is usual. */
  readonly labBecause: string | null;
}

/**
 * The configuration of a run: defaults < spec file < environment < flags, frozen; null when no path has changed since the revision
 * that was asked for. Throws only HarnessErrors.
 */
export async function resolveRun(options: RunOptions, environment: Environment, workingFolder: string): Promise<ResolvedRun | null> {
  const written = await loadMeantSpec(options.spec, workingFolder);
  const checks = await planChecks(written, workingFolder);
  const whole = { ...written, paths: [...written.paths, ...checks.flatMap(({ paths }) => paths)] };
  const { changedSince } = options;
  const chosen = { ...whole, paths: selectPaths(whole.paths, options.paths) };
  const spec = changedSince === null ? chosen : concerned(chosen, checks, { revision: changedSince, written: options.spec, workingFolder });
  if (changedSince !== null && spec.paths.length === 0) return null;
  const { lab, seed, out, capture, realTime } = options;
  const timeScale = realTime ? 1 : options.timeScale;
  const flags = {
    scenarios: options.scenarios,
    loads: options.loads ?? [],
    ...(lab === null ? {} : { lab }),
    ...(seed === null ? {} : { seed }),
    ...(out === null ? {} : { out }),
    ...(capture === null ? {} : { capture }),
    ...(timeScale === null ? {} : { timeScale }),
    ...(realTime ? { realTime } : {}),
    ...(options.quiet ? { quiet: true } : {}),
    ...(options.keep ? { keep: true } : {}),
  };
  const resolved = resolveSettings({ spec, flags, environment, vocabulary });
  const needed = labFor(resolved);
  const labBecause = needed === resolved.settings.lab ? null : 'the spec has configs under `check`';
  return { ...resolved, settings: { ...resolved.settings, lab: needed }, checks, names: namesBeside(written), labBecause };
}

/** Configs are checked in namespaces only. Throws USAGE_ERR_BAD_FLAG where docker was asked for. */
function labFor({ settings: { lab }, sources, paths, specLabel }: Frozen<Resolved>): LabChoice {
  if (paths.every(({ foreign }) => foreign !== true)) return lab;
  if (lab !== 'docker') return 'netns';
  const from = { flag: '--lab', environment: 'HOPSCOPE_LAB', 'spec file': 'settings.lab', default: 'the lab' }[sources.lab];
  throw new HarnessError(
    'USAGE_ERR_BAD_FLAG',
    `expected ${from} to be netns or auto, because ${specLabel} has configs under \`check\`, whose worlds are made in network namespaces only; got docker (--path can leave them out)`,
  );
}

interface ChangeGround {
  readonly revision: string;
  readonly written: string | null;
  readonly workingFolder: string;
}

/** A spec without the subjects that did not change; control paths stay with those that did. */
function concerned(spec: Spec, checks: readonly PlannedCheck[], { revision, written, workingFolder }: ChangeGround): Spec {
  const file = resolve(workingFolder, meantSpecFile(written, workingFolder).file);
  const changed = changedFiles(revision, workingFolder);
  const own = changedPaths(
    spec.paths.filter(({ foreign }) => foreign !== true),
    changed,
    file,
  );
  const checked = checks.filter(({ config }) => isCheckChanged(config, changed, file)).flatMap(({ paths }) => paths);
  const isChosen = new Set(spec.paths.map(({ id }) => id));
  const ids = [...own, ...checked.map(({ id }) => id).filter((id) => isChosen.has(id))];
  return { ...spec, paths: ids.length === 0 ? [] : selectPaths(spec.paths, ids) };
}
