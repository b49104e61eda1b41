import { HarnessError } from '../errors.ts';
import { allProgramRoots, isMade, makeProgramRoot } from '../lab/program-root.ts';
import { services } from './services.ts';

/**
 * Makes the program roots that netns-lab takes other versions from: of every version of a proxy that has several, or those of `list`
 * (`haproxy`, `haproxy:3.0`). What exists is kept. Throws SETUP_ERR_FAILED, USAGE_ERR_BAD_FLAG.
 */
export async function makeVersions(list: readonly string[] | null, onProgress: (what: string) => void): Promise<void> {
  const all = allProgramRoots(services);
  const named = (name: string): typeof all =>
    all.filter(({ service, version }) => name === service.name || name === `${service.name}:${version}`);
  const unknown = list?.find((name) => named(name).length === 0);
  if (unknown !== undefined) {
    const known = all.map(({ service, version }) => `${service.name}:${version}`).join(', ');
    throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected versions out of ${known}, got '${unknown}'`);
  }
  if (process.getuid?.() !== 0)
    throw new HarnessError('SETUP_ERR_FAILED', 'expected to be root, who may write below /var/lib/hopscope; run it with sudo');
  for (const root of new Set(list === null ? all : list.flatMap(named))) {
    const title = `${root.service.title} ${root.version}`;
    if (isMade(root)) {
      onProgress(`${title} is already here`);
      continue;
    }
    const startedAt = performance.now();
    onProgress(`taking ${title} from Debian ${root.suite}`);
    await makeProgramRoot(root);
    onProgress(`${title} is here, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
}
