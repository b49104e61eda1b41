import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriverClient } from '../drive/driver-client.ts';
import { HarnessError } from '../errors.ts';

/** A driver on this machine, outside any lab. */
export interface LocalDriver {
  readonly client: DriverClient;
  /** Rejects with DRIVE_ERR_PROTOCOL when it is not ready in time. */
  ready(): Promise<void>;
  /** Ends it, if it has not ended by itself. */
  end(): Promise<void>;
}

const READY_MS = 20_000;

/**
 * Starts a driver in a session of its own: Ctrl-C is for us, who then ask it to stop and to report. It ends when its standard input does, however we end. `program` is
 * harness/drive/main; `flags` are those of Node.
 */
export function localDriver(program: string, flags: readonly string[] = []): LocalDriver {
  const child: ChildProcess = spawn(process.execPath, [...flags, program], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new HarnessError('DRIVE_ERR_PROTOCOL', 'expected a driver with pipes, got none');
  const exited = once(child, 'exit').then(
    ([code]: readonly unknown[]) => code,
    (error: unknown) => error,
  );
  const client = new DriverClient(stdin, stdout, exited, 'this machine');
  return {
    client,
    ready: () => readyWithin(client),
    end: async () => {
      await Promise.race([exited, sleep(500, undefined, { ref: false })]);
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    },
  };
}

async function readyWithin(client: DriverClient): Promise<void> {
  const late = new HarnessError('DRIVE_ERR_PROTOCOL', `expected the driver to be ready within ${String(READY_MS)} ms, it is not`);
  const timer = AbortSignal.timeout(READY_MS);
  await Promise.race([client.ready(), once(timer, 'abort').then(() => Promise.reject(late))]);
}
