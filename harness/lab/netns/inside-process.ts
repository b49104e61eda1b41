import type { HostProcess } from '../lab.ts';
import { signalTo } from '../signal-to.ts';
import type { InsideProcess } from './namespace.ts';
import { ThawGuard } from './thaw-guard.ts';

const STOP_TIMEOUT_MS = 2000;

/** A program that was started with pipes, as others speak to it. */
export function talkingTo(inside: InsideProcess): HostProcess {
  const { stdin, stdout } = inside.child;
  if (stdin === null || stdout === null) throw new TypeError('a program started with pipes has pipes');
  const stop = async (): Promise<void> => {
    stdin.end();
    await endOf(inside, 'SIGTERM');
  };
  const signal = (name: NodeJS.Signals): Promise<void> => {
    signalInside(inside, name);
    return Promise.resolve();
  };
  return { stdin, stdout, exited: inside.exited, signal, stop };
}

/** Asks a program to end, then insists. */
export async function endOf(inside: InsideProcess, signal: NodeJS.Signals): Promise<void> {
  signalInside(inside, signal);
  const timer = setTimeout(() => signalInside(inside, 'SIGKILL'), STOP_TIMEOUT_MS);
  await inside.exited;
  clearTimeout(timer);
}

const guards = new WeakMap<InsideProcess, ThawGuard>();

/**
 * nsenter, which waits for the program outside the lab's tree, stops when the program is stopped (measured with util-linux 2.38): it would
 * not see its end, and outlive the lab.
 */
export function signalInside(inside: InsideProcess, signal: NodeJS.Signals): void {
  const { pid, child } = inside;
  if (signal === 'SIGSTOP' && child.pid !== undefined && !guards.has(inside)) guards.set(inside, new ThawGuard(child.pid));
  signalTo(pid, signal);
  if (signal !== 'SIGCONT' && signal !== 'SIGKILL') return;
  child.kill('SIGCONT');
  guards.get(inside)?.release();
  guards.delete(inside);
}
