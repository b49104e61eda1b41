import { isControl, MAX_CONTROL_PAYLOAD, OPCODE } from '../../wire/frame.ts';
import type { FrameSink } from './frame-sink.ts';

const FIN = 0x80;
const RESERVED = 0x30;
const RSV1 = 0x40;
const MASKED = 0x80;
const EMPTY = Buffer.alloc(0);

/** Reads what does not lie whole in one read: frames that are cut anywhere, messages of several frames, with control frames between them. */
export class PartialReader {
  readonly #sink: FrameSink;
  /** Header bytes seen of the frame that is being read. */
  #headerSeen = 0;
  #first = 0;
  #lengthBytes = 0;
  #length = 0;
  /** Payload bytes that are still to come; -1: within the header. */
  #left = -1;
  #isInMessage = false;
  #control: Buffer = EMPTY;
  #controlSeen = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Whether the next byte is not the first of a message. */
  get isWithin(): boolean {
    return this.#headerSeen > 0 || this.#left >= 0 || this.#isInMessage;
  }

  /** Reads on until nothing is open any more, or to the end; returns how far. */
  push(bytes: Buffer, from: number, to: number): number {
    let at = from;
    do {
      if (this.#left < 0) at = this.#readHeader(bytes, at, to);
      if (this.#left >= 0) at = this.#readPayload(bytes, at, to);
    } while (at < to && this.isWithin && this.#sink.isReading);
    return at;
  }

  #readHeader(bytes: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      const byte = bytes[at++] ?? 0;
      this.#headerSeen += 1;
      if (this.#headerSeen === 1) this.#first = byte;
      else if (this.#headerSeen === 2) {
        if (isForbidden(this.#first, byte, this.#isInMessage)) {
          this.#sink.violation();
          return to;
        }
        this.#lengthBytes = byte < 126 ? 0 : byte === 126 ? 2 : 8;
        this.#length = byte < 126 ? byte : 0;
      } else this.#length = this.#length * 256 + byte;
      if (this.#headerSeen >= 2 && this.#headerSeen === 2 + this.#lengthBytes) {
        this.#begin();
        return at;
      }
    }
    return at;
  }

  #begin(): void {
    this.#left = this.#length;
    this.#headerSeen = 0;
    const opcode = this.#first & 0x0f;
    if (isControl(opcode)) {
      this.#control = Buffer.allocUnsafe(this.#left);
      this.#controlSeen = 0;
    } else if (opcode !== OPCODE.continuation) {
      this.#isInMessage = true;
      this.#sink.messageBegin(this.#first);
    }
  }

  #readPayload(bytes: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + this.#left);
    const opcode = this.#first & 0x0f;
    this.#left -= end - from;
    if (isControl(opcode)) this.#controlSeen += bytes.copy(this.#control, this.#controlSeen, from, end);
    else if (end > from) this.#sink.messagePart(bytes, from, end);
    if (this.#left > 0) return end;
    this.#left = -1;
    if (isControl(opcode)) {
      const payload = this.#control;
      this.#control = EMPTY;
      this.#sink.control(opcode, payload, 0, payload.length);
    } else if ((this.#first & FIN) !== 0) {
      this.#isInMessage = false;
      this.#sink.messageEnd();
    }
    return end;
  }
}

/** What RFC 6455 sections 5.1, 5.2, 5.4 and 5.5 forbid a server. RSV1 is judged by who knows whether it was agreed on. */
export function isForbidden(first: number, second: number, isInMessage: boolean): boolean {
  const opcode = first & 0x0f;
  if ((first & RESERVED) !== 0 || (second & MASKED) !== 0) return true;
  if (isControl(opcode)) return opcode > OPCODE.pong || (first & (FIN | RSV1)) !== FIN || (second & 0x7f) > MAX_CONTROL_PAYLOAD;
  if (opcode === OPCODE.continuation) return !isInMessage || (first & RSV1) !== 0;
  return opcode > OPCODE.binary || isInMessage;
}
