import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * A session is one running hopscope. Whatever it makes outside its own process tree carries the session's name, so that the next
 * hopscope command can tell what a killed one left behind.
 */

const PREFIX = 'hopscope-';

/** Start time of a process in clock ticks since boot (field 22 of /proc/<pid>/stat, proc(5)); null when it is gone. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything, so count from the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Pid and start time: a pid alone is used again by the kernel. */
export const sessionName = (pid: number = process.pid): string => `${pid}-${startTicks(pid) ?? '0'}`;

export const isSessionAlive = (session: string): boolean =>
  sessionName(Number(session.split('-')[0])) === session && !session.endsWith('-0');

export const makeScratchDir = (): string => mkdtempSync(join(tmpdir(), `${PREFIX}${sessionName()}-`));

/** Another user's leftovers cannot be removed, and are that user's to remove. */
function remove(dir: string): boolean {
  try {
    rmSync(dir, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** Removes scratch folders of sessions that are gone; returns their paths. */
export function reapScratchDirs(): readonly string[] {
  const pattern = new RegExp(`^${PREFIX}(\\d+-\\d+)-`);
  const stale = readdirSync(tmpdir()).filter((name) => {
    const session = pattern.exec(name)?.[1];
    return session !== undefined && !isSessionAlive(session);
  });
  return stale.map((name) => join(tmpdir(), name)).filter(remove);
}
