import type { Header } from '../../http-head.ts';
import type { StreamDirection } from '../../tcp/label.ts';
import type { ByteOrigin } from '../conversation.ts';
import { UnitReader, type UnitMode, type UnitSink } from '../unit-reader.ts';
import { HeaderBlock } from './header-block.ts';
import { FLAG, FRAME, FRAME_HEADER_BYTES, frameLength, frameStream, PREFACE } from './http2-frame.ts';

/** Takes what one direction says. */
export interface Http2Sink {
  /** `fields` is null for a header block that cannot be decoded. */
  headers(from: Http2Direction, stream: number, fields: readonly Header[] | null, origin: ByteOrigin): void;
  wantsData(from: Http2Direction, stream: number): boolean;
  data(from: Http2Direction, stream: number, chunk: Buffer, start: number, end: number, origin: ByteOrigin): void;
  dataMissing(from: Http2Direction, stream: number, count: number, origin: ByteOrigin): void;
  endOfStream(from: Http2Direction, stream: number, origin: ByteOrigin): void;
  /** Bodies of the frames that are short and of use; whole. */
  control(from: Http2Direction, type: number, stream: number, body: Buffer, origin: ByteOrigin): void;
  /** Something is not read from here on; `isAll`: nothing is. */
  unreadable(from: Http2Direction, because: string, isAll: boolean, origin: ByteOrigin): void;
}

const MAX_CONTROL_BODY = 4096;
const FIRST_OF_PREFACE = PREFACE[0];

/** Reads the frames of one direction (RFC 9113 section 4). */
export class Http2Direction implements UnitSink {
  readonly direction: StreamDirection;
  /** It began with the client's preface. */
  isClient = false;
  readonly #sink: Http2Sink;
  readonly #reader = new UnitReader(FRAME_HEADER_BYTES, this);
  readonly #headers = new HeaderBlock();
  #prefaceHeld = 0;
  #isBeginning = true;
  #hasSettings = false;
  /** Of the frame that is being read. */
  #type = 0;
  #flags = 0;
  #stream = 0;
  /** Of a DATA frame: content to come, and whether its first byte tells the length of the padding. */
  #contentLeft = 0;
  #isPaddingNext = false;

  constructor(direction: StreamDirection, sink: Http2Sink) {
    this.direction = direction;
    this.#sink = sink;
  }

  read(chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    let at = start;
    if (this.#isBeginning && at < end) {
      if (this.#prefaceHeld === 0) this.isClient = chunk[at] === FIRST_OF_PREFACE;
      if (this.isClient) at = this.#readPreface(chunk, at, end, from);
      this.#isBeginning = this.isClient && this.#prefaceHeld < PREFACE.length;
    }
    if (!this.#isBeginning) this.#reader.read(chunk, at, end, from);
  }

  missing(count: number, from: ByteOrigin): void {
    if (this.#isBeginning) this.#stop('its beginning is not in the capture', from);
    else this.#reader.missing(count, from);
  }

  bodyLength(header: Buffer): number {
    return frameLength(header);
  }

  beginUnit(header: Buffer, from: ByteOrigin): UnitMode {
    this.#type = header[3] ?? 0;
    this.#flags = header[4] ?? 0;
    this.#stream = frameStream(header);
    if (!this.#hasSettings && (this.#type !== FRAME.settings || (this.#flags & FLAG.ack) !== 0 || this.#stream !== 0)) {
      this.#stop('it does not begin with SETTINGS: its beginning is not in the capture, or it is not HTTP/2', from);
      return 'stop';
    }
    this.#hasSettings = true;
    if (this.#headers.isInterruptedBy(this.#type, this.#stream)) this.#loseHeaders('a frame between the parts of a header block', from);
    return this.#modeOf(frameLength(header), from);
  }

  unitBytes(chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    let at = start;
    if (this.#isPaddingNext) {
      this.#isPaddingNext = false;
      this.#contentLeft = Math.max(0, this.#contentLeft - (chunk[at++] ?? 0));
    }
    const taken = Math.min(end - at, this.#contentLeft);
    this.#contentLeft -= taken;
    if (taken > 0) this.#sink.data(this, this.#stream, chunk, at, at + taken, from);
  }

  unitMissing(count: number, from: ByteOrigin): void {
    // Without the length of the padding it is taken for none: what there is of it then reads as content that is missing.
    const inContent = this.#isPaddingNext ? count - 1 : count;
    this.#isPaddingNext = false;
    const taken = Math.min(inContent, this.#contentLeft);
    this.#contentLeft -= taken;
    if (taken > 0) this.#sink.dataMissing(this, this.#stream, taken, from);
  }

  endUnit(_header: Buffer, body: Buffer | null, _isWhole: boolean, from: ByteOrigin): void {
    const type = this.#type;
    if (type === FRAME.headers || type === FRAME.pushPromise || type === FRAME.continuation) this.#readHeaders(body, from);
    else if (body !== null) this.#sink.control(this, type, this.#stream, body, from);
    if (type === FRAME.data && (this.#flags & FLAG.endStream) !== 0) this.#sink.endOfStream(this, this.#stream, from);
  }

  lostUnits(from: ByteOrigin): void {
    this.#sink.unreadable(this, 'an HTTP/2 frame header is not in the capture', true, from);
  }

  #modeOf(length: number, from: ByteOrigin): UnitMode {
    switch (this.#type) {
      case FRAME.data:
        this.#isPaddingNext = (this.#flags & FLAG.padded) !== 0;
        this.#contentLeft = this.#isPaddingNext ? Math.max(0, length - 1) : length;
        return this.#sink.wantsData(this, this.#stream) ? 'stream' : 'skip';
      case FRAME.headers:
      case FRAME.pushPromise:
      case FRAME.continuation:
        if (!this.#headers.isLost && !this.#headers.hasRoom(length)) this.#loseHeaders('a header block over 64 KiB', from);
        return this.#headers.isLost ? 'skip' : 'collect';
      case FRAME.settings:
      case FRAME.reset:
      case FRAME.goAway:
        return length <= MAX_CONTROL_BODY ? 'collect' : 'skip';
      default:
        return 'skip';
    }
  }

  #readHeaders(body: Buffer | null, from: ByteOrigin): void {
    const headers = this.#headers;
    if (body === null && !headers.isLost) this.#loseHeaders('a part of a header block is not in the capture', from);
    const problem = body === null || headers.isLost ? null : headers.add(this.#type, this.#flags, this.#stream, body);
    if (problem !== null) this.#loseHeaders(problem, from);
    if (headers.isLost) this.#passHeaders(from);
    else if ((this.#flags & FLAG.endHeaders) !== 0) {
      const { isPush, endsStream, fields } = headers.finish();
      if (fields === null) this.#loseHeaders('a header block that does not decode', from);
      if (!isPush) this.#sink.headers(this, this.#stream, fields, from);
      if (endsStream) this.#sink.endOfStream(this, this.#stream, from);
    }
  }

  /** A HEADERS frame that cannot be decoded still tells that a request is there, or that a stream ends. */
  #passHeaders(from: ByteOrigin): void {
    if (this.#type !== FRAME.headers) return;
    this.#sink.headers(this, this.#stream, null, from);
    if ((this.#flags & FLAG.endStream) !== 0) this.#sink.endOfStream(this, this.#stream, from);
  }

  /** Every block changes the table that the next ones refer to: without one, none can be decoded. */
  #loseHeaders(problem: string, from: ByteOrigin): void {
    this.#headers.lose();
    this.#sink.unreadable(this, `${problem}: header compression cannot be undone from here on`, false, from);
  }

  #readPreface(chunk: Buffer, start: number, end: number, from: ByteOrigin): number {
    let at = start;
    while (at < end && this.#prefaceHeld < PREFACE.length) {
      if (chunk[at++] === PREFACE[this.#prefaceHeld++]) continue;
      this.#stop('its preface is not that of HTTP/2', from);
      return end;
    }
    return at;
  }

  #stop(because: string, from: ByteOrigin): void {
    this.#isBeginning = false;
    this.#prefaceHeld = PREFACE.length;
    this.#reader.isStopped = true;
    this.#sink.unreadable(this, because, true, from);
  }
}
