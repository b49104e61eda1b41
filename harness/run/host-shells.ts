import { HarnessError } from '../errors.ts';
import { HostShell, SHELL_ARGV } from '../probes/host-shell.ts';
import type { LiveTopology } from './live-topology.ts';

/** The shell that watches in a host, and the hardware addresses of the host's devices. */
export interface WatchShell {
  readonly shell: HostShell;
  readonly macs: ReadonlyMap<string, string>;
}

/** Opens one shell a host, when it is first asked for, and keeps it for the run. */
export class HostShells {
  readonly #opened = new Map<string, Promise<WatchShell | null>>();

  /** Null: none can be had; what cannot be watched does not stop a run. */
  of(live: LiveTopology, host: string): Promise<WatchShell | null> {
    const key = `${live.topology.name}/${host}`;
    const opened = this.#opened.get(key) ?? openShell(live, host);
    this.#opened.set(key, opened);
    return opened;
  }

  async close(): Promise<void> {
    const opened = await Promise.all(this.#opened.values());
    await Promise.allSettled(opened.flatMap((one) => one?.shell.close() ?? []));
  }
}

async function openShell({ hosts }: LiveTopology, name: string): Promise<WatchShell | null> {
  try {
    const program = await hosts.get(name)?.startProgram(SHELL_ARGV, '/dev/null');
    if (program === undefined) return null;
    const shell = new HostShell(program);
    const listed = (await shell.ask('ip -br link; echo "end of list"', (line) => line === 'end of list')) ?? [];
    return { shell, macs: new Map(listed.flatMap(macOf)) };
  } catch (error) {
    if (error instanceof HarnessError) return null;
    throw error;
  }
}

/** `eth0@if7  UP  02:42:0a:64:00:0a <BROADCAST,...>` */
function macOf(line: string): [string, string][] {
  const [, device, mac] = /^(\w+)(?:@\S+)?\s+\S+\s+([0-9a-f]{2}(?::[0-9a-f]{2}){5})\s/.exec(line) ?? [];
  return device === undefined || mac === undefined ? [] : [[device, mac]];
}
