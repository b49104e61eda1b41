import { readFile } from 'node:fs/promises';
import type { Container } from './docker-client.ts';

/** The first process of a container as this machine's /proc shows it; null when the engine's processes are not visible here. */
export async function visiblePid(container: Container): Promise<number | null> {
  const { Pid } = (await container.inspect()).State;
  const groups = await readFile(`/proc/${Pid}/cgroup`, 'utf8').catch(() => '');
  return groups.includes(container.id) ? Pid : null;
}
