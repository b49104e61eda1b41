import type { Socket } from 'node:net';
import { nowMs } from '../measure/clock.ts';
import type { ConnectionEnd } from '../model/outcome.ts';
import type { PlayedEnd } from '../model/play.ts';
import type { HeadReader } from './head-reader.ts';
import { killHolder } from './held-socket.ts';
import { stallsSince, watchStalls } from './own-stalls.ts';
import { PlayedDirection } from './played-direction.ts';
import { vanish } from './vanished-socket.ts';

type Event = PlayedEnd['events'][number];

/** What is known of a connection before the first byte. */
export interface PlayedStart {
  readonly startedAtMs: number;
  readonly connectedAtMs: number | null;
  readonly port: number | null;
  readonly remoteAddress: string | null;
}

export interface PlayHeads<Sent extends HeadReader, Received extends HeadReader> {
  readonly sent: Sent;
  readonly received: Received;
}

/** The socket of one end of a play: counts and digests what goes over it after the heads, and keeps what ended each direction. */
export class PlayWire<Sent extends HeadReader = HeadReader, Received extends HeadReader = HeadReader> {
  readonly start: PlayedStart;
  readonly heads: PlayHeads<Sent, Received>;
  readonly #socket: Socket;
  /** The TCP socket beneath; another one only under TLS. */
  readonly #raw: Socket;
  readonly #sent = new PlayedDirection();
  readonly #received = new PlayedDirection();
  readonly #events: Event[] = [];
  readonly #waiters = new Set<() => void>();
  #end: ConnectionEnd = { kind: 'survived' };
  #consumer: ((chunk: Buffer) => void) | null = null;
  #isPaused = false;
  #isDrained = true;
  #isReleased = false;
  #divert: ((chunk: Buffer) => boolean) | null = null;

  constructor(socket: Socket, heads: PlayHeads<Sent, Received>, start: PlayedStart, raw: Socket = socket) {
    this.#socket = socket;
    this.#raw = raw;
    this.heads = heads;
    this.start = start;
    socket.once('close', watchStalls());
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => {
      this.#isDrained = true;
      this.#flow();
    });
    socket.on('end', () => this.#happened('fin-came', { kind: 'fin', atMs: nowMs() }));
    socket.on('error', (error: Error & { readonly code?: string }) => this.#onError(error));
    socket.on('close', () => {
      this.endedBy({ kind: 'local', atMs: nowMs() });
      this.#wake();
    });
  }

  get receivedBytes(): number {
    return this.#received.total;
  }

  /** No byte will come any more. */
  get isDeaf(): boolean {
    return this.#isReleased || this.#socket.readableEnded || this.#socket.destroyed;
  }

  /** No byte can be sent any more. */
  get isMute(): boolean {
    return this.#isReleased || !this.#socket.writable;
  }

  get isClosed(): boolean {
    return this.#isReleased || this.#socket.closed;
  }

  has(kind: Event['kind']): boolean {
    return this.#events.some((event) => event.kind === kind);
  }

  /** The first of these, in order of time. */
  firstOf(...kinds: readonly Event['kind'][]): Event | null {
    return this.#events.find((event) => kinds.includes(event.kind)) ?? null;
  }

  /** Feeds bytes that came before this wire listened. */
  receive(chunk: Buffer): void {
    this.#onData(chunk);
  }

  /** Shows every byte after the head to `consumer` from here on. */
  consume(consumer: (chunk: Buffer) => void): void {
    this.#consumer = consumer;
  }

  /** From here on a chunk belongs to the play only when `takes` does not take it. */
  divert(takes: (chunk: Buffer) => boolean): void {
    this.#divert = takes;
  }

  /** Lets go of the socket: what happens to it is not of this play any more. */
  release(): void {
    this.#isReleased = true;
    this.#wake();
  }

  /** Writes without waiting; a peer that does not read is then not read from either, so that memory stays bounded. */
  answer(bytes: Buffer): void {
    if (this.isMute) return;
    this.#log(bytes);
    if (this.#socket.write(bytes)) return;
    this.#isDrained = false;
    this.#flow();
  }

  /** Writes and waits until the kernel took it all; false when it did not. */
  write(bytes: Buffer): Promise<boolean> {
    if (this.isMute) return Promise.resolve(false);
    this.#log(bytes);
    return new Promise((resolve) => {
      this.#socket.write(bytes, (error) => resolve(error === null || error === undefined));
    });
  }

  pause(): void {
    this.#isPaused = true;
    this.#flow();
  }

  resume(): void {
    this.#isPaused = false;
    this.#flow();
  }

  /** Ends the own direction; done when the kernel has the FIN. */
  async finish(): Promise<void> {
    if (this.isMute) return;
    this.endedBy({ kind: 'local', atMs: nowMs() });
    await new Promise<void>((resolve) => {
      this.#socket.once('close', resolve);
      this.#socket.end(() => {
        if (!this.#socket.destroyed) this.#events.push({ atMs: nowMs(), kind: 'fin-sent' });
        resolve();
      });
    });
    this.#wake();
  }

  reset(): void {
    if (this.#socket.destroyed) return;
    this.#happened('reset-sent', { kind: 'local', atMs: nowMs() });
    this.#raw.resetAndDestroy();
    if (this.#raw !== this.#socket) this.#socket.destroy();
  }

  /** The process that holds the socket is killed; false when it is over already. */
  async beKilled(): Promise<boolean> {
    if (this.#socket.destroyed) return false;
    this.#happened('killed', { kind: 'local', atMs: nowMs() });
    await killHolder(this.#raw);
    if (this.#raw !== this.#socket) this.#socket.destroy();
    return true;
  }

  /** From here on no packet leaves or comes; false where packets cannot be filtered. */
  async vanish(): Promise<boolean> {
    try {
      await vanish(this.#raw);
    } catch {
      return false;
    }
    this.#happened('vanished', { kind: 'local', atMs: nowMs() });
    return true;
  }

  /** Gives it up because its time is over. */
  expire(): void {
    if (this.isClosed || this.#socket.destroyed) return;
    this.#happened('deadline', { kind: 'local', atMs: nowMs() });
    this.destroy();
  }

  destroy(): void {
    if (this.#isReleased) return;
    // Nobody hears the reset of a host that is gone, and without it the kernel would go on sending for minutes.
    if (this.has('vanished') && !this.#raw.destroyed) this.#raw.resetAndDestroy();
    this.#socket.destroy();
    if (this.#raw !== this.#socket) this.#raw.destroy();
  }

  /** The first end counts. */
  endedBy(end: ConnectionEnd): void {
    if (this.#isReleased) return;
    if (this.#end.kind === 'survived') this.#end = end;
  }

  /** Waits until `isTrue`, tested after whatever happens, until the socket is closed, or until `untilMs`. Says whether it became true. */
  until(isTrue: () => boolean, untilMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (isTrue() || this.isClosed) return Promise.resolve(isTrue());
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(test);
        resolve(isTrue());
      };
      const test = (): void => {
        if (isTrue() || this.isClosed) finish();
      };
      const timer = Number.isFinite(untilMs) ? setTimeout(finish, Math.max(0, untilMs - nowMs())) : undefined;
      this.#waiters.add(test);
    });
  }

  record(steps: PlayedEnd['steps']): PlayedEnd {
    const { bytes } = this.heads.received;
    const stalls = stallsSince(this.start.startedAtMs);
    return {
      ...this.start,
      receivedHeadBase64: bytes === null ? null : bytes.toString('base64'),
      receivedBeforeHead: this.heads.received.before(),
      sentHeadBase64: this.heads.sent.bytes?.toString('base64') ?? null,
      sent: this.#sent.record(),
      received: this.#received.record(),
      steps,
      end: this.#end,
      events: [...this.#events],
      ...(stalls.length === 0 ? {} : { stalls }),
    };
  }

  #onData(chunk: Buffer): void {
    if (this.#divert?.(chunk) === true) return;
    const atMs = nowMs();
    const body = this.heads.received.bytes === null ? this.heads.received.push(chunk, atMs) : chunk;
    if (body !== null && body.length > 0) {
      this.#received.add(body, atMs);
      this.#consumer?.(body);
    }
    this.#wake();
  }

  #log(bytes: Buffer): void {
    const atMs = nowMs();
    const body = this.heads.sent.bytes === null ? this.heads.sent.push(bytes, atMs) : bytes;
    if (body !== null) this.#sent.add(body, atMs);
  }

  #onError(error: Error & { readonly code?: string }): void {
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ECONNABORTED')
      this.#happened('reset-came', { kind: 'reset', atMs: nowMs() });
    else this.endedBy({ kind: 'local', atMs: nowMs() });
    this.#wake();
  }

  #happened(kind: Event['kind'], end: ConnectionEnd & { readonly atMs: number }): void {
    if (this.#isReleased) return;
    this.#events.push({ atMs: end.atMs, kind });
    this.endedBy(end);
    this.#wake();
  }

  #flow(): void {
    if (this.#isPaused || !this.#isDrained) this.#socket.pause();
    else this.#socket.resume();
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }
}
