import type { Socket } from 'node:net';
import type { ConnectionEnd } from '../../model/outcome.ts';
import { encodeClose, OPCODE } from '../../wire/frame.ts';
import type { FrameSink } from './frame-sink.ts';
import { forgetOpening, letGo, openSocket } from './open-socket.ts';
import { Opening } from './opening.ts';
import type { PartialReader } from './partial-reader.ts';
import { readFrames } from './read-frames.ts';
import type { SessionHost } from './session-host.ts';
import { SessionTraffic } from './session-traffic.ts';

/** A session whose socket holds more than this is not given more to send. */
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;
const PING_BYTES = 4;
/** Ports in a row that others may have. */
const MOST_PORTS = 16;
const NORMAL_CLOSE = encodeClose(1000).subarray(2);
const PROTOCOL_ERROR = encodeClose(1002).subarray(2);

/** `leaving`: we said Close; `lost`: the other side ended it; `gone`: the socket is given up. */
type State = 'opening' | 'open' | 'leaving' | 'lost' | 'gone';

/** One WebSocket of a load, from its connect to its end. Times are those of `performance.now()`. */
export class LoadSession implements FrameSink {
  /** Place among all connections of this generator. */
  readonly index: number;
  /** How often in a row it has tried to come back; 0: it was not lost before. */
  readonly retries: number;
  /** Place among the open sessions, for who keeps them. */
  slot = -1;
  /** When the 101 came; then, once its first echo came, NaN. */
  #openedAtMs = Number.NaN;
  #closedAtMs = Number.NaN;
  #state: State = 'opening';
  readonly #host: SessionHost;
  #socket: Socket;
  #opening: Opening | null;
  #traffic: SessionTraffic | null = null;
  #partial: PartialReader | null = null;
  #isDeflated = false;
  #pingsSent = 0;
  #pingAnswered = 0;
  readonly #localAddress: string | undefined;
  #portsTried = 0;

  constructor(host: SessionHost, index: number, retries: number, localAddress: string | undefined) {
    this.index = index;
    this.retries = retries;
    this.#host = host;
    this.#opening = new Opening(host.kit, performance.now());
    this.#localAddress = localAddress;
    this.#socket = openSocket(this, host.kit, localAddress);
  }

  get state(): State {
    return this.#state;
  }

  get isReading(): boolean {
    return this.#state === 'open' || this.#state === 'leaving';
  }

  /** Whether its send queue is as long as it may be. */
  get isFull(): boolean {
    return this.#socket.writableLength > MAX_QUEUED_BYTES || this.#socket.destroyed;
  }

  /** Lays a message down; `flush` sends what was laid. */
  lay(number: number, dueAtMs: number): void {
    const { kit, recorder } = this.#host;
    this.#traffic ??= new SessionTraffic(this.#host, this.#isDeflated);
    const size = kit.sizeOf(number);
    const room = this.#traffic.room(size);
    if (!kit.writer.fits(room, kit.fragments)) {
      this.flush();
      kit.writer.reserve(room, kit.fragments);
    }
    this.#traffic.lay(number, size, dueAtMs);
    recorder.sent += 1;
    this.#host.outstanding += 1;
  }

  flush(): void {
    const { writer } = this.#host.kit;
    if (!writer.isEmpty) this.#write(writer.take());
  }

  ping(): void {
    const payload = Buffer.allocUnsafe(PING_BYTES);
    this.#pingsSent += 1;
    payload.writeUInt32BE(this.#pingsSent);
    this.#host.recorder.pings += 1;
    this.#control(OPCODE.ping, payload);
  }

  stopReading(): void {
    if (this.#state === 'open') this.#socket.pause();
  }

  readOn(): void {
    if (!this.#socket.destroyed) this.#socket.resume();
  }

  /** Says Close 1000; the socket is left to the other side, or to `giveUp`. */
  close(nowMs: number): void {
    if (this.#state !== 'open') return;
    this.#closedAtMs = nowMs;
    this.#state = 'leaving';
    this.readOn();
    this.#control(OPCODE.close, NORMAL_CLOSE);
  }

  /** The time for its opening is over. */
  timeOut(nowMs: number): void {
    if (this.#opening !== null) this.#refuse(this.#opening.timedOut(nowMs));
  }

  /** Ends it here, whatever it was doing, without a word about it. */
  giveUp(): void {
    const wasGone = this.#state === 'gone';
    this.#state = 'gone';
    this.#opening = null;
    this.#socket.destroy();
    if (!wasGone) this.#forgetTraffic();
  }

  onLookup(): void {
    if (this.#opening !== null) this.#host.recorder.phase('dns', this.#opening.lap(performance.now()));
  }

  onConnect(): void {
    if (this.#opening === null) return;
    this.#host.recorder.phase('connect', this.#opening.lap(performance.now()));
    if (this.#host.kit.secureContext === null) this.#socket.write(this.#opening.request());
    else this.#opening.stage = 'tls';
  }

  onSecure(): void {
    if (this.#opening === null) return;
    this.#host.recorder.phase('tls', this.#opening.lap(performance.now()));
    this.#socket.write(this.#opening.request());
  }

  onEnd(): void {
    if (this.#opening !== null) this.#refuse(this.#opening.endedBy(null, performance.now()));
    else if (this.#state === 'open') this.#lose('fin');
    this.#leave();
  }

  onError(error: Error & { readonly code?: string }): void {
    if (error.code === 'EADDRINUSE' && this.#opening !== null && this.#portsTried < MOST_PORTS) {
      this.#tryNextPort();
      return;
    }
    if (this.#opening !== null) this.#refuse(this.#opening.endedBy(error, performance.now()));
    else if (this.#state === 'open') this.#lose(error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'local');
    this.#leave();
  }

  /** Somebody else has the port. */
  #tryNextPort(): void {
    this.#portsTried += 1;
    letGo(this.#socket);
    this.#socket = openSocket(this, this.#host.kit, this.#localAddress);
  }

  onClose(): void {
    if (this.#opening !== null) this.#refuse(this.#opening.endedBy(null, performance.now()));
    else if (this.#state === 'open') this.#lose('local');
    this.#leave();
  }

  /** So many bytes stand in the shared buffer. False stops the reading. */
  read(count: number): boolean {
    const host = this.#host;
    host.nowMs = performance.now();
    const bytes = host.kit.readBuffer;
    if (this.#opening !== null) this.#readAnswer(this.#opening, bytes.subarray(0, count));
    else if (this.isReading) this.#readFrames(bytes, count);
    return true;
  }

  message(first: number, bytes: Buffer, from: number, to: number): void {
    if (this.#begins(first)) this.#traffic?.message(first, bytes, from, to);
  }

  messageBegin(first: number): void {
    if (this.#begins(first)) this.#traffic?.begin(first);
  }

  messagePart(bytes: Buffer, from: number, to: number): void {
    this.#traffic?.part(bytes, from, to);
  }

  messageEnd(): void {
    this.#traffic?.end();
  }

  control(opcode: number, bytes: Buffer, from: number, to: number): void {
    if (opcode === OPCODE.ping) this.#control(OPCODE.pong, bytes.subarray(from, to));
    else if (opcode === OPCODE.pong) this.#pong(bytes, from, to);
    else if (this.#state === 'open') {
      this.#control(OPCODE.close, bytes.subarray(from, Math.min(to, from + 2)));
      this.#lose('close-frame');
    }
  }

  violation(): void {
    if (this.#state === 'open') {
      this.#control(OPCODE.close, PROTOCOL_ERROR);
      this.#lose('local');
    }
    this.#leave();
  }

  #readAnswer(opening: Opening, bytes: Buffer): void {
    const { nowMs, recorder } = this.#host;
    const answer = opening.push(bytes, nowMs);
    if (answer.kind === 'incomplete') return;
    if (answer.kind === 'failed') {
      this.#refuse(answer.outcome);
      return;
    }
    recorder.phase('upgrade', opening.lap(nowMs));
    this.#opening = null;
    this.#openedAtMs = nowMs;
    this.#isDeflated = answer.isDeflated;
    this.#state = 'open';
    forgetOpening(this.#socket);
    this.#host.opened(this);
    if (answer.rest.length > 0) this.#readFrames(answer.rest, answer.rest.length);
  }

  #readFrames(bytes: Buffer, count: number): void {
    this.#partial = readFrames(this, this.#partial, bytes, 0, count);
    const traffic = this.#traffic;
    if (traffic === null || traffic.freed === 0) return;
    const { freed } = traffic;
    traffic.freed = 0;
    if (!Number.isNaN(this.#openedAtMs)) {
      this.#host.recorder.phase('firstMessage', this.#host.nowMs - this.#openedAtMs);
      this.#openedAtMs = Number.NaN;
    }
    if (this.#state === 'open') this.#host.freed(this, freed);
  }

  /** Whether a message may begin so. One that nobody asked for makes the session's traffic, which finds it wrong. */
  #begins(first: number): boolean {
    this.#traffic ??= new SessionTraffic(this.#host, this.#isDeflated);
    if (this.#traffic.allows(first)) return true;
    this.violation();
    return false;
  }

  /** Only a Pong to a Ping of ours counts, once; the last answers those before it (RFC 6455 section 5.5.3). */
  #pong(bytes: Buffer, from: number, to: number): void {
    if (to - from !== PING_BYTES) return;
    const number = bytes.readUInt32BE(from);
    if (number <= this.#pingAnswered || number > this.#pingsSent) return;
    this.#pingAnswered = number;
    this.#host.recorder.pongs += 1;
  }

  #control(opcode: number, payload: Buffer): void {
    const { writer } = this.#host.kit;
    writer.reserve(payload.length, 1);
    writer.control(opcode, payload);
    this.flush();
  }

  #write(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  #refuse(outcome: Parameters<SessionHost['refused']>[1]): void {
    this.giveUp();
    this.#host.refused(this, outcome);
  }

  #lose(kind: Exclude<ConnectionEnd['kind'], 'survived'>): void {
    this.#state = 'lost';
    this.#forgetTraffic();
    this.#host.lost(this, kind);
  }

  /** The other side is done, or nothing can be said any more. */
  #leave(): void {
    if (this.#state !== 'leaving' && this.#state !== 'lost') return;
    if (!Number.isNaN(this.#closedAtMs)) this.#host.recorder.phase('close', performance.now() - this.#closedAtMs);
    this.giveUp();
    this.#host.gone(this);
  }

  #forgetTraffic(): void {
    if (this.#traffic !== null) this.#host.outstanding -= this.#traffic.outstanding.length;
    this.#traffic = null;
    this.#partial = null;
  }
}
