import type { Agent } from 'undici';
import { nowMs } from '../measure/clock.ts';
import { readStream } from './event-stream.ts';
import { agentFor, exchange } from './http-exchange.ts';
import { driveLightLoad } from './light-load.ts';
import { NumberedSocket } from './numbered-socket.ts';
import type { CoexistReply, CoexistRequest, HttpReply } from './protocol.ts';

/** How long the echoes of the last messages are waited for. */
const LAST_ECHO_MS = 500;
const MOST_STREAMS = 16;

type Phase = CoexistRequest['phases'][number];
type PhaseReply = CoexistReply['phases'][number];
interface Agents {
  /** One connection for all single requests, before, beside and after the sockets. */
  readonly kept: Agent;
  readonly streams: Agent;
  readonly load: Agent;
}

/** The phases one after the other; those with sockets together, with the sockets open and speaking. */
export async function driveCoexist(request: CoexistRequest): Promise<CoexistReply> {
  const { endpoint, phases, phaseMs } = request;
  const connections = Math.max(1, ...phases.map(({ load }) => load?.connections ?? 0));
  const agents = {
    kept: agentFor(endpoint, 1, phaseMs),
    streams: agentFor(endpoint, MOST_STREAMS, phaseMs),
    load: agentFor(endpoint, connections, phaseMs),
  };
  const replies: PhaseReply[] = [];
  let sockets: CoexistReply['sockets'] = null;
  try {
    for (const phase of phases) {
      if (!phase.withSockets) {
        replies.push(await drivePhase(request, phase, agents));
        continue;
      }
      const speaking = await SpeakingSockets.open(request);
      replies.push(await drivePhase(request, phase, agents));
      sockets = await speaking.finish();
    }
    return { phases: replies, sockets };
  } finally {
    await Promise.all([agents.kept, agents.streams, agents.load].map((agent) => agent.destroy()));
  }
}

async function drivePhase({ endpoint, phaseMs }: CoexistRequest, phase: Phase, { kept, streams, load }: Agents): Promise<PhaseReply> {
  const deadlineAtMs = nowMs() + phaseMs;
  const inTurn = async (): Promise<HttpReply['requests']> => {
    const replies: HttpReply['requests'][number][] = [];
    for (const one of phase.requests) replies.push(await exchange(kept, endpoint, one, deadlineAtMs));
    return replies;
  };
  const [requests, loaded, read] = await Promise.all([
    inTurn(),
    phase.load === null ? null : driveLightLoad(load, endpoint, phase.load, deadlineAtMs),
    Promise.all(phase.streams.map((stream) => readStream(streams, endpoint, stream, deadlineAtMs))),
  ]);
  return { requests, load: loaded, streams: read };
}

/** Sockets that send numbered messages: for a while alone, then beside what else is driven. */
class SpeakingSockets {
  readonly #sockets: readonly NumberedSocket[];
  readonly #asked: number;
  readonly #ticker: NodeJS.Timeout;
  /** How many round trips were over before there was other traffic. */
  #alone = 0;

  private constructor(sockets: readonly NumberedSocket[], { sockets: asked, everyMs }: CoexistRequest) {
    this.#sockets = sockets;
    this.#asked = asked;
    this.#ticker = setInterval(() => sockets.forEach((socket) => socket.speak()), everyMs);
  }

  static async open(request: CoexistRequest): Promise<SpeakingSockets> {
    const deadlineAtMs = nowMs() + request.phaseMs / 2;
    const tried = await Promise.all(
      Array.from({ length: request.sockets }, (_, index) => NumberedSocket.open(request.endpoint, index, deadlineAtMs)),
    );
    const speaking = new SpeakingSockets(
      tried.flatMap(({ socket }) => socket ?? []),
      request,
    );
    if (speaking.#sockets.length > 0) await new Promise((resolve) => setTimeout(resolve, request.aloneMs));
    speaking.#alone = speaking.#roundTrips().length;
    return speaking;
  }

  async finish(): Promise<NonNullable<CoexistReply['sockets']>> {
    clearInterval(this.#ticker);
    const untilMs = nowMs() + LAST_ECHO_MS;
    await Promise.all(this.#sockets.map((socket) => socket.lastEchoes(untilMs)));
    const trips = this.#roundTrips();
    const reports = this.#sockets.map((socket) => socket.report());
    await Promise.all(this.#sockets.map((socket) => socket.close()));
    return {
      asked: this.#asked,
      sockets: reports,
      aloneMs: median(trips.slice(0, this.#alone)),
      besideMs: median(trips.slice(this.#alone)),
    };
  }

  /** In the order in which they were over. */
  #roundTrips(): readonly number[] {
    return this.#sockets
      .flatMap(({ roundTrips }) => roundTrips)
      .toSorted((a, b) => a.atMs - b.atMs)
      .map(({ ms }) => ms);
  }
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
