import { nowMs } from '../measure/clock.ts';
import { isControl } from '../model/path.ts';
import type { TimedAction } from '../model/timed-action.ts';
import type { LivePath } from './scenario.ts';

/**
 * Runs a stimulus and, beside it, what the paths say is to be done to their hosts meanwhile. What is not due when it ends is left
 * undone. Throws what the stimulus throws, else what an action throws.
 */
export async function withActions(driven: readonly LivePath[], run: () => Promise<void>): Promise<void> {
  const due = driven.flatMap((live) => (isControl(live.path) ? [] : (live.path.actions ?? []).map((action) => ({ live, action }))));
  if (due.length === 0) return await run();
  // Paths with an action on a host that they share are one topology, and it is done once.
  const once = [...new Map(due.map((one) => [keyOf(one.live, one.action), one])).values()];
  const startedAtMs = nowMs();
  const pending: Promise<unknown>[] = [];
  const timers = once.map(({ live, action: { host, do: kind, atMs } }) =>
    setTimeout(
      () => pending.push(live.act({ host, do: kind }).catch((error: unknown) => error)),
      Math.max(0, atMs - (nowMs() - startedAtMs)),
    ),
  );
  try {
    await run();
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
  const failed = (await Promise.all(pending)).find((one) => one instanceof Error);
  if (failed !== undefined) throw failed;
}

const keyOf = ({ path }: LivePath, { host, do: kind, atMs }: TimedAction): string =>
  JSON.stringify([host === 'client' || host === 'origin' ? [path.origin, path.links, path.actions] : path.id, host, kind, atMs]);
