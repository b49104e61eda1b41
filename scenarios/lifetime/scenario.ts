import {
  defineScenario,
  type KeptReuse,
  type LadderMode,
  type LadderSocket,
  type OriginConnection,
  type ScenarioContext,
  topologyKey,
} from '../../harness/index.ts';
import { type PlannedRung, rungsOf, rungTag, silencePlay, watchFor } from './ladder.ts';

interface Options {
  /** How long a rung is watched at the most; longer limits are said to be beyond the watch. */
  readonly watchMs: number;
  /** The same with `--real-time`. */
  readonly realTimeWatchMs: number;
}

/** For connecting and opening all sockets. */
const OPENING_MS = 4000;
/** The origin keeps quiet until the watch is over and everything was taken down. */
const SILENCE_SLACK_MS = 3000;
const DIRECTIONS: Partial<Record<LadderMode, 'to-origin' | 'to-client'>> = {
  'client-to-origin': 'to-origin',
  'origin-to-client': 'to-client',
};

/** All rungs of all paths at once: they are quiet, so they do not disturb each other. */
export const lifetime = defineScenario<Options>({
  id: 'lifetime',
  title: 'Timeout ladder',
  about:
    'Holds connections in every kind of quiet (idle, one way, pings, busy, silent, an unfinished head, an unanswered one, kept alive) and measures after how long the path ends each, against what the config of every host says.',
  isSpecial: true,
  defaults: { watchMs: 4500, realTimeWatchMs: 900_000 },
  async run(context) {
    const { options, timeScale, paths } = context;
    const watchMs = watchFor(paths, timeScale.isRealTime ? options.realTimeWatchMs : options.watchMs);
    const rungs = paths.map((live) => rungsOf(live, watchMs));
    context.progress(`${rungs.flat().length} connections watched for ${watchMs} ms`, 0, 1);
    await context.stimulus(paths, async () => {
      const byClient = Map.groupBy(rungs.flat(), ({ live }) => topologyKey(live.path));
      await Promise.all([...byClient.values()].map((group) => climb(context, group, watchMs)));
    });
  },
});

async function climb(context: ScenarioContext<Options>, group: readonly PlannedRung[], watchMs: number): Promise<void> {
  const first = group[0]?.live;
  if (first === undefined) return;
  const silent = group.flatMap(({ live, mode }) => (mode === 'head-unanswered' ? [silencePlay(live)] : []));
  const silenceMs = watchMs + OPENING_MS + SILENCE_SLACK_MS;
  if (silent.length > 0) {
    const plays = Object.fromEntries(silent.map((play) => [play, [{ do: 'sleep' as const, ms: silenceMs }]]));
    await first.origin.plan(plays, silenceMs);
  }
  await first.origin.take();
  const sockets = group.map(({ live, target, mode, intervalMs, reuseAfterMs }) => ({
    endpoint: live.endpoint(target),
    mode,
    intervalMs,
    reuseAfterMs,
  }));
  const reply = await first.drive({ kind: 'ladder', sockets, watchMs, deadlineMs: OPENING_MS });
  const connections = await first.origin.take();
  if (silent.length > 0) await first.origin.played(silent);
  const climbed = group.flatMap((rung, index) => {
    const socket = reply.sockets[index];
    return socket === undefined ? [] : [{ rung, socket }];
  });
  for (const { rung, socket } of climbed) {
    if (rung.reuseAfterMs !== null) continue;
    const reuses = climbed.filter(
      (other) => other.rung.live === rung.live && other.rung.mode === rung.mode && other.rung.reuseAfterMs !== null,
    );
    record(context, { rung, socket, reuses: reuses.flatMap(reuseOf), watchMs, connections });
  }
}

interface Climbed {
  readonly rung: PlannedRung;
  readonly socket: LadderSocket;
  readonly reuses: readonly KeptReuse[];
  readonly watchMs: number;
  readonly connections: readonly OriginConnection[];
}

/** A rung that never began says nothing about limits; what refused it is the other scenarios' business. */
function record(context: ScenarioContext<Options>, { rung, socket, reuses, watchMs, connections }: Climbed): void {
  const { live, mode, configured, intervalMs } = rung;
  // An answer below 500 is the proxy's own, to a request that it did not hand on.
  const isAnswered = mode === 'head-unanswered' && socket.status !== null && socket.status < 500;
  if (socket.startedAtMs === null || isAnswered) return;
  context.record('ladders', {
    path: live.path.id,
    scenario: 'lifetime',
    mode,
    direction: DIRECTIONS[mode] ?? null,
    startedAtMs: socket.startedAtMs,
    watchedMs: watchMs,
    limitMs: socket.limitMs === null ? null : Math.round(socket.limitMs),
    clientPort: socket.clientPort,
    client: socket.end,
    origin: connections.find((connection) => requestLine(connection).includes(rungTag(live, mode)))?.end ?? null,
    timeScale: context.timeScale.factor,
    configured,
    intervalMs,
    slackMs: Math.round(socket.slackMs),
    status: socket.status,
    ...(reuses.length === 0 ? {} : { reuses }),
  });
}

const reuseOf = ({ rung, socket }: { readonly rung: PlannedRung; readonly socket: LadderSocket }): readonly KeptReuse[] =>
  socket.startedAtMs === null || rung.reuseAfterMs === null
    ? []
    : [
        {
          idleMs: Math.round(socket.limitMs ?? rung.reuseAfterMs),
          status: socket.status,
          endedBefore: wasClosed(socket, rung.reuseAfterMs),
        },
      ];

const wasClosed = ({ limitMs, status }: LadderSocket, reuseAfterMs: number): boolean =>
  status === null && limitMs !== null && limitMs < reuseAfterMs - 1;

function requestLine(connection: OriginConnection): string {
  const head = Buffer.concat(connection.received.slice(0, 4).map((chunk) => Buffer.from(chunk.base64, 'base64'))).toString('latin1');
  return head.slice(0, head.indexOf('\r\n'));
}
