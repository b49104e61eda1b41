import { DEFAULT_DOCKER_HOST, engineAnswers } from '../lab/docker/engine-socket.ts';
import { reapScratchDirs } from '../lab/session.ts';
import { removeForgottenPolicy } from '../setup/services-held.ts';

/** Removes what killed commands left behind, apart from containers; returns what was removed. Nothing of a living command is touched. */
export async function reapLeftovers(): Promise<readonly string[]> {
  return [...reapScratchDirs(), ...removeForgottenPolicy('/')];
}

/** As reapLeftovers, and containers and networks where an engine answers. */
export async function reapEverything(): Promise<readonly string[]> {
  const local = await reapLeftovers();
  if (!(await engineAnswers(process.env['DOCKER_HOST'] ?? DEFAULT_DOCKER_HOST)).answers) return local;
  const { reapDocker } = await import('../lab/docker/reap.ts');
  return [...local, ...(await reapDocker())];
}
