import type { Socket } from 'node:net';
import type { OriginFault } from '../../harness/model/origin-fault.ts';
import { isUpgradeAttempt, judgeRequest } from '../../harness/wire/handshake.ts';
import { type Header, parseRequestHead, type RequestHead } from '../../harness/wire/http-head.ts';
import { nowMs } from './clock.ts';
import type { ConnectionRecorder } from './connection-recorder.ts';
import { acceptedExtension } from './deflate.ts';
import { EchoSession, type SessionPort } from './echo-session.ts';
import { readOpening } from './opening.ts';
import type { OriginState } from './origin-state.ts';
import { answerPlain, isLastOf, TRUE_PAGE } from './plain-http.ts';
import { readBody } from './request-body.ts';
import { encodeAnswer, encodeSwitch, saysWhy } from './response.ts';
import { spoilSession, spoilSwitch } from './session-fault.ts';
import { encodeStreamEnd, encodeStreamHead, encodeStreamPart, playStream, type StreamedAnswer, streamedAnswer } from './streamed-http.ts';
import type { WorldFront } from './world-front.ts';

/** How long a connection that the origin has ended waits for the peer's FIN. */
const LINGER_MS = 1000;

const NOTHING = Buffer.alloc(0);

/** Serves one accepted connection until it ends, `early` having come on it already. The socket's events keep it alive. */
export function serveConnection(socket: Socket, state: OriginState, early?: Buffer): void {
  const connection = new EchoConnection(socket, state);
  if (early !== undefined) connection.take(early);
}

/** One accepted connection: plain requests, at most one upgrade, then frames. Every byte is told to the recorder. */
class EchoConnection implements SessionPort {
  readonly #socket: Socket;
  readonly #state: OriginState;
  #recorder: ConnectionRecorder;
  #unread: Buffer = NOTHING;
  #session: EchoSession | null = null;
  /** No request was read yet. */
  #isNew = true;
  /** Ends the answer that is being sent in parts; null when there is none. */
  #stopStream: (() => void) | null = null;
  /** Nothing that still comes is answered. */
  #isDone = false;
  /** A fault: nothing more is read. */
  #isDeaf = false;

  constructor(socket: Socket, state: OriginState) {
    this.#socket = socket;
    this.#state = state;
    this.#recorder = state.accept(socket);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('drain', () => {
      if (!this.#isDeaf) socket.resume();
    });
    socket.on('end', () => {
      this.#recorder.ended({ kind: 'fin', atMs: nowMs() });
      this.hangUp();
    });
    socket.on('error', (error) => this.#recorder.failed(error));
    socket.on('close', () => {
      this.#session?.stop();
      this.#stopStream?.();
      this.#recorder.gone();
    });
  }

  take(chunk: Buffer): void {
    this.#recorder.received(chunk);
    if (this.#isDone) return;
    if (this.#session === null) {
      this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
      while (this.#readRequest());
      return;
    }
    // A fault spoils frame by frame.
    const left = this.#state.fault === null ? this.#session.echo(chunk) : chunk;
    if (left.length === 0 || this.#isDone) return;
    // One write for all other answers of one read.
    this.#socket.cork();
    this.#session.push(left);
    this.#socket.uncork();
  }

  send(bytes: Buffer): void {
    const spoilt = spoilSession(bytes, this.#state.fault);
    if (spoilt !== null) this.#send(spoilt);
  }

  onMessages(count: number): void {
    this.#recorder.countMessages(count);
  }

  onClose(code: number | null, reason: string): void {
    this.#recorder.ended({ kind: 'close-frame', atMs: nowMs(), code, reason });
  }

  /** Reads and answers one request; false when there is none to read. */
  #readRequest(): boolean {
    if (this.#isDone || this.#session !== null || this.#stopStream !== null || this.#unread.length === 0) return false;
    const { front } = this.#state;
    if (front !== null && this.#isNew && this.#beginOtherwise(front)) return false;
    const isAuth = front?.isAuthRequest(this.#unread) === true;
    if (!isAuth && this.#beginPlay()) return false;
    const result = parseRequestHead(this.#unread);
    if (result.kind === 'incomplete') return false;
    if (result.kind === 'malformed') {
      this.#refuse(400, `malformed request: ${result.reason} at byte ${result.offset}`);
      return false;
    }
    if (isAuth) return this.#permit(result.head);
    this.#isNew = false;
    return isUpgradeAttempt(result.head) ? this.#treatHandshake(result.head) : this.#answerPlain(result.head);
  }

  /** Gives the connection away when the request asks for a play. Proxies reuse connections, so it may be any request. */
  #beginPlay(): boolean {
    const play = this.#state.stage.asked(this.#unread);
    if (play === null) return false;
    this.#isDone = true;
    this.#state.forget(this.#recorder);
    const [socket, state] = [this.#socket, this.#state];
    const giveBack = (early: Buffer): void => serveConnection(socket, state, early);
    const raw = state.front?.beneath(socket) ?? socket;
    state.stage.begin(play, { socket, raw, early: this.#unread, acceptedAtMs: this.#recorder.acceptedAtMs, giveBack });
    return true;
  }

  /** Gives the connection away when it does not open with HTTP/1, and waits while that is not known; else false. */
  #beginOtherwise(front: WorldFront): boolean {
    const opening = readOpening(this.#unread);
    if (opening.kind === 'incomplete') return true;
    if (!front.takes(opening, this.#socket)) return false;
    this.#isDone = true;
    this.#state.forget(this.#recorder);
    for (const event of ['data', 'drain', 'end']) this.#socket.removeAllListeners(event);
    const serve = (on: Socket, early?: Buffer): void => serveConnection(on, this.#state, early);
    front.begin(opening, { socket: this.#socket, early: this.#unread, serve });
    return true;
  }

  /** The body of a request, off what is unread; null: it is not whole yet, or was refused. */
  #takeBody(head: RequestHead): Buffer | null {
    const body = readBody(head, this.#unread.subarray(head.byteLength));
    if (body.kind === 'incomplete') return null;
    if (body.kind === 'malformed') {
      this.#refuse(400, `malformed request: ${body.reason}`);
      return null;
    }
    this.#unread = this.#unread.subarray(head.byteLength + body.byteLength);
    return body.body;
  }

  /** A request for permission is the proxy's own: it is kept out of the record where nothing came before it. */
  #permit(head: RequestHead): boolean {
    if (this.#takeBody(head) === null) return false;
    const isLast = isLastOf(head);
    this.#recorder.answered(200);
    this.#send(encodeAnswer({ status: 200, body: '', isLast, isHead: head.method === 'HEAD' }));
    if (this.#isNew) {
      this.#state.forget(this.#recorder);
      if (!isLast) this.#recorder = this.#state.accept(this.#socket);
    }
    if (isLast) this.hangUp();
    return !isLast;
  }

  #answerPlain(head: RequestHead): boolean {
    const body = this.#takeBody(head);
    if (body === null) return false;
    const streamed = streamedAnswer(head);
    if (streamed !== null) {
      this.#stream(streamed);
      return false;
    }
    const answer = answerPlain(head, body, this.#state.front === null ? undefined : TRUE_PAGE);
    this.#recorder.answered(answer.status);
    this.#send(encodeAnswer(answer));
    if (answer.isLast) this.hangUp();
    return true;
  }

  /** Requests that come meanwhile wait (RFC 9112 section 9.3.2). */
  #stream(answer: StreamedAnswer): void {
    this.#recorder.answered(200);
    this.#stopStream = playStream(answer, {
      head: () => this.#send(encodeStreamHead(answer)),
      part: (text) => this.#send(encodeStreamPart(text, answer)),
      end: () => {
        this.#stopStream = null;
        if (answer.isChunked) this.#send(encodeStreamEnd());
        if (answer.isLast) return this.hangUp();
        while (this.#readRequest());
      },
    });
  }

  #treatHandshake(head: RequestHead): boolean {
    const behaviour = this.#state.nextBehaviour();
    if (behaviour.kind === 'normal') return this.#judge(head);
    const why = saysWhy(behaviour);
    if (behaviour.kind === 'reject') {
      this.#refuse(behaviour.status, why, [], behaviour.body);
      return false;
    }
    this.#recorder.answered(null, why);
    this.#isDone = true;
    if (behaviour.kind === 'close') this.hangUp();
    if (behaviour.kind === 'reset') {
      this.#recorder.ended({ kind: 'local', atMs: nowMs() });
      this.#socket.resetAndDestroy();
    }
    return false;
  }

  #judge(head: RequestHead): boolean {
    const refused = judgeRequest(head);
    if (refused !== null) {
      this.#refuse(refused.status, refused.refusal, refused.headers);
      return false;
    }
    this.#recorder.answered(101);
    const { fault } = this.#state;
    const extension = acceptedExtension(head);
    this.#send(spoilSwitch(encodeSwitch(head, extension), fault));
    this.#session = new EchoSession(this, extension !== null);
    const early = this.#unread.subarray(head.byteLength);
    this.#unread = NOTHING;
    this.#session.push(early);
    if (fault?.kind === 'drop') this.#dropLater(fault);
    if (fault?.kind === 'stop-reading') this.#stopReadingLater(fault.afterMs);
    return false;
  }

  #stopReadingLater(afterMs: number): void {
    const timer = setTimeout(() => {
      this.#isDeaf = true;
      this.#socket.pause();
    }, afterMs);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** Ends the socket without a Close frame. */
  #dropLater({ afterMs, by }: OriginFault & { readonly kind: 'drop' }): void {
    const timer = setTimeout(() => {
      if (by === 'fin') return this.hangUp();
      this.#recorder.ended({ kind: 'local', atMs: nowMs() });
      this.#socket.resetAndDestroy();
    }, afterMs);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  #refuse(status: number, refusal: string, headers: readonly Header[] = [], body = `${refusal}\n`): void {
    this.#recorder.answered(status, refusal);
    this.#send(encodeAnswer({ status, body, headers, isLast: true }));
    this.hangUp();
  }

  #send(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    this.#recorder.sent(bytes);
    // A peer that does not read is not read from either: the origin's memory stays bounded.
    if (!this.#socket.write(bytes)) this.#socket.pause();
  }

  /** Ends the origin's side. What still arrives is recorded and dropped, so that unread bytes do not turn the FIN into a reset. */
  hangUp(): void {
    this.#isDone = true;
    this.#session?.stop();
    if (!this.#socket.writable) return;
    this.#recorder.ended({ kind: 'local', atMs: nowMs() });
    this.#socket.end();
    this.#socket.resume();
    const linger = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    this.#socket.once('close', () => clearTimeout(linger));
  }
}
