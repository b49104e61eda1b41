import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../errors.ts';
import type { CommandResult } from '../../model/service.ts';
import type { Command } from '../command.ts';
import type { HostProcess } from '../lab.ts';
import { asking, type Container } from './docker-client.ts';

const OUTPUT_LIMIT = 8 << 20;
/** How long a program may take to end after its stdin has ended, and again after SIGTERM. */
const STOP_TIMEOUT_MS = 2000;

export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A shell reports the end by signal n as 128+n, and so does the engine. */
const SIGNALS: Readonly<Record<number, string>> = {
  129: 'SIGHUP',
  130: 'SIGINT',
  131: 'SIGQUIT',
  134: 'SIGABRT',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
};

export function endingOf(exitCode: number | null): Ending {
  const signal = exitCode === null ? undefined : SIGNALS[exitCode];
  return signal === undefined ? { code: exitCode, signal: null } : { code: null, signal };
}

interface Running {
  readonly stdin: Writable;
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
  readonly exited: Promise<number | null>;
}

/** Starts a program in a container through the engine's own connection; nothing of it crosses the lab's networks. */
async function start(container: Container, argv: Command): Promise<Running> {
  return await asking(`run '${argv.join(' ').slice(0, 200)}' in container ${container.id.slice(0, 12)}`, async () => {
    const exec = await container.exec({ Cmd: [...argv], AttachStdin: true, AttachStdout: true, AttachStderr: true });
    const duplex = await exec.start({ hijack: true, stdin: true });
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    exec.modem.demuxStream(duplex, stdout, stderr);
    const closed = new Promise<void>((resolve) => {
      // The container may be removed while its programs run: then the connection breaks, which is an end like any other.
      duplex
        .once('end', resolve)
        .once('close', resolve)
        .on('error', () => resolve());
    });
    const exited = closed.then(async () => {
      stdout.end();
      stderr.end();
      return await exitCodeOf(exec);
    });
    return { stdin: duplex, stdout, stderr, exited };
  });
}

/** The engine may close the output a moment before it knows the exit code. */
async function exitCodeOf(exec: {
  inspect(): Promise<{ readonly Running: boolean; readonly ExitCode: number | null }>;
}): Promise<number | null> {
  for (let waitMs = 1; waitMs < 2000; waitMs *= 2) {
    const state = await exec.inspect().catch(() => null);
    if (state === null) return null;
    if (!state.Running) return state.ExitCode;
    await sleep(waitMs);
  }
  return null;
}

/** Runs a program in a container to its end. A non-zero exit is a result; a program that is not in the image is LAB_ERR_MISSING_TOOL. */
export async function runIn(container: Container, argv: Command): Promise<CommandResult> {
  const running = await start(container, argv);
  running.stdin.end();
  const [stdout, stderr, code] = await Promise.all([textOf(running.stdout), textOf(running.stderr), running.exited]);
  if (code !== null && code >= 126 && /^OCI runtime exec failed.*(?:not found|no such file)/s.test(`${stdout}${stderr}`)) {
    throw new HarnessError(
      'LAB_ERR_MISSING_TOOL',
      `expected '${argv[0]}' in the image of container ${container.id.slice(0, 12)}: ${stdout.trim().slice(0, 300)}`,
    );
  }
  return { code: code ?? 128, stdout, stderr };
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= OUTPUT_LIMIT) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Starts a program that is talked to over stdin and stdout; its stderr is appended to `logFile`. */
export async function startIn(container: Container, argv: Command, logFile: string): Promise<HostProcess> {
  // The engine tells the pid outside only, so the program notes its own: the shell's, which it takes over.
  const pidFile = `/tmp/${randomUUID()}.pid`;
  const { stdin, stdout, stderr, exited } = await start(container, ['sh', '-c', 'echo $$ > "$0" && exec "$@"', pidFile, ...argv]);
  stderr.pipe(createWriteStream(logFile, { flags: 'a' }));
  let running = true;
  const ended = exited.then((code) => {
    running = false;
    return endingOf(code);
  });
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (running) await runIn(container, ['sh', '-c', `kill -${name.slice(3)} "$(cat "$0")"`, pidFile]).catch(() => null);
  };
  const stop = async (): Promise<void> => {
    stdin.end();
    for (const name of ['SIGTERM', 'SIGKILL'] as const) {
      await Promise.race([ended, sleep(STOP_TIMEOUT_MS)]);
      await signal(name);
    }
    await ended;
  };
  return { stdin, stdout, exited: ended, signal, stop };
}
