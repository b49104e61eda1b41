/*
 * Keeps a private Docker Engine alive for as long as somebody holds a lease on it, and not longer.
 *
 *   flock --nonblock <run folder>.lock node engine-supervisor.ts <state folder> <run folder>
 *
 * A lease is a connection to `lease.sock`. The kernel closes it when its holder ends, however that came (kill -9 too). When the
 * last one is closed, every container and network of the engine is removed and the engine is stopped. The lock makes sure
 * that there is one supervisor; the engine gets SIGTERM from the kernel should the supervisor itself be killed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FILES_LIMIT } from '../open-files.ts';
import { engineArgv } from './engine-argv.ts';
import { askEngine, engineAnswers } from './engine-socket.ts';

const START_TIMEOUT_MS = 30_000;
/** Who started this program takes a lease at once, unless it was killed in between. */
const FIRST_LEASE_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 15_000;
const CGROUP_ROOT = '/sys/fs/cgroup';

const [stateDir = '', runDir = ''] = process.argv.slice(2);
const socketPath = join(runDir, 'docker.sock');
const pidFile = join(runDir, 'dockerd.pid');
const logFile = join(stateDir, 'dockerd.log');
const leases = new Set<Socket>();
let ready = 'waiting\n';
let stopping = false;

await endStrayEngine();
rmSync(runDir, { recursive: true, force: true });
mkdirSync(runDir, { recursive: true, mode: 0o700 });
mkdirSync(stateDir, { recursive: true, mode: 0o700 });
writeFileSync(join(runDir, 'daemon.json'), '{}');

const server = createServer({ allowHalfOpen: true }, (lease) => {
  leases.add(lease);
  const release = (): void => {
    if (leases.delete(lease) && leases.size === 0) void stop();
    else if (!stopping) lease.destroy();
  };
  lease.on('end', release).on('close', release).on('error', release).resume();
  if (ready !== 'waiting\n') lease.write(ready);
});
server.listen(join(runDir, 'lease.sock'));
setTimeout(() => {
  if (leases.size === 0) void stop();
}, FIRST_LEASE_TIMEOUT_MS).unref();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void stop());

const log = openSync(logFile, 'w');
// Mounts of the engine and its containers stand in a mount namespace of their own, which is gone with the last of its processes.
const ownMounts = ['--mount', '--propagation', 'slave', '--', 'setpriv', '--pdeathsig', 'TERM', '--'];
// Containers may have as many open files as their engine.
const withFiles = ['sh', '-c', `${FILES_LIMIT}; exec "$@"`, 'sh'];
const engine = spawn('unshare', [...ownMounts, ...withFiles, ...engineArgv({ stateDir, runDir })], { stdio: ['ignore', log, log] });
closeSync(log);
engine.once('error', (error) => tell(`failed: unshare cannot be run: ${error.message}\n`));
engine.once('exit', (code) => {
  if (!stopping) tell(`failed: dockerd ended with exit code ${code}: ${lastLines()}\n`);
});
await tellWhenReady();

async function tellWhenReady(): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (ready !== 'waiting\n' || stopping) return;
    if ((await engineAnswers(`unix://${socketPath}`)).answers) tell('ready\n');
    else if (performance.now() > deadline) tell(`failed: dockerd does not answer after ${START_TIMEOUT_MS} ms: ${lastLines()}\n`);
    else await sleep(50);
  }
}

function tell(what: string): void {
  if (ready !== 'waiting\n') return;
  ready = what;
  for (const lease of leases) lease.write(what);
}

function lastLines(): string {
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-3).join(' | ').slice(0, 1000);
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  server.close();
  rmSync(join(runDir, 'lease.sock'), { force: true });
  if (engine.pid !== undefined && engine.exitCode === null) {
    await removeEverything().catch(() => {
      /* An engine that does not answer any more is stopped all the same. */
    });
    await end(engine);
  }
  removeCgroups();
  rmSync(runDir, { recursive: true, force: true });
  process.exit(0);
}

/** Networks go last: only then are their bridges gone from the machine. */
async function removeEverything(): Promise<void> {
  const ids = async (path: string): Promise<readonly string[]> => {
    const list: unknown = JSON.parse((await askEngine(socketPath, 'GET', path, STOP_TIMEOUT_MS)).body);
    return Array.isArray(list) ? list.map((item: { readonly Id?: unknown }) => String(item.Id)) : [];
  };
  const containers = await ids('/containers/json?all=1');
  await Promise.allSettled(containers.map((id) => askEngine(socketPath, 'DELETE', `/containers/${id}?force=1&v=1`, STOP_TIMEOUT_MS)));
  const networks = await ids(`/networks?filters=${encodeURIComponent('{"type":["custom"]}')}`);
  await Promise.allSettled(networks.map((id) => askEngine(socketPath, 'DELETE', `/networks/${id}`, STOP_TIMEOUT_MS)));
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(timer);
}

/** An engine whose supervisor was killed, of which the kernel has already told it to end. */
async function endStrayEngine(): Promise<void> {
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  for (let pid = strayPid(); pid !== null; pid = strayPid()) {
    process.kill(pid, performance.now() < deadline ? 'SIGTERM' : 'SIGKILL');
    await sleep(200);
  }
}

function strayPid(): number | null {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    // The pid may be another program's by now: ours names its own state folder.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(pidFile) ? pid : null;
  } catch {
    return null;
  }
}

/** The empty groups that containers stood in (cgroup v1: one in each hierarchy). */
function removeCgroups(): void {
  for (const folder of [CGROUP_ROOT, ...readdirSync(CGROUP_ROOT).map((name) => join(CGROUP_ROOT, name))]) {
    try {
      rmdirSync(join(folder, 'hopscope'));
    } catch {
      // It is not there, or not empty: then it is in use.
    }
  }
}
