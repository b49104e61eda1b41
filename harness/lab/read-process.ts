import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { ProxyProcess } from './lab.ts';

const PAGE_BYTES = 4096;

/** Oldest first. */
export const byAge = (a: ProxyProcess, b: ProxyProcess): number => a.startedTicks - b.startedTicks || a.pid - b.pid;

/** Null when it has ended. /proc/PID/stat (proc_pid_stat(5)): the name in brackets may hold anything, so fields are counted from the last bracket. */
export function readProcess(pid: number): ProxyProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
    // A kernel thread, or one that is about to end.
    if (command === '') return null;
    return {
      pid,
      parentPid: Number(fields[1]),
      startedTicks: Number(fields[19]),
      rssBytes: Number(fields[21]) * PAGE_BYTES,
      cpuTicks: Number(fields[11]) + Number(fields[12]),
      openFiles: openFilesOf(pid),
      command,
    };
  } catch {
    return null;
  }
}

/** The size of the folder is how many there are, since Linux 6.2; before, it is 0, and 50,000 entries take some 25 ms to count. */
function openFilesOf(pid: number): number | null {
  try {
    const { size } = statSync(`/proc/${pid}/fd`);
    return size > 0 ? size : readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
}
