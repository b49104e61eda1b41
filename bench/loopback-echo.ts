import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { DriverClient } from '../harness/drive/driver-client.ts';
import { OriginClient } from '../harness/drive/origin-client.ts';
import { foldLoad } from '../harness/measure/fold-load.ts';
import type { LoadTotals } from '../harness/model/evidence.ts';
import type { LoadProfile, LoadResult } from '../harness/model/load.ts';

const ROOT = join(import.meta.dirname, '..');
/** Unit of the times in /proc/<pid>/stat (USER_HZ), the same on every Linux that Node runs on. */
const TICK_MS = 10;
const OPENING_MS = 10_000;

/** The project's own driver and echo origin as programs on loopback. */
export interface LoopbackEcho extends AsyncDisposable {
  readonly port: number;
  readonly originPid: number;
  readonly driverPid: number;
  load(profile: LoadProfile): Promise<LoadTotals & LoadResult>;
}

/** Dispose it, and both programs have ended. */
export async function openLoopbackEcho(): Promise<LoopbackEcho> {
  await using stack = new AsyncDisposableStack();
  const origin = stack.use(startProgram('containers/echo/main.ts', '--port', '0', '--static-port', '0'));
  const port = await portOf(origin.child);
  const driver = stack.use(startProgram('harness/drive/main.ts'));
  const client = new DriverClient(driver.child.stdin, driver.child.stdout, driver.exited);
  await client.ready();
  const endpoint = { host: '127.0.0.1', port, tls: false, serverName: 'origin', target: '/socket', hostHeader: 'origin' };
  const opened = stack.move();
  return {
    ...{ port, originPid: origin.child.pid ?? 0, driverPid: driver.child.pid ?? 0 },
    load: async (profile) => {
      const reply = await client.request<'load'>({
        ...{ kind: 'load', endpoint, profile, sourceAddresses: [], shard: { index: 0, of: 1 }, startInMs: 0 },
        ...{ openingMs: OPENING_MS, maxUpgradeFailures: 5, bucketMs: 1000 },
      });
      return { ...foldLoad(reply.series), ...reply };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

interface Program extends AsyncDisposable {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly exited: Promise<unknown>;
}

function startProgram(file: string, ...args: readonly string[]): Program {
  const child = spawn(process.execPath, [join(ROOT, file), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const end = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  return { child, exited, [Symbol.asyncDispose]: end };
}

/** As the origin says it once it listens. */
async function portOf(child: ChildProcessByStdio<Writable, Readable, null>): Promise<number> {
  const origin = new OriginClient(child.stdin, child.stdout, new Promise((resolve) => child.once('exit', resolve)));
  const line = new Promise<string>((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())));
  await origin.ready();
  return (JSON.parse((await line).split('\n')[0] ?? '{}') as { readonly port: number }).port;
}

/** CPU time of a process and of its children that have ended, and the most memory that it had. Zeros once it is gone. */
export function usedBy(pid: number): { readonly cpuMs: number; readonly peakBytes: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in parentheses that may hold anything; utime, stime, cutime and cstime are fields 14 to 17.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { cpuMs: ticks * TICK_MS, peakBytes: Number(peak ?? 0) * 1024 };
  } catch {
    return { cpuMs: 0, peakBytes: 0 };
  }
}
