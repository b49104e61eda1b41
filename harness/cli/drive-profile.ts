import { HarnessError } from '../errors.ts';
import type { LoadProfile } from '../model/load.ts';
import { fewestPorts } from '../spec/client-ports.ts';
import { loadProblems } from '../spec/load-limits.ts';
import { loadSpec } from '../spec/load-spec.ts';
import { suggestion } from '../spec/nearest.ts';
import { quoted } from '../spec/problem.ts';
import { packageRoot } from './package-root.ts';
import { vocabulary } from './vocabulary.ts';

export interface DriveProfile {
  readonly profile: LoadProfile;
  /** The spec as its user knows it. */
  readonly spec: string;
}

/**
 * The profile of a spec that is to be driven outside the lab by so many drivers, each on a machine of its own. Throws what loadSpec throws, SPEC_ERR_UNKNOWN_NAME,
 * and SPEC_ERR_LOAD for what is possible in a lab only or is more than so many drivers can do.
 */
export async function driveProfile(file: string, name: string, drivers: number): Promise<DriveProfile> {
  const context = { vocabulary, workingFolder: process.cwd(), packageRoot: packageRoot(), mayHaveNoPaths: true } as const;
  const { loads, label } = await loadSpec(file, context);
  const place = { file: label };
  const profile = Object.hasOwn(loads, name) ? loads[name] : undefined;
  if (profile === undefined) {
    const names = Object.keys(loads);
    const message = `expected --load to be one of the profiles of the spec (${names.slice(0, 20).join(', ') || 'none'}), got ${quoted(name)}${suggestion(name, names)}`;
    throw new HarnessError('SPEC_ERR_UNKNOWN_NAME', message, { place });
  }
  if (profile.compared)
    throw new HarnessError(
      'SPEC_ERR_LOAD',
      `expected loads.${name}.compared to be false, got true (which is also what it is without a word): outside the lab a path has no control path to be compared with, so it is driven alone`,
      { place },
    );
  const [problem] = loadProblems({ ...profile, drivers, sources: drivers }, fewestPorts([]));
  if (problem !== undefined)
    throw new HarnessError(
      'SPEC_ERR_LOAD',
      `expected loads.${name}.${problem.key} ${problem.message} (with --shard or --drivers, ${String(drivers)} drivers, each with one address)`,
      { place },
    );
  return { profile, spec: label };
}
