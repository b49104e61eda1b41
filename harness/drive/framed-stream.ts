import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { nowMs } from '../measure/clock.ts';
import { encodeClose, encodeFrame, OPCODE, parseClose } from '../wire/frame.ts';
import { FrameReader } from '../wire/frame-reader.ts';
import { MessageAssembler } from '../wire/message-assembler.ts';

/** A WebSocket over any stream, a TCP connection or a stream of HTTP/2: counts echoes of one text and tells what ended it. */
export class FramedStream {
  readonly #stream: Duplex;
  readonly #text: Buffer;
  readonly #reader = new FrameReader({ expectMasked: false });
  readonly #assembler = new MessageAssembler();
  readonly #waiters = new Set<() => void>();
  #sent = 0;
  #echoed = 0;
  #closeCode: number | null = null;
  #endedAtMs: number | null = null;

  /** `early`: bytes that came with the answer. */
  constructor(stream: Duplex, text: string, early: Buffer) {
    this.#stream = stream;
    this.#text = Buffer.from(text);
    const ended = (): void => {
      this.#endedAtMs ??= nowMs();
      this.#wake();
    };
    stream.on('data', (chunk: Buffer) => this.#push(chunk));
    stream.on('end', ended).on('error', ended).on('close', ended);
    if (early.length > 0) this.#push(early);
  }

  get sent(): number {
    return this.#sent;
  }

  get echoed(): number {
    return this.#echoed;
  }

  get closeCode(): number | null {
    return this.#closeCode;
  }

  /** When the stream ended or a Close frame came; null while it is open. */
  get endedAtMs(): number | null {
    return this.#endedAtMs;
  }

  /** Sends the text once and waits for its echo until `untilMs`. */
  async say(untilMs: number): Promise<boolean> {
    if (this.#endedAtMs !== null || !this.#stream.writable) return false;
    this.#sent += 1;
    const wanted = this.#echoed + 1;
    this.#stream.write(encodeFrame({ opcode: OPCODE.text, payload: this.#text, maskKey: randomBytes(4) }));
    await this.#until(() => this.#echoed >= wanted || this.#endedAtMs !== null, untilMs);
    return this.#echoed >= wanted;
  }

  /** Says goodbye with 1000 and waits for the answer until `untilMs`. */
  async close(untilMs: number): Promise<void> {
    if (this.#endedAtMs !== null || !this.#stream.writable) return;
    this.#stream.write(encodeClose(1000, '', randomBytes(4)));
    await this.#until(() => this.#endedAtMs !== null, untilMs);
  }

  #push(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      if (frame.kind === 'error') {
        this.#endedAtMs ??= nowMs();
      } else if (frame.opcode === OPCODE.close) {
        this.#closeCode ??= parseClose(frame.payload).code;
        this.#endedAtMs ??= nowMs();
      } else if (frame.opcode < OPCODE.close) {
        const message = this.#assembler.add(frame);
        if (message?.kind === 'message' && message.payload.equals(this.#text)) this.#echoed += 1;
      }
    }
    this.#wake();
  }

  async #until(isTrue: () => boolean, untilMs: number): Promise<void> {
    if (isTrue()) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(test);
        resolve();
      };
      const test = (): void => {
        if (isTrue()) finish();
      };
      const timer = setTimeout(finish, Math.max(0, untilMs - nowMs()));
      this.#waiters.add(test);
    });
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }
}
