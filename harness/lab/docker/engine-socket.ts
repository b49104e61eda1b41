import { request } from 'node:http';

/** Where an engine is looked for when DOCKER_HOST says nothing. */
export const DEFAULT_DOCKER_HOST = 'unix:///var/run/docker.sock';

/** The path of a `unix://` address; null for an engine elsewhere. */
export const socketPathOf = (dockerHost: string): string | null =>
  dockerHost.startsWith('unix://') ? dockerHost.slice('unix://'.length) : null;

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

const BODY_LIMIT = 1 << 20;

/**
 * One request to the Docker Engine API over its socket. Used where no client can be asked yet (is anybody there?) or any more
 * (the supervisor of a private engine); everything else goes through testcontainers.
 */
export function askEngine(socketPath: string, method: 'GET' | 'POST' | 'DELETE', path: string, timeoutMs: number): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, timeout: timeoutMs, headers: { host: 'docker' } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < BODY_LIMIT) body += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.once('error', reject);
    });
    asked.once('timeout', () => asked.destroy(new Error(`no answer from ${socketPath} in ${timeoutMs} ms`)));
    asked.once('error', reject);
    asked.end();
  });
}

/** Whether an engine answers at this address; when not, why. */
export async function engineAnswers(dockerHost: string): Promise<{ readonly answers: boolean; readonly because: string }> {
  const socketPath = socketPathOf(dockerHost);
  if (socketPath === null)
    return {
      answers: false,
      because: `${dockerHost} is not a socket of this machine: hosts run programs of this package, which the engine must see`,
    };
  try {
    const { status } = await askEngine(socketPath, 'GET', '/_ping', 3000);
    return status === 200
      ? { answers: true, because: `a Docker Engine answers at ${dockerHost}` }
      : { answers: false, because: `${dockerHost} answers with status ${status}` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { answers: false, because: `no Docker Engine answers at ${dockerHost} (${code})` };
  }
}
