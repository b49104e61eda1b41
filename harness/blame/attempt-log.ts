import type { ProxyLogEvidence, Recorded } from '../model/evidence.ts';
import type { Path } from '../model/path.ts';
import type { ProxyLogEntry } from '../model/service.ts';

/** What is known of one connection, to find its lines in the logs of the proxies. */
export interface Attempt {
  readonly path: Path;
  readonly target: string | null;
  readonly clientPort: number | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Status the client got; null when it got none. */
  readonly status: number | null;
}

export type AttemptLog = ReadonlyMap<string, Recorded<ProxyLogEvidence>>;

type Line = Recorded<ProxyLogEvidence>;

interface Join {
  /** Whether a line's target is that of the attempt. */
  readonly isSameTarget: (attempt: Attempt, target: string | null) => boolean;
  /** How long after the attempt its line may be dated. */
  readonly lateMs: number;
  readonly choose: (lines: readonly Line[]) => Line | null;
}

/** Clocks of two processes on one machine differ by less. */
const EARLY_MS = 250;

/** The one line of each proxy that tells what became of an attempt. Lines that contradict each other are left out. */
export const logOfAttempt = (attempt: Attempt, logs: readonly Line[]): AttemptLog =>
  joinLogs(attempt, logs, {
    isSameTarget: ({ target }, logged) => target !== null && logged === target,
    lateMs: 2000,
    choose: (lines) => {
      const access = lines.filter((line) => line.entry.kind === 'access');
      // Bytes that follow a refused request on its connection (a pipelined frame) are logged as a request of their own.
      const answered = access.filter(({ entry }) => attempt.status !== null && entry.status === attempt.status);
      return agreed([answered, access, lines].find((some) => some.length > 0) ?? [], storyOf);
    },
  });

/**
 * The line of each proxy that says who ended a connection (`startedAtMs` and `endedAtMs` are both its end). An access line often
 * leaves that to the error log, so all kinds count, and only lines that name an end. Queries are left aside.
 */
export const closerLogOf = (attempt: Attempt, logs: readonly Line[]): AttemptLog =>
  joinLogs(attempt, logs, {
    isSameTarget: ({ target }, logged) => target !== null && logged !== null && withoutQuery(logged) === withoutQuery(target),
    lateMs: 500,
    choose: (lines) =>
      agreed(
        lines.filter((line) => line.entry.endedBy !== null),
        ({ endedBy }) => String(endedBy),
      ),
  });

function joinLogs(attempt: Attempt, logs: readonly Line[], join: Join): AttemptLog {
  const chosen = new Map<string, Line>();
  attempt.path.proxies.forEach((proxy, position) => {
    const own = logs.filter(
      (line) => line.host === proxy.name && line.entry.kind !== 'notice' && isInWindow(attempt, line.entry, join.lateMs),
    );
    const line = join.choose(linesOfAttempt(attempt, own, position === 0, join));
    if (line !== null) chosen.set(proxy.name, line);
  });
  return chosen;
}

/**
 * The first proxy is joined by the client's port, which no two attempts of a moment share; farther ones, and lines without ports,
 * by target and time. With a line of its port at hand only error lines, which never have one, may be added to it.
 */
function linesOfAttempt(attempt: Attempt, lines: readonly Line[], isFirst: boolean, join: Join): readonly Line[] {
  const byTarget = lines.filter(({ entry }) => entry.atMs !== null && join.isSameTarget(attempt, entry.target));
  if (!isFirst) return byTarget;
  const byPort = lines.filter(({ entry }) => attempt.clientPort !== null && entry.clientPort === attempt.clientPort);
  const portless = byTarget.filter(({ entry }) => attempt.clientPort === null || entry.clientPort === null);
  if (byPort.length > 0) return [...byPort, ...portless.filter(({ entry }) => entry.kind === 'error')];
  return portless.filter(({ entry }) => attempt.status === null || entry.status === null || entry.status === attempt.status);
}

function isInWindow(attempt: Attempt, { atMs }: ProxyLogEntry, lateMs: number): boolean {
  if (atMs === null) return true;
  // A time of whole seconds was cut down by up to a second.
  const early = EARLY_MS + (atMs % 1000 === 0 ? 1000 : 0);
  return atMs >= attempt.startedAtMs - early && atMs <= attempt.endedAtMs + lateMs;
}

/** The last line when all of them tell the same story. */
function agreed(lines: readonly Line[], story: (entry: ProxyLogEntry) => string): Line | null {
  return new Set(lines.map(({ entry }) => story(entry))).size === 1 ? (lines.at(-1) ?? null) : null;
}

const storyOf = (entry: ProxyLogEntry): string =>
  JSON.stringify([entry.status, entry.serverStatus, entry.server, entry.reachedServer, entry.endedBy]);

const withoutQuery = (target: string): string => target.split('?', 1)[0] ?? '';
