import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { nowMs } from '../measure/clock.ts';
import type { ClientConnection } from '../model/evidence.ts';
import type { ConnectionEnd } from '../model/outcome.ts';
import { ByteLog } from '../wire/byte-log.ts';
import type { DialTimes } from './dial.ts';

export type NetworkEnd = Exclude<ConnectionEnd, { readonly kind: 'survived' }>;

/**
 * A connected socket with its transcript. Holds what ended it first; bytes go to the one reader that `read` sets, and until
 * there is one they wait.
 */
export class ClientWire {
  readonly times: DialTimes;
  readonly #socket: Socket;
  readonly #sent = new ByteLog();
  readonly #received = new ByteLog();
  readonly #waiters = new Set<() => void>();
  #reader: ((chunk: Buffer) => void) | null = null;
  #end: NetworkEnd | null = null;

  constructor(socket: Socket, times: DialTimes) {
    this.#socket = socket;
    this.times = times;
    socket.on('error', (error: Error & { readonly code?: string }) => {
      this.endedBy({ kind: error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'local', atMs: nowMs() });
    });
    socket.on('end', () => this.endedBy({ kind: 'fin', atMs: nowMs() }));
    socket.on('close', () => this.endedBy({ kind: 'local', atMs: nowMs() }));
  }

  /** Sets the reader; the first call lets bytes flow. */
  read(reader: (chunk: Buffer) => void): void {
    const isFirst = this.#reader === null;
    this.#reader = reader;
    if (!isFirst) return;
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received.add(chunk, nowMs());
      this.#reader?.(chunk);
      this.#wake();
    });
  }

  write(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    this.#sent.add(bytes, nowMs());
    this.#socket.write(bytes);
  }

  /** The first end counts. A reader that saw a Close frame tells it here. */
  endedBy(end: NetworkEnd): void {
    this.#end ??= end;
    this.#wake();
  }

  get end(): NetworkEnd | null {
    return this.#end;
  }

  get isClosed(): boolean {
    return this.#socket.readableEnded || this.#socket.destroyed;
  }

  /** Waits until `isTrue`, tested after whatever happens on the socket, or until `untilMs` (Unix milliseconds). Says which. */
  until(isTrue: () => boolean, untilMs: number): Promise<boolean> {
    if (isTrue()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(test);
        resolve(isTrue());
      };
      const test = (): void => {
        if (isTrue()) finish();
      };
      const timer = setTimeout(finish, Math.max(0, untilMs - nowMs()));
      this.#waiters.add(test);
    });
  }

  /** Gives the connection up. */
  destroy(): void {
    this.endedBy({ kind: 'local', atMs: nowMs() });
    this.#socket.destroy();
  }

  /** Gives a connection up that nobody answers on: what was not acknowledged is not sent again. A TLS socket cannot but say FIN. */
  abort(): void {
    this.endedBy({ kind: 'local', atMs: nowMs() });
    if (this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  record(): ClientConnection {
    return {
      ...this.times,
      sent: this.#sent.kept,
      received: this.#received.kept,
      sentBytes: this.#sent.total,
      receivedBytes: this.#received.total,
      end: this.#end ?? { kind: 'survived' },
    };
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }
}

/** What is recorded of an attempt that never had a connection. A refused connect was a reset from the network. */
export const neverConnected = (times: DialTimes, kind: 'reset' | 'fin' | 'local'): ClientConnection => ({
  ...times,
  sent: [],
  received: [],
  sentBytes: 0,
  receivedBytes: 0,
  end: { kind, atMs: nowMs() },
});
