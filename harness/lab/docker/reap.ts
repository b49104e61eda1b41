import { setTimeout as sleep } from 'node:timers/promises';
import { asking, engineClient, statusOf, type Dockerode } from './docker-client.ts';
import { DEFAULT_DOCKER_HOST, engineAnswers } from './engine-socket.ts';
import { inParallel } from '../in-parallel.ts';
import { isLeftover, SESSION_LABEL, type Labels } from './labels.ts';

const WIDTH = 8;

/**
 * Removes containers and networks of hopscope processes that are gone (killed before they could clean up); returns their names.
 * Asks the engine that answers now, and starts none.
 */
export async function reapDocker(): Promise<readonly string[]> {
  // What was left in a private engine went with it, and testcontainers must not be asked before there is an engine.
  if (!(await engineAnswers(process.env['DOCKER_HOST'] ?? DEFAULT_DOCKER_HOST)).answers) return [];
  const { dockerode } = (await engineClient()).container;
  return await removeObjects(dockerode, SESSION_LABEL, isLeftover);
}

/** Removes everything that a session made, running or not; returns the names. */
export const removeSession = (dockerode: Dockerode, sessionId: string): Promise<readonly string[]> =>
  removeObjects(dockerode, `${SESSION_LABEL}=${sessionId}`, () => true);

async function removeObjects(dockerode: Dockerode, label: string, isOurs: (labels: Labels) => boolean): Promise<readonly string[]> {
  const filters = { label: [label] };
  return await asking('remove containers and networks', async () => {
    const containers = (await dockerode.listContainers({ all: true, filters })).filter(({ Labels }) => isOurs(Labels));
    await inParallel(containers, WIDTH, ({ Id }) => untilGone(() => dockerode.getContainer(Id).remove({ force: true, v: true })));
    // A network can only go when no container stands in it any more.
    const networks = (await dockerode.listNetworks({ filters })).filter(({ Labels = {} }) => isOurs(Labels));
    await inParallel(networks, WIDTH, ({ Id }) => untilGone(() => dockerode.getNetwork(Id).remove()));
    return [...containers.map(({ Names, Id }) => Names[0]?.slice(1) ?? Id), ...networks.map(({ Name }) => Name)];
  });
}

/** A container that ends frees its networks a moment after the engine says that it is gone. */
const GONE_WITHIN_MS = 10_000;

/** 404: somebody else removed it; 409: it is being removed at this moment; 403: a container that is being removed still stands in the network. */
async function untilGone(remove: () => Promise<unknown>): Promise<void> {
  for (const deadline = performance.now() + GONE_WITHIN_MS; ; await sleep(50)) {
    try {
      await remove();
      return;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return;
      if ((status !== 409 && status !== 403) || performance.now() > deadline) throw error;
    }
  }
}
