import { OPCODE } from '../frame.ts';
import type { StreamDirection } from '../tcp/label.ts';
import type { ContentClosing, WebSocketDraft } from './content-facts.ts';
import type { ByteOrigin } from './conversation.ts';
import { CloseCollector } from './close-collector.ts';
import { faultOfHeader } from './frame-header.ts';

/** Longest header: two bytes, eight of length, four of mask (RFC 6455 section 5.2). */
const MAX_HEADER = 14;
/** One for each direction; a stream of HTTP/2 may have many. */
const MAX_UNREADABLE = 20;

/** Told about what is seldom. */
export interface WalkerEvents {
  closing(closing: ContentClosing): void;
  /** A frame's length is not in its shortest form. */
  longForm(from: StreamDirection, frame: number): void;
}

/**
 * Walks over the WebSocket frames of one direction: reads headers where they stand, passes over payload by arithmetic, and adds to a draft that both
 * directions share. A missing payload does no harm; a missing or impossible header ends it, because where the next one stands is unknown.
 */
export class FrameWalker {
  readonly #direction: StreamDirection;
  readonly #draft: WebSocketDraft;
  readonly #events: WalkerEvents;
  readonly #close: CloseCollector;
  /** Payload still to come of the frame that is being read. */
  #left = 0;
  #opcode = 0;
  #isFinal = false;
  /** Bytes of a header that is not whole yet. */
  readonly #header = Buffer.alloc(MAX_HEADER);
  #headerSize = 0;
  #isBroken = false;

  constructor(direction: StreamDirection, draft: WebSocketDraft, events: WalkerEvents) {
    this.#direction = direction;
    this.#draft = draft;
    this.#events = events;
    this.#close = new CloseCollector(direction);
  }

  walk(chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    let at = start;
    while (at < end && !this.#isBroken) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, end - at);
        if (this.#opcode === OPCODE.close) this.#close.add(chunk, at, at + taken);
        this.#pass(taken, from);
        at += taken;
      } else if (this.#headerSize === 0 && end - at >= MAX_HEADER) at += this.#readHeader(chunk, at, from);
      else at = this.#gatherHeader(chunk, at, end, from);
    }
  }

  missing(count: number, from: ByteOrigin): void {
    if (this.#isBroken) return;
    const inPayload = Math.min(count, this.#left);
    if (inPayload > 0) {
      this.#close.miss();
      this.#pass(inPayload, from);
    }
    if (count > inPayload) this.#break(`${String(count)} bytes are not in the capture, the next header among them`, from);
  }

  /** A Close frame that is not whole is told as far as it goes. */
  end(from: ByteOrigin): void {
    if (this.#left > 0 && this.#opcode === OPCODE.close && !this.#isBroken) this.#events.closing(this.#close.finish(from));
    this.#isBroken = true;
  }

  /** `count` bytes of payload went by. */
  #pass(count: number, from: ByteOrigin): void {
    this.#left -= count;
    if (this.#opcode < OPCODE.close) this.#draft.payloadBytes[this.#direction] += count;
    if (this.#left === 0) this.#endFrame(from);
  }

  #endFrame(from: ByteOrigin): void {
    if (this.#opcode === OPCODE.close) this.#events.closing(this.#close.finish(from));
    else if (this.#isFinal && this.#opcode < OPCODE.close) this.#draft.messages[this.#direction] += 1;
  }

  /** Byte by byte up to a whole header: at the end of a chunk. */
  #gatherHeader(chunk: Buffer, start: number, end: number, from: ByteOrigin): number {
    let at = start;
    while (at < end) {
      this.#header[this.#headerSize++] = chunk[at++] ?? 0;
      if (this.#headerSize < 2 || this.#headerSize < headerLength(this.#header[1] ?? 0)) continue;
      this.#headerSize = 0;
      this.#readHeader(this.#header, 0, from);
      return at;
    }
    return at;
  }

  /** Reads the header at `at`, which is whole, and returns its length. */
  #readHeader(bytes: Buffer, at: number, from: ByteOrigin): number {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const opcode = first & 0x0f;
    if ((first & 0x30) !== 0 || (opcode !== OPCODE.binary && opcode !== OPCODE.text)) {
      const fault = faultOfHeader(first, second);
      if (fault !== null) {
        this.#break(fault, from);
        return 0;
      }
    }
    const short = second & 0x7f;
    const length = short < 126 ? short : this.#longLength(bytes, at + 2, short === 126 ? 2 : 8, from);
    if (this.#isBroken) return 0;
    const draft = this.#draft;
    draft.frames += 1;
    draft.byOpcode[opcode] = (draft.byOpcode[opcode] ?? 0) + 1;
    if ((first & 0x40) !== 0 && (opcode === OPCODE.text || opcode === OPCODE.binary)) draft.compressedMessages += 1;
    this.#opcode = opcode;
    this.#isFinal = first >= 0x80;
    this.#left = length;
    const size = headerLength(second);
    if (opcode === OPCODE.close) this.#close.begin(second >= 0x80 ? bytes.subarray(at + size - 4, at + size) : null);
    if (length === 0) this.#endFrame(from);
    return size;
  }

  #longLength(bytes: Buffer, start: number, size: 2 | 8, from: ByteOrigin): number {
    let length = 0;
    for (let at = start; at < start + size; at += 1) length = length * 256 + (bytes[at] ?? 0);
    if (length < (size === 2 ? 126 : 65_536)) this.#events.longForm(this.#direction, from.frame);
    if (length > Number.MAX_SAFE_INTEGER) this.#break(`a frame of ${String(length)} bytes`, from);
    return length;
  }

  #break(because: string, { frame }: ByteOrigin): void {
    this.#isBroken = true;
    if (this.#draft.unreadable.length < MAX_UNREADABLE) this.#draft.unreadable.push({ from: this.#direction, frame, because });
  }
}

/** By the second byte of a header. */
function headerLength(second: number): number {
  const short = second & 0x7f;
  return (short < 126 ? 2 : short === 126 ? 4 : 10) + (second >= 0x80 ? 4 : 0);
}
