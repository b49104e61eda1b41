import { NumberedSocket } from './numbered-socket.ts';
import { nowMs } from '../measure/clock.ts';
import { HandshakeProber } from './handshake-prober.ts';
import type { SurviveReply, SurviveRequest, SurvivedReply, SurvivedRequest } from './protocol.ts';
import { ReconnectStorm } from './reconnect-storm.ts';

/** How long the echoes of the last messages are waited for. */
const LAST_ECHO_MS = 1500;

/** What is done to a host is done at once, so messages are dense at first; later they only show that a socket lives. */
const DENSE_TICKS = 10;
const CALM_TICKS = 5;

/** Sockets that speak, and new handshakes beside them, until somebody asks what became of them. */
class Watched {
  readonly #sockets: readonly NumberedSocket[];
  readonly #prober: HandshakeProber;
  readonly #storm: ReconnectStorm;
  readonly #ticker: NodeJS.Timeout;
  readonly #guard: NodeJS.Timeout;

  constructor(request: SurviveRequest, sockets: readonly NumberedSocket[]) {
    this.#sockets = sockets;
    this.#prober = new HandshakeProber(request);
    this.#storm = new ReconnectStorm(request);
    for (const socket of sockets) socket.whenEnded(() => this.#storm.comeBack());
    let ticks = 0;
    this.#ticker = setInterval(() => {
      ticks += 1;
      if (ticks > DENSE_TICKS && ticks % CALM_TICKS !== 0) return;
      for (const socket of sockets) socket.speak();
    }, request.everyMs);
    this.#guard = setTimeout(() => void this.finish(), request.atMostMs);
  }

  async finish(): Promise<SurvivedReply> {
    clearInterval(this.#ticker);
    clearTimeout(this.#guard);
    this.#storm.stop();
    await this.#prober.stop();
    const untilMs = nowMs() + LAST_ECHO_MS;
    await Promise.all(this.#sockets.map((socket) => socket.lastEchoes(untilMs)));
    const sockets = this.#sockets.map((socket) => socket.report());
    await Promise.all([...this.#sockets.map((socket) => socket.close()), this.#storm.close()]);
    return { sockets, newHandshakes: this.#prober.seen, reconnects: this.#storm.triedAtMs };
  }
}

const watched = new Map<string, Watched>();

/** Opens the sockets and replies when each has opened or failed; those that opened go on in the background until `survived` asks. */
export async function driveSurvive(request: SurviveRequest): Promise<SurviveReply> {
  const deadlineAtMs = nowMs() + request.deadlineMs;
  const tried = await Promise.all(
    Array.from({ length: request.sockets }, (_, index) => NumberedSocket.open(request.endpoint, index, deadlineAtMs)),
  );
  const sockets = tried.flatMap(({ socket }) => socket ?? []);
  if (sockets.length > 0) watched.set(request.group, new Watched(request, sockets));
  return { opened: sockets.length, outcomes: tried.map(({ outcome }) => outcome) };
}

export async function driveSurvived({ group }: SurvivedRequest): Promise<SurvivedReply> {
  const one = watched.get(group);
  watched.delete(group);
  return one === undefined ? { sockets: [], newHandshakes: [], reconnects: [] } : await one.finish();
}
