import { readdirSync, readlinkSync } from 'node:fs';
import type { ProxyProcess } from '../lab.ts';
import { byAge, readProcess } from '../read-process.ts';

/** A look at every process of the machine takes milliseconds; hosts that are watched at the same time share one. */
const SHARED_MS = 20;
const NUMBER = /^\d+$/;

let lastLook: { readonly atMs: number; readonly pidsByPlace: ReadonlyMap<string, readonly number[]> } | null = null;

/**
 * Which processes have which host name, in which process tree. A proxy has its host's name, also where it sees files of its own, while
 * our observers have the machine's; and it is in the lab's tree, where `nsenter`, which waits for it outside, is not.
 */
function pidsByPlace(): ReadonlyMap<string, readonly number[]> {
  const atMs = performance.now();
  if (lastLook !== null && atMs - lastLook.atMs < SHARED_MS) return lastLook.pidsByPlace;
  const found = new Map<string, number[]>();
  for (const name of readdirSync('/proc')) {
    const place = NUMBER.test(name) ? placeOf(name) : null;
    if (place === null) continue;
    const pids = found.get(place);
    if (pids === undefined) found.set(place, [Number(name)]);
    else pids.push(Number(name));
  }
  lastLook = { atMs, pidsByPlace: found };
  return found;
}

function placeOf(pid: string): string | null {
  try {
    return `${readlinkSync(`/proc/${pid}/ns/uts`)} ${readlinkSync(`/proc/${pid}/ns/pid`)}`;
  } catch {
    // It has ended, or it is none of ours.
    return null;
  }
}

/** Programs that run in the host of this holder, oldest first: not the holder, not what has ended. */
export function processesIn(holderPid: number): readonly ProxyProcess[] {
  const place = placeOf(String(holderPid));
  const pids = place === null ? [] : (pidsByPlace().get(place) ?? []);
  return pids.flatMap((pid) => (pid === holderPid ? [] : (readProcess(pid) ?? []))).toSorted(byAge);
}
