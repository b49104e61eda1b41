import { open, rm, writeFile } from 'node:fs/promises';
import type { CommandResult } from '../../model/service.ts';
import type { World } from '../../model/world.ts';
import type { Command } from '../command.ts';
import type { ProxyProcess } from '../lab.ts';
import { signalTo } from '../signal-to.ts';
import { processesIn } from './host-processes.ts';
import { enterNested, spawnEntering, startNested, type Holder, type InsideProcess } from './namespace.ts';
import { CONFINED, mountTable, PIVOT } from './world-mounts.ts';
import type { LaidOut, RootParts } from './world-root.ts';

/** What a program prints is read up to here. */
const OUTPUT_BYTES = 1 << 20;

const VARIABLE = /^[A-Za-z_]\w*$/;

const ENV: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/',
  TZ: 'UTC',
  LANG: 'C.UTF-8',
};

export interface RoomParts extends RootParts {
  readonly host: Holder;
  /** Folder of this machine that the file system was laid out in. */
  readonly dir: string;
}

/**
 * The place where a user's own config is run: a file system with nothing of this machine's but programs, and a process tree of its own below the
 * lab's. It ends with the lab, or with `end`.
 */
export class WorldRoom {
  readonly #holder: Holder;
  readonly #parts: RoomParts;
  readonly #prefix: Command;
  readonly #running = new Set<number>();
  #runs = 0;

  private constructor(holder: Holder, parts: RoomParts, world: World) {
    this.#holder = holder;
    this.#parts = parts;
    const env = Object.entries({ ...ENV, ...world.env }).flatMap(([name, value]) => (VARIABLE.test(name) ? [`${name}=${value}`] : []));
    // Privileges go first: what a variable makes of the programs after it is the config's own affair.
    this.#prefix = [...enterNested(holder, parts.singleUser).after, ...CONFINED, '/usr/bin/env', '-i', '-C', world.workingFolder, ...env];
  }

  /** Makes what was laid out the file system of the room. Throws LAB_ERR_COMMAND_FAILED, LAB_ERR_NO_PRIVILEGE. */
  static async start(parts: RoomParts, world: World, laidOut: LaidOut): Promise<WorldRoom> {
    const table = `${parts.dir}.fstab`;
    await writeFile(table, mountTable(laidOut, parts.usr));
    const nested = { setup: PIVOT, args: [parts.dir, table], confined: CONFINED };
    return new WorldRoom(await startNested(parts.host, parts.singleUser, nested), parts, world);
  }

  /** The root as this machine's programs reach it: short, for the path of a unix socket has room for 107 bytes only. */
  get root(): string {
    return `/proc/${this.#holder.pid}/root`;
  }

  spawn(argv: Command, log: string, output = log): Promise<InsideProcess> {
    const { before } = enterNested(this.#holder, this.#parts.singleUser);
    return spawnEntering(before, [...this.#prefix, ...argv], log, { pipes: false, output });
  }

  /**
   * Runs a program to its end; null: it did not end in time, and has been killed. What it prints goes through a file, for a program
   * opens /dev/stdout by name, which it cannot with the sockets that Node makes for a child.
   */
  async run(argv: Command, timeoutMs: number): Promise<CommandResult | null> {
    const output = `${this.#parts.dir}-${++this.#runs}`;
    const files = { stdout: `${output}.out`, stderr: `${output}.err` };
    const inside = await this.spawn(argv, files.stderr, files.stdout);
    this.#running.add(inside.pid);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      signalTo(inside.pid, 'SIGKILL');
    }, timeoutMs);
    try {
      const { code } = await inside.exited;
      const [stdout, stderr] = await Promise.all([printed(files.stdout), printed(files.stderr)]);
      return isLate ? null : { code: code ?? 128, stdout, stderr };
    } finally {
      clearTimeout(timer);
      this.#running.delete(inside.pid);
      await Promise.all([rm(files.stdout, { force: true }), rm(files.stderr, { force: true })]);
    }
  }

  /** Processes of the proxy, oldest first: not those of `run`. */
  processes(): readonly ProxyProcess[] {
    const all = processesIn(this.#holder.pid);
    if (this.#running.size === 0) return all;
    const parentOf = new Map(all.map(({ pid, parentPid }) => [pid, parentPid]));
    const isRun = (pid: number | undefined): boolean => pid !== undefined && (this.#running.has(pid) || isRun(parentOf.get(pid)));
    return all.filter(({ pid }) => !isRun(pid));
  }

  /** Ends everything in it at once: the kernel kills a process tree with its first process. */
  async end(): Promise<void> {
    const { child, pid } = this.#holder;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    signalTo(pid, 'SIGKILL');
    await gone;
  }
}

/** The begin of what a program wrote. */
async function printed(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(OUTPUT_BYTES), 0, OUTPUT_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
