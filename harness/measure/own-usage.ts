import { existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import type { ProgramUsage } from '../model/program-usage.ts';

const OWN_FILES = '/proc/self/fd';

/** What the program that asks has used since it started. */
export function ownUsage(): ProgramUsage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rssBytes: ownRssBytes(), openFiles: openFiles() };
}

/** Resident memory. Node opens a file to find out, which a program that has as many open as it may have cannot: this one is open from the start. */
export function ownRssBytes(): number {
  if (STATUS === null) return process.memoryUsage.rss();
  const text = BUFFER.toString('latin1', 0, readSync(STATUS, BUFFER, 0, BUFFER.length, 0));
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

/** Null where there is no /proc. */
const STATUS = existsSync('/proc/self/status') ? openSync('/proc/self/status', 'r') : null;
const BUFFER = Buffer.alloc(4096);

let lastOpenFiles = 0;

/** The size of the folder is how many there are, since Linux 6.2; before, it is 0, and the entries are counted. */
function openFiles(): number {
  const { size } = statSync(OWN_FILES);
  if (size > 0) lastOpenFiles = size;
  else {
    try {
      // The folder itself is open while it is read.
      lastOpenFiles = readdirSync(OWN_FILES).length - 1;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
    }
  }
  return lastOpenFiles;
}
