import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { OPCODE, parseClose } from '../../harness/wire/frame.ts';
import { FrameReader } from '../../harness/wire/frame-reader.ts';
import { nowMs } from '../echo/clock.ts';
import type { ConnectionRecorder } from '../echo/connection-recorder.ts';
import type { OriginState } from '../echo/origin-state.ts';
import { tee } from './tee.ts';

/** A Close frame is at most 131 bytes; ws unmasks in place, so a short chunk is copied before it gets it. */
const SHORT_CHUNK = 256;

/** A connection of the ws origin with its recorder; `upgraded` and `closed` are told by whoever serves the WebSocket. */
export class RecordedSocket {
  readonly socket: Socket;
  readonly recorder: ConnectionRecorder;
  #webSocket: WebSocket | null = null;
  #lastReadAtMs = 0;
  #lastChunk: Buffer = Buffer.alloc(0);
  #finAtMs: number | null = null;

  constructor(socket: Socket, state: OriginState) {
    this.socket = socket;
    this.recorder = state.accept(socket);
    tee(socket, {
      beforeRead: (chunk) => {
        this.#lastReadAtMs = nowMs();
        this.#lastChunk = Buffer.from(chunk.subarray(0, chunk.length > SHORT_CHUNK ? 0 : chunk.length));
        this.recorder.received(chunk);
      },
      afterRead: () => this.#lookForClose(),
      beforeWrite: (chunk) => this.#onWrite(chunk),
    });
    socket.on('end', () => {
      this.#finAtMs = nowMs();
      if (this.#webSocket === null) this.recorder.ended({ kind: 'fin', atMs: this.#finAtMs });
    });
    socket.on('error', (error) => this.recorder.failed(error));
    socket.on('close', () => {
      if (this.#webSocket === null) this.recorder.gone();
    });
  }

  upgraded(webSocket: WebSocket): void {
    this.#webSocket = webSocket;
  }

  /** Told once the connection is closed: 1006 is ws's word for an end without a Close frame, 1005 for a Close without a code. */
  closed(code: number, reason: string): void {
    if (code !== 1006) this.recorder.ended({ kind: 'close-frame', atMs: this.#lastReadAtMs, code: code === 1005 ? null : code, reason });
    else if (this.#finAtMs !== null) this.recorder.ended({ kind: 'fin', atMs: this.#finAtMs });
    this.recorder.gone();
  }

  /** ws announces a Close frame only when the connection is closed, but starts closing at once when it has read one. */
  #lookForClose(): void {
    if (this.#webSocket?.readyState !== WebSocket.CLOSING) return;
    const frame = new FrameReader({ expectMasked: true, allowRsv1: true }).push(this.#lastChunk).findLast((one) => one.kind === 'frame');
    const { code, reason } = frame?.opcode === OPCODE.close ? parseClose(frame.payload) : { code: null, reason: '' };
    this.recorder.ended({ kind: 'close-frame', atMs: this.#lastReadAtMs, code, reason });
  }

  /** The status and, for a refusal, its words are read off what ws and node:http write. */
  #onWrite(chunk: Buffer): void {
    this.recorder.sent(chunk);
    if (this.#webSocket !== null) return;
    const text = chunk.toString('latin1', 0, 4096);
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
    if (status === undefined) return;
    const body = text.slice(text.indexOf('\r\n\r\n') + 4).trim();
    const isRefusal = Number(status) >= 400 && Number(status) !== 404;
    this.recorder.answered(Number(status), isRefusal ? body || `answered ${status}` : null);
  }
}
