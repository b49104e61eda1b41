import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { delimiter, dirname, extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../errors.ts';
import type { EngineFolders } from './engine-argv.ts';
import { DEFAULT_DOCKER_HOST, engineAnswers } from './engine-socket.ts';

/** A Docker Engine to work with; disposing it stops the engine if it is a private one that nobody else uses. */
export interface Engine extends AsyncDisposable {
  /** A value for DOCKER_HOST. */
  readonly host: string;
  readonly isPrivate: boolean;
  readonly because: string;
}

export const PRIVATE_ENGINE: EngineFolders = { stateDir: '/var/lib/hopscope', runDir: '/run/hopscope/engine' };

const LEASE_TIMEOUT_MS = 60_000;
const RELEASE_TIMEOUT_MS = 30_000;
const TOOLS = ['dockerd', 'containerd', 'runc', 'flock', 'setpriv', 'unshare'] as const;

/**
 * The engine that DOCKER_HOST names or that listens at the usual place; else a private one is started, which needs root and an
 * installed dockerd. It dies by itself when its last user ends, however that came. Must be called before testcontainers is
 * used for the first time in this process, because testcontainers decides once which engine it talks to.
 * Throws LAB_ERR_NO_ENGINE.
 */
export async function acquireEngine(onProgress: (what: string) => void, folders: EngineFolders = PRIVATE_ENGINE): Promise<Engine> {
  const host = process.env['DOCKER_HOST'] ?? DEFAULT_DOCKER_HOST;
  const found = await engineAnswers(host);
  if (found.answers) return { host, isPrivate: false, because: found.because, [Symbol.asyncDispose]: () => Promise.resolve() };
  const obstacle = privateEngineObstacle();
  if (process.env['DOCKER_HOST'] !== undefined || obstacle !== null) {
    throw new HarnessError(
      'LAB_ERR_NO_ENGINE',
      `expected a Docker Engine, but ${found.because}${obstacle === null ? '' : `; a private one cannot be started: ${obstacle}`}`,
    );
  }
  onProgress('starting a private Docker Engine');
  return await leasePrivateEngine(folders, found.because);
}

/** Why no private engine can be started here; null when it can. */
export function privateEngineObstacle(): string | null {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'this takes root';
  const missing = TOOLS.filter((tool) => !isOnPath(tool));
  return missing.length === 0 ? null : `${missing.join(', ')} not found on PATH`;
}

function isOnPath(tool: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts a private engine, or shares the one that runs from these folders already. */
export async function leasePrivateEngine(folders: EngineFolders, because: string): Promise<Engine> {
  const lease = await takeLease(folders);
  const said = await firstLine(lease);
  if (said !== 'ready') {
    lease.destroy();
    throw new HarnessError('LAB_ERR_NO_ENGINE', `expected a private Docker Engine to start, got: ${said}`);
  }
  const host = `unix://${join(folders.runDir, 'docker.sock')}`;
  const before = { DOCKER_HOST: process.env['DOCKER_HOST'], TESTCONTAINERS_HOST_OVERRIDE: process.env['TESTCONTAINERS_HOST_OVERRIDE'] };
  process.env['DOCKER_HOST'] = host;
  // Inside a container testcontainers would ask the engine for its default bridge, which this one does not have.
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] ??= 'localhost';
  const release = async (): Promise<void> => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    // The supervisor closes its side when the engine is gone, or at once when others still use it.
    const closed = new Promise((resolve) => lease.once('close', resolve));
    if (lease.closed) return;
    lease.ref();
    lease.end();
    await Promise.race([closed, sleep(RELEASE_TIMEOUT_MS, undefined, { ref: false })]);
  };
  return { host, isPrivate: true, because: `${because}; a private engine was started`, [Symbol.asyncDispose]: release };
}

/** Connects to the supervisor, starting one where there is none. One that is just ending is waited for. */
async function takeLease(folders: EngineFolders): Promise<Socket> {
  const deadline = performance.now() + LEASE_TIMEOUT_MS;
  let supervisor: 'none' | 'running' = 'none';
  for (;;) {
    const lease = await connectTo(join(folders.runDir, 'lease.sock'));
    if (lease !== null) return lease;
    if (performance.now() > deadline)
      throw new HarnessError(
        'LAB_ERR_NO_ENGINE',
        `expected the engine's supervisor to listen below ${folders.runDir}, nobody did for ${LEASE_TIMEOUT_MS} ms`,
      );
    if (supervisor === 'none') {
      supervisor = 'running';
      startSupervisor(folders).once('exit', () => {
        supervisor = 'none';
      });
    }
    await sleep(50);
  }
}

function startSupervisor({ stateDir, runDir }: EngineFolders): ReturnType<typeof spawn> {
  mkdirSync(dirname(runDir), { recursive: true, mode: 0o700 });
  const script = join(import.meta.dirname, `engine-supervisor${extname(import.meta.filename)}`);
  // A session of its own: Ctrl-C is for hopscope, which then lets the lease go.
  const argv = ['--nonblock', '--no-fork', `${runDir}.lock`, process.execPath, script, stateDir, runDir];
  const child = spawn('flock', argv, { detached: true, stdio: 'ignore' });
  child.unref();
  return child;
}

function connectTo(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
    socket.once('error', () => resolve(null));
  });
}

/** What the supervisor says first. The lease does not keep this process alive afterwards. */
function firstLine(lease: Socket): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    lease.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (!said.includes('\n')) return;
      lease.unref();
      resolve(said.trim().slice(0, 2000));
    });
    lease.once('close', () => resolve(said.trim() || 'its supervisor ended'));
  });
}
