import { randomBytes } from 'node:crypto';
import { nowMs } from '../measure/clock.ts';
import { encodeClose, encodeFrame, isControl, OPCODE, parseClose } from '../wire/frame.ts';
import { FrameReader } from '../wire/frame-reader.ts';
import { type Message, MessageAssembler } from '../wire/message-assembler.ts';
import type { ClientWire } from './client-wire.ts';

const CLOSE_WAIT_MS = 500;

/** An open WebSocket on the client's side: masks what it sends, answers Ping, and tells the wire when a Close frame comes. */
export class ClientSession {
  readonly wire: ClientWire;
  readonly #onMessage: (message: Message, atMs: number) => void;
  readonly #reader = new FrameReader({ expectMasked: false });
  readonly #assembler = new MessageAssembler();
  #lastTrafficAtMs = nowMs();

  /** `early`: bytes that came with the answer. */
  constructor(wire: ClientWire, early: Buffer, onMessage: (message: Message, atMs: number) => void) {
    this.wire = wire;
    this.#onMessage = onMessage;
    wire.read((chunk) => this.#push(chunk));
    this.#push(early);
  }

  /** When the last frame went in either direction, Close frames apart; before there is one, when the session began. */
  get lastTrafficAtMs(): number {
    return this.#lastTrafficAtMs;
  }

  send(opcode: number, payload: Buffer): void {
    this.sendFrame(encodeFrame({ opcode, payload, maskKey: randomBytes(4) }));
  }

  /** Sends a frame that is already encoded. */
  sendFrame(frame: Buffer): void {
    this.wire.write(frame);
    this.#lastTrafficAtMs = nowMs();
  }

  /**
   * Says goodbye with 1000, waits half a second for the other end to close (RFC 6455 section 7.1.1: the server does first, so that the port of no client and
   * no proxy is held in TIME_WAIT), and gives the connection up.
   */
  async close(): Promise<void> {
    if (this.wire.end === null) {
      this.wire.write(encodeClose(1000, '', randomBytes(4)));
      this.wire.endedBy({ kind: 'local', atMs: nowMs() });
      await this.wire.until(() => this.wire.isClosed, nowMs() + CLOSE_WAIT_MS);
    }
    this.wire.destroy();
  }

  #push(chunk: Buffer): void {
    const atMs = nowMs();
    for (const frame of this.#reader.push(chunk)) {
      if (frame.kind === 'frame' && frame.opcode !== OPCODE.close) this.#lastTrafficAtMs = atMs;
      if (frame.kind === 'error') {
        this.wire.destroy();
      } else if (!isControl(frame.opcode)) {
        const message = this.#assembler.add(frame);
        if (message?.kind === 'message') this.#onMessage(message, atMs);
        if (message?.kind === 'error') this.wire.destroy();
      } else if (frame.opcode === OPCODE.ping) {
        this.send(OPCODE.pong, frame.payload);
      } else if (frame.opcode === OPCODE.close) {
        this.#closed(frame.payload, atMs);
      }
    }
  }

  #closed(payload: Buffer, atMs: number): void {
    const { code, reason } = parseClose(payload);
    // RFC 6455 section 5.5.1: a Close frame is answered with one, unless we began.
    if (this.wire.end === null) this.wire.write(encodeClose(code, '', randomBytes(4)));
    this.wire.endedBy({ kind: 'close-frame', atMs, code, reason });
  }
}
