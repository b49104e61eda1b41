import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { HOPSCOPE, plainEnvironment, type Ended } from './hopscope-process.ts';

/** A `hopscope` that is still at work. */
export interface LiveProcess {
  readonly ended: Promise<Ended>;
  /** Waits until what it printed on either stream matches. */
  shows(pattern: RegExp): Promise<void>;
  printed(): string;
  type(text: string): void;
  write(bytes: Buffer): void;
  /** Ctrl-C reaches every process of the foreground group; a CI that ends a job signals the program alone. */
  pressCtrlC(): void;
  kill(signal: NodeJS.Signals): void;
}

interface Start {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A program and its arguments that hopscope is started by: `['setpriv', ...]`. */
  readonly under?: readonly string[];
}

const TIMEOUT_MS = 60_000;

/** Starts hopscope in a process group of its own, which does not outlive the test. */
export function startHopscope(args: readonly string[], { cwd, environment = {}, under = [] }: Start): LiveProcess {
  return startProgram([...under, ...HOPSCOPE, ...args], { cwd, environment });
}

export function startProgram(argv: readonly string[], { cwd, environment = {} }: Omit<Start, 'under'>): LiveProcess {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { cwd, env: { ...plainEnvironment(), ...environment }, detached: true, stdio: 'pipe' });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  let code: number | null | undefined;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      code = exitCode;
      resolve({ code: exitCode, ...text });
    });
  });
  onTestFinished(() => {
    if (code === undefined) child.kill('SIGKILL');
  });
  const printed = (): string => `${text.stdout}${text.stderr}`;
  return {
    ended,
    printed,
    shows: (pattern) =>
      until(() => {
        if (code !== undefined) throw new Error(`it ended with ${String(code)} before it showed ${String(pattern)}:\n${printed()}`);
        return pattern.test(printed());
      }),
    type: (typed) => void child.stdin.write(typed),
    write: (bytes) => void child.stdin.write(bytes),
    pressCtrlC: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
    kill: (signal) => void child.kill(signal),
  };
}

/** Polls until it is true; throws after a minute, or the given time, without. */
export async function until(isTrue: () => boolean, timeoutMs = TIMEOUT_MS): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`still waiting after ${timeoutMs} ms: ${String(isTrue)}`);
    await sleep(5);
  }
}

/** A folder for temporary files, so that the labs of a test can be told from all others. */
export class TemporaryFolder {
  readonly dir: string;

  constructor(parent: string) {
    this.dir = join(parent, 'tmp');
    mkdirSync(this.dir, { mode: 0o777 });
  }

  get environment(): { readonly TMPDIR: string } {
    return { TMPDIR: this.dir };
  }

  /** Scratch folders of runs. */
  left(): readonly string[] {
    return readdirSync(this.dir);
  }

  /** Processes that have to do with a lab whose scratch folder is here: those that name it, and all in the lab's PID namespace. */
  processes(): () => readonly string[] {
    const naming = (): readonly string[] =>
      pids().filter((pid) => read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).includes(this.dir));
    const namespaceOf = (pid: string, which: string): string => read(() => readlinkSync(`/proc/${pid}/ns/${which}`));
    const ours = namespaceOf('self', 'pid');
    const labs = new Set(naming().map((pid) => namespaceOf(pid, 'pid_for_children')));
    labs.delete(ours);
    labs.delete('');
    return () => [...naming(), ...pids().filter((pid) => labs.has(namespaceOf(pid, 'pid')) && !isZombie(pid))];
  }
}

const pids = (): readonly string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** Ended, and waiting for whoever is first of all processes to take note. */
const isZombie = (pid: string): boolean => read(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).includes(') Z ');

/** What is read of a process that may have ended in between. */
function read(from: () => string): string {
  try {
    return from();
  } catch {
    return '';
  }
}

/** No stack trace, and no control sequence but line feeds: what anybody may be shown. */
export const PLAIN_TEXT = /^(?![^]*\n {4}at )[\n\P{Cc}]*$/u;
