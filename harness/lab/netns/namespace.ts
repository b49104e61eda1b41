import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { HarnessError } from '../../errors.ts';
import type { Command } from '../command.ts';
import { FILES_LIMIT } from '../open-files.ts';

/*
 * The whole lab hangs on one process tree. `unshare --pid --fork --kill-child` makes a PID namespace whose first process
 * reads a pipe that only hopscope holds: when hopscope ends, however it ends, the pipe closes, the first process ends, and the
 * kernel kills everything in the PID namespace; the network namespaces, links and devices go with their last process.
 */

/** A process whose namespaces others enter. `pid` is as seen from outside. */
export interface Holder {
  readonly pid: number;
  readonly child: ChildProcess;
}

/** Prints its pid as /proc, still that of the outside, shows it; then holds until its standard input ends. */
const HOLD = 'read -r pid rest < /proc/self/stat; echo "$pid"; exec cat >/dev/null';

/** Starts a holder and waits for its pid. */
async function startHolder(argv: Command, what: string): Promise<Holder> {
  const [program = '', ...args] = argv;
  // In a session of its own: Ctrl-C of a terminal is for hopscope, which ends captures before it takes the lab down.
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  child.stdin.on('error', () => {
    /* The holder is gone; `exit` says so. */
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk.toString()}`.slice(0, 2000);
  });
  const first = await firstLine(child, child.stdout);
  const pid = Number(first);
  if (!Number.isInteger(pid) || pid <= 0) {
    const code = /not permitted|denied/i.test(complaint) ? 'LAB_ERR_NO_PRIVILEGE' : 'LAB_ERR_COMMAND_FAILED';
    throw new HarnessError(code, `expected ${what}, but: ${complaint.trim() || first || 'it ended at once'}`);
  }
  return { pid, child };
}

function firstLine(child: ChildProcess, stdout: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stdout });
    lines.once('line', resolve);
    child.once('close', () => {
      resolve('');
    });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new HarnessError('LAB_ERR_MISSING_TOOL', `expected to run '${child.spawnfile}', got ${cause.code ?? cause.message}`, { cause }),
      );
    });
  });
}

/** The root of the lab. `singleUser`: not root, so a user namespace with one user id is made first. */
export async function startRoot(setup: string, singleUser: boolean): Promise<Holder> {
  const user = singleUser ? ['--user', '--map-root-user'] : [];
  const argv = [
    'unshare',
    ...user,
    '--mount',
    '--uts',
    '--net',
    '--pid',
    '--fork',
    '--kill-child',
    '--propagation',
    'private',
    'sh',
    '-c',
    `${setup}\n${HOLD}`,
  ];
  return await startHolder(argv, 'namespaces for the lab');
}

/** A host or a link of its own: network, mount and host name. `setup` is a script that runs in it first. */
export async function startHost(root: Holder, singleUser: boolean, setup: string, name: string): Promise<Holder> {
  const argv = [
    ...enter(root.pid, singleUser, true),
    'unshare',
    '--net',
    '--mount',
    '--uts',
    '--propagation',
    'private',
    'sh',
    '-c',
    `${setup}\n${HOLD}`,
  ];
  return await startHolder(argv, `namespaces for host ${name}`);
}

/**
 * A file system of its own within a host: mounts, processes and shared memory that are nobody else's, in the host's network. `setup` is a script that
 * runs first with `args` as its arguments, makes it, and leaves the pid, as /proc of the outside shows it, in `$pid`; `confined` is an argv prefix for what then holds it.
 */
export async function startNested(
  host: Holder,
  singleUser: boolean,
  { setup, args, confined }: { readonly setup: string; readonly args: readonly string[]; readonly confined: Command },
): Promise<Holder> {
  const argv = [
    ...enter(host.pid, singleUser, true),
    ...['unshare', '--pid', '--fork', '--kill-child', '--mount', '--ipc', '--propagation', 'private'],
    ...['sh', '-c', `${setup}\necho "$pid"; exec ${confined.join(' ')} /usr/bin/env -i /usr/bin/cat >/dev/null`, 'sh', ...args],
  ];
  return await startHolder(argv, 'a file system for the proxy');
}

/**
 * argv prefixes that run a program in a nested holder's namespaces: `before` what needs this machine's /proc still, and `after` it. Only then is the
 * program where nothing of this machine's is.
 */
export function enterNested({ pid }: Holder, singleUser: boolean): { readonly before: Command; readonly after: Command } {
  const user = singleUser ? ['--user', '--preserve-credentials'] : [];
  return {
    before: ['nsenter', '--target', String(pid), ...user, '--net', '--uts', '--ipc', '--pid', '--'],
    // Without our environment: a folder of libraries that it names may be anybody's there.
    after: ['env', '-i', 'nsenter', `--mount=/proc/${pid}/ns/mnt`, '--'],
  };
}

/** argv prefix that runs a program in a holder's network stack and the lab's PID namespace, with the files of this process. */
export function enterNetwork(pid: number, singleUser: boolean): Command {
  const user = singleUser ? ['--user', '--preserve-credentials'] : [];
  return ['nsenter', '--target', String(pid), ...user, '--net', '--pid', '--'];
}

/** argv prefix that runs a program in a holder's namespaces. `inTree`: in the lab's PID namespace too, so that it dies with the lab. */
export function enter(pid: number, singleUser: boolean, inTree: boolean): Command {
  const user = singleUser ? ['--user', '--preserve-credentials'] : [];
  return ['nsenter', '--target', String(pid), ...user, '--mount', '--net', '--uts', ...(inTree ? ['--pid'] : []), '--'];
}

export interface InsideProcess {
  readonly child: ChildProcess;
  /** Pid of the program itself, seen from outside: nsenter stays in between and passes no signals on. */
  readonly pid: number;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** Starts a long-running program inside a holder, in the lab's process tree. `log`: stderr (and stdout, unless piped) is appended to it. */
export const spawnInside = (holder: Holder, singleUser: boolean, argv: Command, log: string, pipes: boolean): Promise<InsideProcess> =>
  spawnEntering(enter(holder.pid, singleUser, true), argv, log, { pipes });

/** The same with the argv prefix that enters the holder; `output`: a file of its own for stdout. Ctrl-C of a terminal is for hopscope: what runs in the lab ends with it, and not before a load is stopped. */
export async function spawnEntering(
  prefix: Command,
  argv: Command,
  log: string,
  { pipes, output = log }: { readonly pipes: boolean; readonly output?: string },
): Promise<InsideProcess> {
  const wrapper = `read -r pid rest < /proc/self/stat; echo "$pid" >&3; ${FILES_LIMIT}; exec "$@" 3>&-`;
  const [program = '', ...args] = [...prefix, 'sh', '-c', wrapper, 'sh', ...argv];
  const logFd = openSync(log, 'a');
  const outputFd = output === log ? logFd : openSync(output, 'a');
  try {
    const child = spawn(program, args, { stdio: [pipes ? 'pipe' : 'ignore', pipes ? 'pipe' : outputFd, logFd, 'pipe'], detached: true });
    child.stdin?.on('error', () => {
      /* Written after its end: `exited` says so. */
    });
    const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      child.once('exit', (code, signal) => {
        resolve({ code, signal });
      });
    });
    const pid = Number(await firstLine(child, child.stdio[3] as Readable));
    return { child, pid, exited };
  } finally {
    closeSync(logFd);
    if (outputFd !== logFd) closeSync(outputFd);
  }
}
