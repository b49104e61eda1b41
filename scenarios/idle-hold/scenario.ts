import {
  HarnessError,
  defineScenario,
  type IdleMode,
  type LivePath,
  type OriginConnection,
  type ScenarioContext,
  topologyKey,
} from '../../harness/index.ts';

interface Options {
  /** How long a socket is watched: longer than the limits that are to be found. */
  readonly holdMs: number;
  /** Distance between the messages of the modes that send any. */
  readonly intervalMs: number;
  /** How long the echo of the message after the hold is waited for: long enough to see it sent again several times. */
  readonly answerMs: number;
}

/** How long the upgrades may take before the hold begins. */
const HANDSHAKE_MS = 1500;
const MODES: readonly IdleMode[] = ['idle', 'origin-to-client', 'client-to-origin', 'ping'];

/** Opens one socket a mode on every path at once: they are idle, so they do not disturb each other. */
export const idleHold = defineScenario<Options>({
  id: 'idle-hold',
  title: 'Idle hold',
  about:
    'Sockets held idle, with traffic in one direction only, and with pings: measures after how long the path cuts them, which host closed first, and how, and whether a socket that looks open still answers.',
  defaults: { holdMs: 4000, intervalMs: 500, answerMs: 1500 },
  sampleSockets: true,
  async run(context) {
    context.progress(`${context.paths.length * MODES.length} sockets held for ${context.options.holdMs} ms`, 0, 1);
    await context.stimulus(context.paths, async () => {
      // Paths of one topology share a client host, and so a driver: one request holds all their sockets.
      const byClient = Map.groupBy(context.paths, ({ path }) => topologyKey(path));
      await Promise.all([...byClient.values()].map((group) => holdGroup(context, group)));
    });
  },
});

async function holdGroup(context: ScenarioContext<Options>, group: readonly LivePath[]): Promise<void> {
  const { holdMs, intervalMs, answerMs } = context.options;
  const first = group[0];
  if (first === undefined) return;
  const planned = group.flatMap((live) => MODES.map((mode) => ({ live, mode, endpoint: live.endpoint(taggedTarget(live, mode)) })));
  await first.origin.take();
  const sockets = planned.map(({ endpoint, mode }) => ({ endpoint, mode, intervalMs }));
  const reply = await first.drive({ kind: 'idle', sockets, holdMs, answerMs, deadlineMs: holdMs + HANDSHAKE_MS });
  // An origin that something was done to may be gone, and what it recorded with it.
  const connections = await first.origin.take().catch(lostRecords);
  for (const [index, socket] of reply.sockets.entries()) {
    const plan = planned[index];
    if (plan === undefined) continue;
    const seen = connections.find((connection) => requestLine(connection).includes(tag(plan.live, plan.mode))) ?? null;
    context.record('idles', {
      path: plan.live.path.id,
      scenario: 'idle-hold',
      mode: plan.mode,
      holdMs,
      intervalMs,
      outcome: socket.outcome,
      openedAtMs: socket.openedAtMs,
      lastTrafficAtMs: socket.lastTrafficAtMs,
      client: socket.end,
      clientPort: socket.clientPort,
      origin: seen?.end ?? null,
      originConnectionId: seen?.id ?? null,
      afterHold: socket.afterHold,
    });
  }
}

const lostRecords = (error: unknown): readonly OriginConnection[] => {
  if (error instanceof HarnessError) return [];
  throw error;
};

/** A query tells the origin's connections apart: the paths are driven at the same time. */
const tag = (live: LivePath, mode: IdleMode): string => `hold=${live.path.id}.${mode}.`;
const taggedTarget = (live: LivePath, mode: IdleMode): string =>
  `${live.path.target}${live.path.target.includes('?') ? '&' : '?'}${tag(live, mode)}`;

function requestLine(connection: OriginConnection): string {
  const head = Buffer.concat(connection.received.slice(0, 4).map((chunk) => Buffer.from(chunk.base64, 'base64'))).toString('latin1');
  return head.slice(0, head.indexOf('\r\n'));
}
