import { setTimeout as sleep } from 'node:timers/promises';
import { type HostAction, type LivePath, nowMs, peakPerSecond, type ScenarioContext, type SurvivalEvidence } from '../../harness/index.ts';
import type { ReloadCase } from './cases.ts';

export interface Options {
  /** Sockets a path, held open while something is done. */
  readonly sockets: number;
  /** Between two numbered messages of a socket. */
  readonly everyMs: number;
  /** Between two new handshakes, while it matters. */
  readonly probeEveryMs: number;
  /** How long a proxy's old processes are watched, if they stay that long. */
  readonly watchMs: number;
}

const OPENING_MS = 2000;
/** After an action with no old process left: time for the storm of reconnects and for the last words. */
const SETTLE_MS = 350;
const LOOK_MS = 50;
/** A watch that nobody ends any more ends by itself. */
const FORGOTTEN_MS = 30_000;

type Watch = Pick<SurvivalEvidence, 'oldProcesses' | 'actionAtMs' | 'watchedUntilMs'>;

let groups = 0;

/**
 * Holds sockets open over these paths, which share a client, does what the case says to the host, and records what became of each. False
 * when no socket opened, and then nothing was done.
 */
export async function watchCase(
  context: ScenarioContext<Options>,
  paths: readonly LivePath[],
  host: string,
  reloadCase: ReloadCase,
): Promise<boolean> {
  const opened = await Promise.all(paths.map(async (live) => ({ live, ...(await openSockets(context.options, live)) })));
  const watched = opened.filter(({ count }) => count > 0);
  const [first] = watched;
  if (first === undefined) return false;
  const action: HostAction = { host, do: reloadCase.does[0] };
  const watch = await actAndWatch(context.options, first.live, host, reloadCase);
  for (const { live, group } of watched) {
    const { sockets, newHandshakes, reconnects } = await live.drive<'survived'>({ kind: 'survived', group });
    context.record('survivals', {
      path: live.path.id,
      scenario: 'reload',
      caseId: reloadCase.id,
      title: reloadCase.title,
      cite: reloadCase.cite,
      action,
      ...watch,
      sockets,
      newHandshakes: newHandshakes.filter(({ atMs }) => atMs >= watch.actionAtMs),
      reconnectPeakPerSecond: reconnects.length === 0 ? null : peakPerSecond(reconnects),
    });
  }
  return true;
}

async function openSockets(
  { sockets, everyMs, probeEveryMs }: Options,
  live: LivePath,
): Promise<{ readonly group: string; readonly count: number }> {
  groups += 1;
  const group = `${live.path.id} ${groups}`;
  const { opened } = await live.drive<'survive'>({
    kind: 'survive',
    group,
    endpoint: live.endpoint(),
    sockets,
    everyMs,
    probeEveryMs,
    atMostMs: FORGOTTEN_MS,
    deadlineMs: OPENING_MS,
  });
  return { group, count: opened };
}

async function actAndWatch({ everyMs, watchMs }: Options, live: LivePath, host: string, { does }: ReloadCase): Promise<Watch> {
  // Some messages of every socket are under way before anything is done.
  await sleep(2 * everyMs);
  const actionAtMs = nowMs();
  const oldProcesses: { readonly atMs: number; readonly count: number }[] = [];
  const look = async (): Promise<number> => {
    const count = await live.oldProcesses(host);
    oldProcesses.push({ atMs: nowMs(), count });
    return count;
  };
  for (const kind of does) await live.act({ host, do: kind });
  const calmAtMs = nowMs() + SETTLE_MS;
  for (let count = await look(); nowMs() < (count > 0 ? actionAtMs + watchMs : calmAtMs); count = await look()) await sleep(LOOK_MS);
  return { actionAtMs, watchedUntilMs: nowMs(), oldProcesses };
}

/** Old processes end with their last socket; one that does not is ended before it disturbs what comes next. */
export async function untilClean(live: LivePath, host: string): Promise<void> {
  for (const untilMs = nowMs() + OPENING_MS / 2; nowMs() < untilMs; await sleep(LOOK_MS)) if ((await live.oldProcesses(host)) === 0) return;
  await live.act({ host, do: 'restart' });
}
