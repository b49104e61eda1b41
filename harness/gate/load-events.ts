import type { ActionEvidence, HostActionKind } from '../model/action-evidence.ts';
import type { CrashEvidence } from '../model/crash-evidence.ts';
import type { LoadEvidence } from '../model/evidence.ts';
import type { LoadChart } from '../model/record.ts';

type LoadEvent = LoadChart['events'][number];

const DONE: Readonly<Record<HostActionKind, string>> = {
  reload: 'reloaded',
  upgrade: 'handed over to a new program',
  stop: 'stopped',
  kill: 'killed',
  restart: 'restarted',
  start: 'started',
  freeze: 'frozen',
  thaw: 'thawed',
};

/** What was done to hosts of the load's path while it ran, and which of its proxies crashed, on the clock of the load. */
export function loadEvents(
  load: Pick<LoadEvidence, 'path' | 'scenario' | 'startedAtMs' | 'endedAtMs'>,
  actions: readonly ActionEvidence[],
  crashes: readonly CrashEvidence[],
): readonly LoadEvent[] {
  const isWithin = (atMs: number): boolean => atMs >= load.startedAtMs && atMs <= load.endedAtMs;
  const own = actions
    .filter(({ scenario, paths, startedAtMs }) => scenario === load.scenario && paths.includes(load.path) && isWithin(startedAtMs))
    .toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  const thaws = new Set<ActionEvidence>();
  const done = own.map((action, index): LoadEvent | null => {
    if (thaws.has(action)) return null;
    const thaw =
      action.do === 'freeze' ? own.slice(index + 1).find((later) => later.host === action.host && later.do === 'thaw') : undefined;
    if (thaw !== undefined) thaws.add(thaw);
    return event(load, action, thaw);
  });
  const crashed = crashes
    .filter(({ scenario, path, fromMs }) => scenario === load.scenario && path === load.path && isWithin(fromMs))
    .map(({ host, what, fromMs }) => ({
      atMs: fromMs - load.startedAtMs,
      untilMs: null,
      title: what === 'worker' ? `a process of ${host} crashed` : `${host} crashed`,
    }));
  return [...done.filter((it) => it !== null), ...crashed].toSorted((a, b) => a.atMs - b.atMs);
}

/** A freeze lasts until its thaw, anything else until the host was ready or gone; one that was not seen to end is a moment. */
function event({ startedAtMs }: Pick<LoadEvidence, 'startedAtMs'>, action: ActionEvidence, thaw: ActionEvidence | undefined): LoadEvent {
  const endedAtMs = action.do === 'freeze' ? (thaw?.startedAtMs ?? null) : action.endedAtMs;
  const untilMs = endedAtMs === null ? null : endedAtMs - startedAtMs;
  const atMs = action.startedAtMs - startedAtMs;
  const lasted = thaw === undefined || untilMs === null ? '' : ` for ${((untilMs - atMs) / 1000).toFixed(1)} s`;
  return { atMs, untilMs, title: `${action.host} ${DONE[action.do]}${lasted}` };
}
