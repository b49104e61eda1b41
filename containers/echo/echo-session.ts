import { ORIGIN_COMMANDS } from '../../harness/model/origin-protocol.ts';
import { encodeClose, encodeFrame, type Frame, isControl, OPCODE, parseClose } from '../../harness/wire/frame.ts';
import { FrameReader } from '../../harness/wire/frame-reader.ts';
import { MessageAssembler } from '../../harness/wire/message-assembler.ts';

/** What a session does to its connection. */
export interface SessionPort {
  send(bytes: Buffer): void;
  onMessage(): void;
  /** The peer's Close frame. */
  onClose(code: number | null, reason: string): void;
  /** Nothing more is to be said: end the TCP connection. */
  hangUp(): void;
}

/** The interval asked for by a `hopscope:send-every` message in milliseconds, or null when the message is none. */
export function intervalOf(payload: Buffer): number | null {
  if (payload.length > 40 || !payload.toString('latin1').startsWith(`${ORIGIN_COMMANDS.sendEvery} `)) return null;
  const ms = Number(payload.toString('latin1', ORIGIN_COMMANDS.sendEvery.length + 1));
  return ms >= 1 && ms <= 3_600_000 ? ms : null;
}

/** One open WebSocket on the origin's side: echoes messages, answers Ping and Close, fails what is against RFC 6455. */
export class EchoSession {
  readonly #port: SessionPort;
  readonly #reader = new FrameReader({ expectMasked: true });
  readonly #assembler = new MessageAssembler();
  #ticker: NodeJS.Timeout | null = null;
  #ticks = 0;
  #isClosing = false;

  constructor(port: SessionPort) {
    this.#port = port;
  }

  push(chunk: Buffer): void {
    if (this.#isClosing) return;
    for (const frame of this.#reader.push(chunk)) {
      if (frame.kind === 'error') this.#fail(frame.closeCode, frame.reason);
      else if (isControl(frame.opcode)) this.#control(frame);
      else this.#data(frame);
      if (this.#isClosing) return;
    }
  }

  stop(): void {
    if (this.#ticker !== null) clearInterval(this.#ticker);
    this.#ticker = null;
  }

  #data(frame: Frame): void {
    const message = this.#assembler.add(frame);
    if (message === null) return;
    if (message.kind === 'error') {
      this.#fail(message.closeCode, message.reason);
      return;
    }
    this.#port.onMessage();
    const everyMs = message.isText ? intervalOf(message.payload) : null;
    if (everyMs === null) this.#port.send(encodeFrame({ opcode: message.isText ? OPCODE.text : OPCODE.binary, payload: message.payload }));
    else this.#tickEvery(everyMs);
  }

  #control(frame: Frame): void {
    if (frame.opcode === OPCODE.ping) this.#port.send(encodeFrame({ opcode: OPCODE.pong, payload: frame.payload }));
    if (frame.opcode !== OPCODE.close) return;
    const { code, reason, problem } = parseClose(frame.payload);
    this.#port.onClose(code, reason);
    // RFC 6455 section 5.5.1: the answer typically carries the same status; section 7.1.1: the server closes TCP first.
    this.#end(encodeClose(problem === null ? code : 1002));
  }

  #tickEvery(ms: number): void {
    this.stop();
    this.#ticker = setInterval(() => {
      this.#ticks += 1;
      this.#port.send(encodeFrame({ opcode: OPCODE.text, payload: Buffer.from(`tick ${this.#ticks}`) }));
    }, ms);
  }

  #fail(code: number, reason: string): void {
    this.#end(encodeClose(code, reason));
  }

  #end(close: Buffer): void {
    this.#isClosing = true;
    this.stop();
    this.#port.send(close);
    this.#port.hangUp();
  }
}
