import {
  type CoexistReply,
  type CoexistRequest,
  defineScenario,
  type HttpExchange,
  isImpaired,
  type LivePath,
  newSince,
  type ScenarioContext,
  type SocketsBeside,
  type StreamReply,
  topologyKey,
} from '../../harness/index.ts';
import { headsByTag } from './heads.ts';
import { PHASES, requestCases, type StreamCase, streamCases, taggedTarget, tagOf } from './phases.ts';

interface Options {
  readonly sockets: number;
  readonly everyMs: number;
  /** How long the sockets speak before there is other traffic. */
  readonly aloneMs: number;
  readonly events: number;
  readonly eventEveryMs: number;
  readonly pollAfterMs: number;
  readonly loadConnections: number;
  readonly loadRequests: number;
  /** Most that one of the three phases may take. */
  readonly phaseMs: number;
  readonly impairedPhaseMs: number;
}

const SCENARIO = 'coexistence';
/** More would wait for each other in one program, and waiting looks like buffering. */
const PATHS_AT_ONCE = 6;
const LOAD_MS = 400;

/** Plain HTTP, streams of events and long polls on the listener of the sockets, before, beside and after them. */
export const coexistence = defineScenario<Options>({
  id: SCENARIO,
  title: 'Coexistence',
  about:
    'Ordinary requests over one connection, a light load, streams of server-sent events and a long poll through the listener of the sockets: before they open, while they speak, and after they closed.',
  isSpecial: true,
  isForLabConfigs: true,
  defaults: {
    sockets: 4,
    everyMs: 20,
    aloneMs: 60,
    events: 5,
    eventEveryMs: 30,
    pollAfterMs: 120,
    loadConnections: 2,
    loadRequests: 24,
    phaseMs: 1500,
    impairedPhaseMs: 5000,
  },
  async run(context) {
    const { paths } = context;
    for (let at = 0; at < paths.length; at += PATHS_AT_ONCE) {
      if (context.signal.aborted) return;
      const group = paths.slice(at, at + PATHS_AT_ONCE);
      context.progress(`${group.length} paths at once`, at, paths.length);
      await context.stimulus(group, async () => {
        const together = Map.groupBy(group, ({ path }) => topologyKey(path));
        await Promise.all([...together.values()].map((lives) => driveTogether(context, lives)));
      });
    }
  },
});

/** Paths that share a client and an origin. */
async function driveTogether(context: ScenarioContext<Options>, lives: readonly LivePath[]): Promise<void> {
  const [first] = lives;
  if (first === undefined) return;
  const before = await first.origin.take();
  const replies = await Promise.all(lives.map((live) => live.drive(requestFor(context.options, live))));
  const heads = headsByTag(newSince(before, await first.origin.take()));
  for (const [index, live] of lives.entries()) {
    const reply = replies[index];
    if (reply !== undefined) record(context, live, reply, heads);
  }
}

function requestFor(options: Options, live: LivePath): CoexistRequest {
  const { sockets, everyMs, aloneMs, loadConnections, loadRequests } = options;
  const at = (target: string, caseId: string): string => taggedTarget(live, target, caseId);
  return {
    kind: 'coexist',
    endpoint: live.endpoint(),
    sockets,
    everyMs,
    aloneMs,
    phaseMs: isImpaired(live.path) ? options.impairedPhaseMs : options.phaseMs,
    phases: PHASES.map((phase) => ({
      withSockets: phase === 'beside',
      streams: streamCases(phase, options).map(({ caseId, target, expectedEvents }) => ({
        caseId,
        target: at(target, caseId),
        expectedEvents,
      })),
      requests: requestCases(phase).map((one) => ({ ...one, target: at(one.target, one.caseId) })),
      load: {
        target: at('/page', `${phase}-load`),
        connections: loadConnections,
        requests: loadRequests,
        durationMs: LOAD_MS,
      },
    })),
  };
}

function record(context: ScenarioContext<Options>, live: LivePath, reply: CoexistReply, heads: ReadonlyMap<string, string>): void {
  const path = live.path.id;
  for (const [index, phase] of PHASES.entries()) {
    const driven = reply.phases[index];
    if (driven === undefined) continue;
    const cases = streamCases(phase, context.options);
    const streams = driven.streams.flatMap((stream) => {
      const one = cases.find(({ caseId }) => caseId === stream.caseId);
      return one === undefined ? [] : [{ one, stream }];
    });
    const requests = [...driven.requests, ...streams.map(({ one, stream }) => exchangeOf(one, stream, live))].map(
      (request): HttpExchange => ({ ...request, originHeadBase64: heads.get(tagOf(live, request.caseId)) ?? null }),
    );
    context.record('http', { path, scenario: SCENARIO, requests, load: driven.load });
    const sockets = phase === 'beside' ? besideOf(reply) : null;
    for (const { one, stream } of streams) {
      const { title, cite, expectedEvents, unbuffered } = one;
      context.record('streamedHttp', { path, scenario: SCENARIO, title, cite, expectedEvents, unbuffered, sockets, ...stream });
    }
  }
}

/** A stream as an ordinary request too: its body is whole when every part came. */
const exchangeOf = (one: StreamCase, stream: StreamReply, live: LivePath): Omit<HttpExchange, 'originHeadBase64'> => ({
  caseId: one.caseId,
  method: 'GET',
  target: taggedTarget(live, one.target, one.caseId),
  startedAtMs: stream.startedAtMs,
  elapsedMs: stream.endedAtMs - stream.startedAtMs,
  status: stream.status,
  error: stream.error,
  bodyIntact: stream.events.every(({ cameAtMs }) => cameAtMs !== null),
  expectedStatus: 200,
});

function besideOf({ sockets: seen }: CoexistReply): SocketsBeside | null {
  if (seen === null) return null;
  const { asked, sockets, aloneMs, besideMs } = seen;
  const sum = (of: (socket: (typeof sockets)[number]) => number): number => sockets.reduce((total, socket) => total + of(socket), 0);
  return {
    asked,
    opened: sockets.length,
    ended: sockets.filter(({ end }) => end !== 'survived').length,
    sent: sum(({ sent }) => sent),
    echoed: sum(({ echoed }) => echoed),
    duplicated: sum(({ duplicated }) => duplicated),
    aloneMs,
    besideMs,
  };
}
