import { nowMs } from '../measure/clock.ts';
import type { LiveProxy } from './live-proxy.ts';
import type { Placed } from './live-topology.ts';
import type { RunFolder } from './run-folder.ts';

/** Log lines carry a time that is cut down to seconds at the coarsest. */
const LOG_STEP_MS = 1000;
/** A line without a time of its own was written since the log was last read: a scenario ago at the most. */
const UNTIMED_MS = 60_000;
const MAX_LINE = 500;

/** Records every proxy of these paths that ended although the run had not ended it, once, on each path that it stands on. */
export async function recordCrashes(placed: readonly Placed[], scenario: string, folder: RunFolder): Promise<void> {
  for (const { path, live } of placed) {
    for (const { name } of path.proxies) {
      const ends = (await live.proxies.get(name)?.takeEnds(scenario)) ?? [];
      const paths = live.topology.hosts.find((host) => host.name === name)?.paths ?? [path.id];
      for (const end of ends) for (const id of paths) folder.append('crashes', { path: id, scenario, host: name, what: 'program', ...end });
    }
  }
}

/** Records the end of a worker that its proxy logged; not where the run may have ended it. */
export function recordWorkerEnd(
  proxy: LiveProxy,
  line: string,
  place: { readonly path: string; readonly scenario: string },
  folder: RunFolder,
): void {
  const end = proxy.service.workerEnd?.(line) ?? null;
  if (end === null || proxy.mayHaveEnded(end.signal)) return;
  const seenAtMs = nowMs();
  const loggedAtMs = proxy.service.parseLog(line)?.atMs ?? null;
  const window =
    loggedAtMs === null
      ? { fromMs: seenAtMs - UNTIMED_MS, untilMs: seenAtMs }
      : { fromMs: loggedAtMs - LOG_STEP_MS, untilMs: Math.min(seenAtMs, loggedAtMs + LOG_STEP_MS) };
  folder.append('crashes', { ...place, host: proxy.name, what: 'worker', ...end, ...window, lastLines: [line.slice(0, MAX_LINE)] });
}
