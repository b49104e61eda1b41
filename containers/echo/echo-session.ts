import { encodeClose, encodeFrame, type Frame, isControl, OPCODE, parseClose } from '../../harness/wire/frame.ts';
import { FrameReader } from '../../harness/wire/frame-reader.ts';
import { MessageAssembler } from '../../harness/wire/message-assembler.ts';
import { FrameEcho } from './frame-echo.ts';
import { intervalOf } from './send-every.ts';

/** What a session does to its connection. */
export interface SessionPort {
  send(bytes: Buffer): void;
  /** So many whole messages came. */
  onMessages(count: number): void;
  /** The peer's Close frame. */
  onClose(code: number | null, reason: string): void;
  /** Nothing more is to be said: end the TCP connection. */
  hangUp(): void;
}

/** What reads frames that are not ordinary. A session has one only while it is within such a frame or message. */
interface Reading {
  readonly reader: FrameReader;
  readonly assembler: MessageAssembler;
  isMidMessage: boolean;
  /** Opcode of the compressed message that is being read; null: it is not compressed. */
  compressed: number | null;
}

/** Sessions are served one after the other. */
const ECHO = new FrameEcho();

/** One open WebSocket on the origin's side: echoes messages, answers Ping and Close, fails what is against RFC 6455. */
export class EchoSession {
  readonly #port: SessionPort;
  readonly #isCompressed: boolean;
  #reading: Reading | null = null;
  #ticker: NodeJS.Timeout | null = null;
  #ticks = 0;
  #isClosing = false;

  /** `isCompressed`: permessage-deflate without context takeover was agreed on, so that compressed messages may be echoed as they are. */
  constructor(port: SessionPort, isCompressed = false) {
    this.#port = port;
    this.#isCompressed = isCompressed;
  }

  /** Answers the ordinary messages at the beginning of a chunk, which it takes for its own, in one write. Gives what is left for `push`. */
  echo(chunk: Buffer): Buffer {
    if (this.#reading !== null || this.#isClosing) return chunk;
    ECHO.read(chunk, this.#isCompressed);
    const { length, messages, at, special } = ECHO;
    if (messages > 0) {
      this.#port.onMessages(messages);
      this.#port.send(chunk.subarray(0, length));
    }
    if (special !== null) {
      this.#data(special);
      this.#settle();
    }
    return at === 0 ? chunk : chunk.subarray(at);
  }

  /** Answers whatever comes, leaving the chunk as it is. */
  push(chunk: Buffer): void {
    if (this.#isClosing || chunk.length === 0) return;
    for (const frame of this.#read().reader.push(chunk)) {
      if (frame.kind === 'error') this.#fail(frame.closeCode, frame.reason);
      else if (frame.rsv1 && (isControl(frame.opcode) || frame.opcode === OPCODE.continuation)) this.#fail(1002, 'a reserved bit is set');
      else if (isControl(frame.opcode)) this.#control(frame);
      else this.#data(frame);
      if (this.#isClosing) return;
    }
    this.#settle();
  }

  stop(): void {
    if (this.#ticker !== null) clearInterval(this.#ticker);
    this.#ticker = null;
  }

  #read(): Reading {
    this.#reading ??= {
      reader: new FrameReader({ expectMasked: true, allowRsv1: this.#isCompressed }),
      assembler: new MessageAssembler(),
      isMidMessage: false,
      compressed: null,
    };
    return this.#reading;
  }

  /** Between two messages nothing is held. */
  #settle(): void {
    if (this.#reading?.reader.isMidFrame === false && !this.#reading.isMidMessage) this.#reading = null;
  }

  #data(frame: Frame): void {
    const reading = this.#read();
    if (frame.opcode !== OPCODE.continuation && !reading.isMidMessage) reading.compressed = frame.rsv1 ? frame.opcode : null;
    // Compressed text is no UTF-8.
    const message = reading.assembler.add(frame.rsv1 ? { ...frame, opcode: OPCODE.binary } : frame);
    reading.isMidMessage = message === null;
    if (message === null) return;
    if (message.kind === 'error') {
      this.#fail(message.closeCode, message.reason);
      return;
    }
    this.#port.onMessages(1);
    const { payload } = message;
    const everyMs = message.isText ? intervalOf(payload) : null;
    const opcode = reading.compressed ?? (message.isText ? OPCODE.text : OPCODE.binary);
    if (everyMs === null) this.#port.send(encodeFrame({ opcode, payload, rsv1: reading.compressed !== null }));
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
