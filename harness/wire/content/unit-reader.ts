import type { ByteOrigin } from './conversation.ts';

/** What is done with the body of a unit: passed over by arithmetic, put together, handed on as it comes; or reading ends here. */
export type UnitMode = 'skip' | 'collect' | 'stream' | 'stop';

/** Takes what a `UnitReader` cuts. Buffers are valid only during the call. */
export interface UnitSink {
  /** Length of the body that this header announces, in bytes. */
  bodyLength(header: Buffer): number;
  beginUnit(header: Buffer, from: ByteOrigin): UnitMode;
  /** The next bytes of a streamed body. */
  unitBytes(chunk: Buffer, start: number, end: number, from: ByteOrigin): void;
  /** The next bytes of a streamed body are not in the capture. */
  unitMissing(count: number, from: ByteOrigin): void;
  /** `body` is null unless it was collected and whole. */
  endUnit(header: Buffer, body: Buffer | null, isWhole: boolean, from: ByteOrigin): void;
  /** A header is not in the capture: where the next one begins is unknown, and nothing more is read. */
  lostUnits(from: ByteOrigin): void;
}

const NO_BYTES = Buffer.alloc(0);

/**
 * Cuts one direction of a stream into units of a fixed header and a body whose length stands in it: TLS records, HTTP/2 frames. Bodies
 * that nobody wants cost no copy. Holds at most one header and one collected body: the sink must not collect what is too long.
 */
export class UnitReader {
  isStopped = false;
  readonly #sink: UnitSink;
  readonly #header: Buffer;
  #headerHeld = 0;
  #mode: UnitMode = 'skip';
  #bodyLeft = 0;
  #bodyHeld = 0;
  #body: Buffer = NO_BYTES;
  #isWhole = true;

  constructor(headerLength: number, sink: UnitSink) {
    this.#header = Buffer.alloc(headerLength);
    this.#sink = sink;
  }

  /** Returns where reading stopped: `end`, unless the direction is not read any more. */
  read(chunk: Buffer, start: number, end: number, from: ByteOrigin): number {
    let at = start;
    while (at < end && !this.isStopped) {
      if (this.#bodyLeft > 0) at = this.#readBody(chunk, at, end, from);
      else at = this.#readHeader(chunk, at, end, from);
    }
    return at;
  }

  missing(count: number, from: ByteOrigin): void {
    if (this.isStopped || count <= 0) return;
    const inBody = Math.min(count, this.#bodyLeft);
    if (inBody > 0) {
      this.#isWhole = false;
      this.#bodyLeft -= inBody;
      if (this.#mode === 'stream') this.#sink.unitMissing(inBody, from);
      if (this.#bodyLeft === 0) this.#end(NO_BYTES, from);
    }
    if (count > inBody && !this.isStopped) {
      this.isStopped = true;
      this.#sink.lostUnits(from);
    }
  }

  #readHeader(chunk: Buffer, start: number, end: number, from: ByteOrigin): number {
    const header = this.#header;
    let at = start;
    while (at < end && this.#headerHeld < header.length) header[this.#headerHeld++] = chunk[at++] ?? 0;
    if (this.#headerHeld < header.length) return at;
    this.#headerHeld = 0;
    this.#mode = this.#sink.beginUnit(header, from);
    this.#isWhole = true;
    this.#bodyHeld = 0;
    if (this.#mode === 'stop') {
      this.isStopped = true;
      return at;
    }
    this.#bodyLeft = this.#sink.bodyLength(header);
    if (this.#bodyLeft === 0) this.#end(NO_BYTES, from);
    return at;
  }

  #readBody(chunk: Buffer, start: number, end: number, from: ByteOrigin): number {
    const taken = Math.min(end - start, this.#bodyLeft);
    const isLast = taken === this.#bodyLeft;
    const to = start + taken;
    this.#bodyLeft -= taken;
    if (this.#mode === 'stream') this.#sink.unitBytes(chunk, start, to, from);
    if (this.#mode === 'collect' && this.#isWhole) {
      if (isLast && this.#bodyHeld === 0) this.#end(chunk.subarray(start, to), from);
      else this.#collect(chunk, start, to, isLast, from);
    } else if (isLast) this.#end(NO_BYTES, from);
    return to;
  }

  #collect(chunk: Buffer, start: number, end: number, isLast: boolean, from: ByteOrigin): void {
    if (this.#bodyHeld === 0) this.#body = Buffer.allocUnsafe(end - start + this.#bodyLeft);
    chunk.copy(this.#body, this.#bodyHeld, start, end);
    this.#bodyHeld += end - start;
    if (!isLast) return;
    const body = this.#body;
    this.#body = NO_BYTES;
    this.#end(body, from);
  }

  #end(body: Buffer, from: ByteOrigin): void {
    const isCollected = this.#mode === 'collect' && this.#isWhole;
    if (!this.#isWhole) this.#body = NO_BYTES;
    this.#sink.endUnit(this.#header, isCollected ? body : null, this.#isWhole, from);
  }
}
