import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Frozen } from '../spec/deep-freeze.ts';
import { loadSpec } from '../spec/load-spec.ts';
import { type Environment, type Resolved, resolveSettings } from '../spec/resolve.ts';
import type { Spec } from '../spec/spec.ts';
import { packageRoot } from './package-root.ts';
import type { RunOptions } from './run-options.ts';
import { vocabulary } from './vocabulary.ts';

/** Names that a spec of a project has. */
const PROJECT_SPECS = ['hopscope.yaml', 'hopscope.yml'];

/** Loads the spec that is meant: the given one, that of the working folder, or the built-in default. Throws what loadSpec throws. */
export async function loadMeantSpec(written: string | null, workingFolder: string): Promise<Spec> {
  const root = packageRoot();
  const context = { vocabulary, workingFolder, packageRoot: root };
  const file = written ?? PROJECT_SPECS.find((name) => existsSync(join(workingFolder, name))) ?? null;
  if (file !== null) return await loadSpec(file, context);
  return await loadSpec(join(root, 'scenarios', 'default.yaml'), { ...context, label: 'built-in default' });
}

/** The configuration of a run: defaults < spec file < environment < flags, frozen. Throws only HarnessErrors. */
export async function resolveRun(options: RunOptions, environment: Environment, workingFolder: string): Promise<Frozen<Resolved>> {
  const spec = await loadMeantSpec(options.spec, workingFolder);
  const { lab, seed, out, capture } = options;
  const flags = {
    paths: options.paths,
    scenarios: options.scenarios,
    ...(lab === null ? {} : { lab }),
    ...(seed === null ? {} : { seed }),
    ...(out === null ? {} : { out }),
    ...(capture === null ? {} : { capture }),
    ...(options.quiet ? { quiet: true } : {}),
    ...(options.keep ? { keep: true } : {}),
  };
  return resolveSettings({ spec, flags, environment, vocabulary });
}
