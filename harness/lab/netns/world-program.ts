import { linkSync } from 'node:fs';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import { HarnessError } from '../../errors.ts';
import type { World } from '../../model/world.ts';
import type { HostProcess } from '../lab.ts';
import { WORLD_PORTS, type WorldNetwork } from './world-network.ts';
import { placeInRoot } from './world-path.ts';

/** What `containers/world/main` is told, as one JSON argument. */
export interface WorldProgramSettings {
  readonly originAddress: string;
  readonly originPort: number;
  readonly names: World['names'];
  readonly dnsPort: number;
  readonly relayPort: number;
  readonly syslogPort: number;
  /** Absolute paths, as this machine's programs see them. */
  readonly unixOrigins: readonly string[];
  readonly syslogSocket: string;
  readonly logFile: string;
}

const READY_TIMEOUT_MS = 5000;

/** Bytes that the path of a unix socket may have (unix(7)). */
const SOCKET_PATH_BYTES = 107;

/** Whether sockets of the world can be made under the folder's own name. */
export const hasShortSockets = (folder: string, { unixOrigins }: Pick<World, 'unixOrigins'>): boolean =>
  ['/dev/log', ...unixOrigins].every((path) => Buffer.byteLength(placeInRoot(folder, path)) <= SOCKET_PATH_BYTES);

/** Settings of the world program: `folder` is where the file system was laid out, `root` how its sockets are named. Folders of the sockets are made. */
export function worldProgramSettings(
  { folder, root }: { readonly folder: string; readonly root: string },
  world: World,
  { origin }: WorldNetwork,
  logFile: string,
): WorldProgramSettings {
  return {
    originAddress: origin.address,
    originPort: origin.port,
    names: world.names,
    dnsPort: WORLD_PORTS.dns,
    relayPort: WORLD_PORTS.relay,
    syslogPort: WORLD_PORTS.syslog,
    unixOrigins: world.unixOrigins.map((path) => `${root}/${relative(folder, placeInRoot(folder, path))}`),
    syslogSocket: `${root}/dev/log`,
    logFile,
  };
}

/** Waits for the line that says that everything listens. Throws LAB_ERR_HOST_DIED, LAB_ERR_NOT_READY. */
export async function worldProgramReady(program: HostProcess, host: string): Promise<void> {
  const lines = createInterface({ input: program.stdout });
  const first = new Promise<string>((resolve) => lines.once('line', resolve));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), READY_TIMEOUT_MS);
  });
  const line = await Promise.race([first, program.exited, late]);
  clearTimeout(timer);
  if (line === null)
    throw new HarnessError(
      'LAB_ERR_NOT_READY',
      `the program that answers for the world of host ${host} is not ready after ${READY_TIMEOUT_MS} ms`,
    );
  if (typeof line !== 'string' || !/^\{"ready":true\b/.test(line))
    throw new HarnessError('LAB_ERR_HOST_DIED', `the program that answers for the world of host ${host} ended before it listened`);
}

/** HAProxy logs to /dev/log as it is in its chroot (management guide, section 8): each folder `dev` of the world gets the same socket. */
export function shareSyslog(folder: string, world: World): void {
  const own = [
    '/var/lib/haproxy/dev',
    ...world.files.filter(({ kind, path }) => kind === 'folder' && path.endsWith('/dev')).map(({ path }) => path),
  ];
  for (const path of own) {
    try {
      linkSync(placeInRoot(folder, '/dev/log'), placeInRoot(folder, `${path}/log`));
    } catch {
      // There is no such folder, or the world has something else there.
    }
  }
}
