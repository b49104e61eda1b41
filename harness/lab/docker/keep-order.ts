import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../command.ts';
import { everyCpu, steerPackets } from '../packet-order.ts';
import type { Container } from './docker-client.ts';
import { visiblePid } from './visible-pid.ts';

const DEVICES = '/sys/class/net';

/** Keeps the packets of a connection in order in a container's own network stack; where it is out of reach, packets may be swapped. */
export async function keepOrderIn(container: Container): Promise<void> {
  const pid = process.getuid?.() === 0 ? await visiblePid(container) : null;
  if (pid !== null) await mustRun(['nsenter', '--target', String(pid), '--net', '--', ...steerPackets()]);
}

/** The same for the other ends of the cables, which stand in a bridge of this machine. */
export async function keepOrderOnBridge(networkId: string): Promise<void> {
  // The engine's name for the bridge of a network that asks for none.
  const ports = await readdir(join(DEVICES, `br-${networkId.slice(0, 12)}`, 'brif')).catch(() => []);
  // Who is not root may not, and a kernel that cannot steer has no such file.
  await Promise.all(ports.map((port) => writeFile(join(DEVICES, port, 'queues/rx-0/rps_cpus'), everyCpu()).catch(() => undefined)));
}
