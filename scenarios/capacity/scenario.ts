import { defineScenario, type LivePath, type ScenarioContext } from '../../harness/index.ts';
import { casesOf, type PlannedCase } from './limits.ts';

interface Options {
  /** Sockets that one case holds at the most. */
  readonly mostSockets: number;
  /** Sockets that are held where no limit in reach is declared. */
  readonly probeSockets: number;
  /** How long one that is not accepted waits for its answer. */
  readonly patienceMs: number;
  /** How long an accepted handshake is waited for after some were let go. */
  readonly recoverMs: number;
}

/** Sockets that are let go to see whether there is room again. */
const RELEASED = 2;
const DEADLINE_SLACK_MS = 10_000;
const IMPAIRED = 4;

/** Few sockets on every path, and only as many as its own limits allow for: a limit is found by going just above it. */
export const capacity = defineScenario<Options>({
  id: 'capacity',
  title: 'Limits of number',
  about:
    'Opens sockets one after the other up to the narrowest limit that a path declares (connections, queue, per address, backlog, open files, ports) and some more, asks those that are open, lets some go, and measures how long it takes until one is accepted again.',
  isSpecial: true,
  defaults: { mostSockets: 64, probeSockets: 8, patienceMs: 1000, recoverMs: 3000 },
  async run(context) {
    const { paths, options } = context;
    context.progress(`up to ${options.mostSockets} sockets on each of ${paths.length} paths`, 0, 1);
    await context.stimulus(paths, async () => {
      await Promise.all(paths.map((live) => driveCases(context, live)));
    });
  },
});

/** One case after the other: each begins on an empty path. */
async function driveCases(context: ScenarioContext<Options>, live: LivePath): Promise<void> {
  for (const planned of casesOf(live, context.options)) {
    if (context.signal.aborted) return;
    await driveCase(context, live, planned);
  }
}

async function driveCase(context: ScenarioContext<Options>, live: LivePath, planned: PlannedCase): Promise<void> {
  const { recoverMs } = context.options;
  // A lost SYN is sent again after a second.
  const isImpaired = live.path.links.some(({ impairments }) => impairments.length > 0);
  const patienceMs = context.options.patienceMs * (isImpaired ? IMPAIRED : 1);
  const { id, title, cite, resource, configured, most, above } = planned;
  const deadlineMs = recoverMs + 4 * patienceMs + DEADLINE_SLACK_MS;
  const reply = await live.drive({
    kind: 'capacity',
    endpoint: live.endpoint(),
    ...{ most, above, patienceMs, recoverMs, deadlineMs },
    release: RELEASED,
  });
  const { opened, heldAnswered, recoveredAfterMs, startedAtMs, endedAtMs } = reply;
  context.record('capacities', {
    path: live.path.id,
    scenario: 'capacity',
    ...{ caseId: id, title, cite, resource, configured, opened, above: reply.above, heldAnswered },
    recoveredAfterMs: recoveredAfterMs === null ? null : Math.round(recoveredAfterMs),
    ...{ startedAtMs, endedAtMs },
  });
}
