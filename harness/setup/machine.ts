import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { askEngine, DEFAULT_DOCKER_HOST, engineAnswers, socketPathOf } from '../lab/docker/engine-socket.ts';
import { privateEngineObstacle } from '../lab/docker/private-engine.ts';
import { type Machine, runForProbe } from './capability.ts';

/** The engine that answers where DOCKER_HOST says, or the one that hopscope can start for itself. */
async function findEngine(): ReturnType<Machine['engine']> {
  const host = process.env['DOCKER_HOST'] ?? DEFAULT_DOCKER_HOST;
  const found = await engineAnswers(host);
  const obstacle = process.env['DOCKER_HOST'] === undefined ? privateEngineObstacle() : 'DOCKER_HOST names another';
  if (!found.answers) return obstacle === null ? { engine: 'private' } : { because: `${found.because}; none can be started: ${obstacle}` };
  const answer = await askEngine(socketPathOf(host) ?? '', 'GET', '/version', 3000).catch(() => null);
  return { engine: /"Version":"([\w.+~-]{1,40})"/.exec(answer?.body ?? '')?.[1] ?? 'yes' };
}

/** The machine that Hopscope runs on. */
export const thisMachine = (): Machine => ({
  isRoot: process.getuid?.() === 0,
  nodeVersion: process.versions.node,
  run: runForProbe,
  whyNotOpen: async (path) => {
    try {
      await using handle = await open(path, 'r+');
      return handle.fd >= 0 ? null : 'EBADF';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
  },
  exists: existsSync,
  engine: findEngine,
});

/** Whether packages come from apt: os-release(5) names Debian as the system or what it is like. */
export async function isDebian(file = '/etc/os-release'): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(text);
}
