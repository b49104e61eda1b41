import { applyMask, type Frame, type FrameError, isControl, MAX_CONTROL_PAYLOAD } from './frame.ts';

/** `expectMasked` true: a server reads, false: a client reads (RFC 6455 section 5.1); null: either is fine. */
export interface FrameReaderOptions {
  readonly expectMasked?: boolean | null;
  /** Accept RSV1, as permessage-deflate sets it. */
  readonly allowRsv1?: boolean;
  /** Longest payload in bytes; 16 MiB when absent. */
  readonly maxPayload?: number;
}

interface Layout {
  readonly headerLength: number;
  readonly payloadLength: number;
}

const MAX_PAYLOAD = 16 * 1024 * 1024;
const broken = (reason: string, closeCode = 1002): FrameError => ({ kind: 'error', reason, closeCode });

/** Cuts a byte stream into frames, however it is chunked. After an error it reads nothing more. */
export class FrameReader {
  readonly #expectMasked: boolean | null;
  readonly #allowRsv1: boolean;
  readonly #maxPayload: number;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes that must be there before reading is tried again. */
  #needed = 2;
  #isBroken = false;

  constructor({ expectMasked = null, allowRsv1 = false, maxPayload = MAX_PAYLOAD }: FrameReaderOptions = {}) {
    this.#expectMasked = expectMasked;
    this.#allowRsv1 = allowRsv1;
    this.#maxPayload = maxPayload;
  }

  /** Whether bytes of an unfinished frame are held. */
  get isMidFrame(): boolean {
    return this.#size > 0;
  }

  /** The frames that this chunk completes, in order; an error comes last. Payloads of unmasked frames share the chunk's memory. */
  push(chunk: Buffer): readonly (Frame | FrameError)[] {
    if (this.#isBroken || chunk.length === 0) return [];
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return [];
    const bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#size);
    const read: (Frame | FrameError)[] = [];
    let at = 0;
    for (;;) {
      const step = this.#readFrame(bytes, at);
      if (typeof step === 'number') {
        this.#needed = step;
        break;
      }
      read.push(step.frame);
      if (step.frame.kind === 'error') {
        this.#isBroken = true;
        at = bytes.length;
        break;
      }
      at = step.end;
    }
    this.#chunks = at === bytes.length ? [] : [bytes.subarray(at)];
    this.#size = bytes.length - at;
    return read;
  }

  /** The frame that starts at `at`, or how many bytes it takes to go on. */
  #readFrame(bytes: Buffer, at: number): number | { readonly frame: Frame | FrameError; readonly end: number } {
    if (bytes.length - at < 2) return 2;
    const first = bytes[at] ?? 0;
    const isMasked = ((bytes[at + 1] ?? 0) & 0x80) !== 0;
    const fault = this.#faultOf(first, bytes[at + 1] ?? 0);
    if (fault !== null) return { frame: fault, end: bytes.length };
    const layout = this.#layoutOf(bytes, at, isMasked);
    if (typeof layout === 'number') return layout;
    if ('kind' in layout) return { frame: layout, end: bytes.length };
    const start = at + layout.headerLength;
    const end = start + layout.payloadLength;
    if (bytes.length < end) return layout.headerLength + layout.payloadLength;
    let payload = bytes.subarray(start, end);
    if (isMasked) {
      payload = Buffer.from(payload);
      applyMask(payload, 0, bytes.subarray(start - 4, start));
    }
    const frame: Frame = { kind: 'frame', opcode: first & 0x0f, fin: first >= 0x80, rsv1: (first & 0x40) !== 0, masked: isMasked, payload };
    return { frame, end };
  }

  #faultOf(first: number, second: number): FrameError | null {
    const opcode = first & 0x0f;
    if ((first & 0x30) !== 0 || ((first & 0x40) !== 0 && !this.#allowRsv1)) return broken('a reserved bit is set');
    if ((opcode > 2 && opcode < 8) || opcode > 10) return broken(`reserved opcode ${opcode}`);
    if (isControl(opcode) && first < 0x80) return broken('a fragmented control frame');
    if (isControl(opcode) && (second & 0x7f) > MAX_CONTROL_PAYLOAD) return broken('a control frame over 125 bytes');
    const isMasked = second >= 0x80;
    if (this.#expectMasked !== null && isMasked !== this.#expectMasked)
      return broken(isMasked ? 'a masked frame from a server' : 'an unmasked frame from a client');
    return null;
  }

  #layoutOf(bytes: Buffer, at: number, isMasked: boolean): Layout | number | FrameError {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const maskLength = isMasked ? 4 : 0;
    if (short < 126) return { headerLength: 2 + maskLength, payloadLength: short };
    const lengthBytes = short === 126 ? 2 : 8;
    if (bytes.length - at < 2 + lengthBytes) return 2 + lengthBytes;
    const long = lengthBytes === 2 ? BigInt(bytes.readUInt16BE(at + 2)) : bytes.readBigUInt64BE(at + 2);
    if (long < (lengthBytes === 2 ? 126n : 65_536n)) return broken('a length that is not in its shortest form');
    if (long > BigInt(this.#maxPayload)) return broken(`a frame of ${long} bytes, over the limit of ${this.#maxPayload}`, 1009);
    return { headerLength: 2 + lengthBytes + maskLength, payloadLength: Number(long) };
  }
}
