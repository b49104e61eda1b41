import { createServer, isIP, type Server, type Socket } from 'node:net';
import {
  type BarrierHello,
  type BarrierOptions,
  barrierError,
  helloOf,
  interrupted,
  listedShards,
  onLines,
  type Released,
  send,
} from './barrier-lines.ts';

/** How long all have from the last arrival to the start: more than any round trip, so that everybody is told in time. */
export const START_IN_MS = 1000;
/** How long a connection may take to say who it is. */
const HELLO_MS = 10_000;
/** Connections beyond the drivers: those of port scanners and of drivers that come again. */
const SPARE_CONNECTIONS = 100;

/** A name or an address of loopback is listened on alone, any other means all addresses: the name of a host is what the others call it. */
const listenAddress = (host: string): { readonly host?: string } =>
  host === 'localhost' || (isIP(host) !== 0 && (host.startsWith('127.') || host === '::1')) ? { host } : {};

/**
 * Shard 0: waits until every other shard of its run is there, and tells all to go. Strangers (another run id, another count, no hello) and a shard that is there
 * already are refused and told why; they end nothing. Throws DRIVE_ERR_BARRIER, naming who is missing, when not all come in time, and when it cannot listen;
 * RUN_ERR_INTERRUPTED.
 */
export async function hostBarrier(options: BarrierOptions): Promise<Released> {
  const { host, port, shard, timeoutMs, signal } = options;
  const startedAt = performance.now();
  if (shard.of === 1) return { startInMs: 0, roundTripMs: 0, waitedMs: 0 };
  if (signal.aborted) throw interrupted();
  const { promise, resolve, reject } = Promise.withResolvers<Released>();
  const gathering = new Gathering(options, () => {
    gathering.tell({ kind: 'go', inMs: START_IN_MS });
    resolve({ startInMs: START_IN_MS, roundTripMs: 0, waitedMs: Math.round(performance.now() - startedAt) });
  });
  const server: Server = createServer((socket) => gathering.enter(socket));
  server.maxConnections = shard.of + SPARE_CONNECTIONS;
  const timer = setTimeout(() => {
    const because = `expected ${String(shard.of)} drivers within ${String(timeoutMs)} ms, still missing: shard ${listedShards(gathering.missing)}${gathering.refusals}`;
    gathering.tell({ kind: 'refused', because });
    reject(barrierError(because));
  }, timeoutMs);
  const abort = (): void => {
    gathering.tell({ kind: 'refused', because: 'shard 0 was interrupted' });
    reject(interrupted());
  };
  signal.addEventListener('abort', abort, { once: true });
  server.once('error', (cause: NodeJS.ErrnoException) =>
    reject(barrierError(`expected to listen for the other drivers on port ${String(port)}, got ${cause.code ?? cause.message}`, cause)),
  );
  server.listen({ port, ...listenAddress(host) });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    server.close();
    gathering.leave();
  }
}

/** Who is there. */
class Gathering {
  readonly #options: BarrierOptions;
  readonly #onComplete: () => void;
  readonly #sockets = new Set<Socket>();
  readonly #present = new Map<number, Socket>();
  readonly #refused = new Map<string, number>();
  #isComplete = false;

  constructor(options: BarrierOptions, onComplete: () => void) {
    this.#options = options;
    this.#onComplete = onComplete;
  }

  get missing(): readonly number[] {
    const { of } = this.#options.shard;
    return Array.from({ length: of - 1 }, (_, index) => index + 1).filter((index) => !this.#present.has(index));
  }

  /** Why drivers were turned away: that may be who is missing. */
  get refusals(): string {
    const reasons = [...this.#refused].slice(0, 3).map(([because, count]) => `${because} (${String(count)} times)`);
    return reasons.length === 0 ? '' : `; refused: ${reasons.join('; ')}`;
  }

  enter(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true).setTimeout(HELLO_MS, () => socket.destroy());
    let isKnown = false;
    onLines(socket, (value) => {
      if (isKnown) return;
      isKnown = true;
      this.#greet(socket, helloOf(value));
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      for (const [index, present] of this.#present) if (present === socket) this.#present.delete(index);
    });
  }

  tell(answer: Parameters<typeof send>[1]): void {
    for (const socket of this.#present.values()) send(socket, answer);
  }

  /** What was told is delivered; strangers that say nothing are cut off. */
  leave(): void {
    const guests = new Set(this.#present.values());
    for (const socket of this.#sockets) {
      if (guests.has(socket)) socket.destroySoon();
      else socket.destroy();
    }
  }

  #greet(socket: Socket, hello: BarrierHello | null): void {
    const because = this.#objection(hello);
    if (hello === null || because !== null) {
      const reason = because ?? 'a line that is no hello of a driver';
      // Bounded: whoever knocks chooses the words.
      if (this.#refused.size < 20 || this.#refused.has(reason)) this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
      send(socket, { kind: 'refused', because: reason });
      socket.destroySoon();
      return;
    }
    socket.setTimeout(0);
    this.#present.set(hello.shard.index, socket);
    send(socket, { kind: 'welcome' });
    if (this.#isComplete || this.missing.length > 0) return;
    this.#isComplete = true;
    this.#onComplete();
  }

  #objection(hello: BarrierHello | null): string | null {
    const { runId, shard } = this.#options;
    if (hello === null) return null;
    if (hello.runId !== runId) return `expected run id ${runId}, got ${hello.runId.slice(0, 60)}`;
    if (hello.shard.of !== shard.of) return `expected shards of ${String(shard.of)}, got one of ${String(hello.shard.of)}`;
    const { index } = hello.shard;
    if (index < 0 || index >= shard.of) return `expected a shard from 1 to ${String(shard.of - 1)}, got ${String(index)}`;
    return index === 0 || this.#present.has(index) ? `expected shard ${String(index)} once, it is there already` : null;
  }
}
