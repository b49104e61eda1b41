import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Frozen } from '../spec/deep-freeze.ts';
import { loadSpec } from '../spec/load-spec.ts';
import { type Environment, type Resolved, resolveSettings } from '../spec/resolve.ts';
import { selectPaths } from '../spec/select.ts';
import type { Spec } from '../spec/spec.ts';
import { BUILT_IN_LABEL } from './built-in-label.ts';
import { changedFiles, changedPaths } from './changed-since.ts';
import { packageRoot } from './package-root.ts';
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

/**
 * The configuration of a run: defaults < spec file < environment < flags, frozen; null when no path has changed since the revision
 * that was asked for. Throws only HarnessErrors.
 */
export async function resolveRun(options: RunOptions, environment: Environment, workingFolder: string): Promise<Frozen<Resolved> | null> {
  const whole = await loadMeantSpec(options.spec, workingFolder);
  const { changedSince } = options;
  const chosen = { ...whole, paths: selectPaths(whole.paths, options.paths) };
  const spec = changedSince === null ? chosen : concerned(chosen, changedSince, options.spec, workingFolder);
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
  return resolveSettings({ spec, flags, environment, vocabulary });
}

/** A spec without the subjects that did not change; control paths stay with those that did. */
function concerned(spec: Spec, revision: string, written: string | null, workingFolder: string): Spec {
  const file = resolve(workingFolder, meantSpecFile(written, workingFolder).file);
  const ids = changedPaths(spec.paths, changedFiles(revision, workingFolder), file);
  return { ...spec, paths: ids.length === 0 ? [] : selectPaths(spec.paths, ids) };
}
