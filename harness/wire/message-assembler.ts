import { isUtf8 } from 'node:buffer';
import { type Frame, type FrameError, OPCODE } from './frame.ts';

/** A whole text or binary message. */
export interface Message {
  readonly kind: 'message';
  readonly isText: boolean;
  readonly payload: Buffer;
}

const MAX_MESSAGE = 16 * 1024 * 1024;
const broken = (reason: string, closeCode = 1002): FrameError => ({ kind: 'error', reason, closeCode });

/** Puts data frames together to messages (RFC 6455 section 5.4) and holds text to UTF-8 (section 8.1). */
export class MessageAssembler {
  #opcode = 0;
  #parts: Buffer[] = [];
  #size = 0;

  /** Takes a data frame; null: the message goes on. */
  add(frame: Frame): Message | FrameError | null {
    const isContinuation = frame.opcode === OPCODE.continuation;
    if (isContinuation && this.#opcode === 0) return broken('a continuation without a beginning');
    if (!isContinuation && this.#opcode !== 0) return broken('a new message within a fragmented one');
    if (!isContinuation) this.#opcode = frame.opcode;
    this.#size += frame.payload.length;
    if (this.#size > MAX_MESSAGE) return broken(`a message over ${MAX_MESSAGE} bytes`, 1009);
    this.#parts.push(frame.payload);
    return frame.fin ? this.#finish() : null;
  }

  #finish(): Message | FrameError {
    const payload = this.#parts.length === 1 ? (this.#parts[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#parts, this.#size);
    const isText = this.#opcode === OPCODE.text;
    this.#opcode = 0;
    this.#parts = [];
    this.#size = 0;
    return isText && !isUtf8(payload) ? broken('a text message that is not UTF-8', 1007) : { kind: 'message', isText, payload };
  }
}
