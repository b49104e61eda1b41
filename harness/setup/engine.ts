import { request, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import type { Machine } from './capability.ts';

const TIMEOUT_MS = 3000;
/** An engine's answer is small; whatever is longer is something else. */
const MAX_ANSWER = 1 << 20;

/** Where an engine may listen: what DOCKER_HOST says, else the usual sockets (of root, then of the user). */
function endpoints(environment: NodeJS.ProcessEnv): readonly RequestOptions[] {
  const { DOCKER_HOST: host, XDG_RUNTIME_DIR: runtime, HOME: home } = environment;
  if (host?.startsWith('unix://') === true) return [{ socketPath: host.slice('unix://'.length) }];
  if (host?.startsWith('tcp://') === true) {
    const { hostname, port } = new URL(host);
    return [{ host: hostname, port: port || 2375 }];
  }
  const sockets = ['/var/run/docker.sock', ...(runtime ? [join(runtime, 'docker.sock')] : []), ...(home ? [join(home, '.docker/run/docker.sock')] : [])];
  return sockets.map((socketPath) => ({ socketPath }));
}

function ask(endpoint: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...endpoint, path: '/version', timeout: TIMEOUT_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER) asked.destroy(new Error('too long an answer'));
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer after ${String(TIMEOUT_MS)} ms`)));
    asked.on('error', reject);
    asked.end();
  });
}

/** Asks the Docker Engine for its version (Docker Engine API, `GET /version`). */
export async function askEngine(environment: NodeJS.ProcessEnv): ReturnType<Machine['engine']> {
  let because = 'no socket';
  for (const endpoint of endpoints(environment)) {
    try {
      const answer = JSON.parse(await ask(endpoint)) as { readonly Version?: unknown };
      if (typeof answer.Version === 'string') return { version: answer.Version.slice(0, 40) };
      because = 'an answer without a version';
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error instanceof Error ? error.message : error);
      // The first socket is the usual one, so its reason says more than that of the others.
      if (because === 'no socket') because = `${endpoint.socketPath ?? String(endpoint.host)}: ${code}`;
    }
  }
  return { because };
}
