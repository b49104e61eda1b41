import { isUtf8 } from 'node:buffer';
import { type Frame, OPCODE } from '../../harness/wire/frame.ts';
import { intervalOf } from './send-every.ts';

const FIN = 0x80;
const RSV1 = 0x40;
const MASK = 0x80;
const MASK_BYTES = 4;
/** From here on four bytes at a time are faster than one. */
const WIDE = 128;

/**
 * Makes echoes of the ordinary messages at the beginning of a chunk, in the chunk's own memory: one unmasked frame for each whole, masked, unfragmented
 * message, from its first byte on. It stops before whatever is not ordinary (an unfinished frame, a fragment, a control frame, anything wrong), which
 * is left as it came for a FrameReader.
 */
export class FrameEcho {
  /** Bytes of echoes at the beginning of the chunk. */
  length = 0;
  /** How many messages they are. */
  messages = 0;
  /** Where what was not read begins. */
  at = 0;
  /** A whole text frame before `at` that is not to be echoed: it is no UTF-8, or asks for something. Null: there is none. */
  special: Frame | null = null;

  /** `allowRsv1`: RSV1 says that a message is compressed; it is echoed as it is. */
  read(bytes: Buffer, allowRsv1: boolean): void {
    this.length = 0;
    this.messages = 0;
    this.at = 0;
    this.special = null;
    while (this.special === null && this.#readFrame(bytes, allowRsv1));
  }

  /** False when there is no ordinary frame. */
  #readFrame(bytes: Buffer, allowRsv1: boolean): boolean {
    const { at } = this;
    if (bytes.length - at < 2 + MASK_BYTES) return false;
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const opcode = first & ~RSV1;
    if ((opcode !== (FIN | OPCODE.text) && opcode !== (FIN | OPCODE.binary)) || (first !== opcode && !allowRsv1)) return false;
    let length = second - MASK;
    if (length < 0 || length === 127) return false;
    let head = 2;
    if (length === 126) {
      head = 4;
      length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
      if (length < 126) return false;
    }
    const from = at + head + MASK_BYTES;
    if (from + length > bytes.length) return false;
    const to = this.length + head;
    if (head === 4) {
      bytes[this.length + 2] = length >> 8;
      bytes[this.length + 3] = length & 0xff;
    }
    unmask(bytes, from, to, length);
    this.at = from + length;
    // Text is looked at, a compressed one is not (RFC 7692 section 6.2: UTF-8 is what it becomes).
    if (first === (FIN | OPCODE.text) && !isPlainText(bytes, to, length)) {
      const payload = Buffer.from(bytes.subarray(to, to + length));
      this.special = { kind: 'frame', opcode: OPCODE.text, fin: true, rsv1: false, masked: true, payload };
      return false;
    }
    bytes[this.length] = first;
    bytes[this.length + 1] = head === 2 ? length : 126;
    this.length = to + length;
    this.messages += 1;
    return true;
  }
}

/** A request to the origin begins with this letter. */
const H = 0x68;

function isPlainText(bytes: Buffer, from: number, length: number): boolean {
  const text = bytes.subarray(from, from + length);
  return isUtf8(text) && (text[0] !== H || intervalOf(text) === null);
}

/** The echo has no key, so it lies at least four bytes before what it is made of, and bytes are read before they are overwritten. */
function unmask(bytes: Buffer, from: number, to: number, length: number): void {
  const key = from - MASK_BYTES;
  const [a, b, c, d] = [bytes[key] ?? 0, bytes[key + 1] ?? 0, bytes[key + 2] ?? 0, bytes[key + 3] ?? 0];
  let index = 0;
  if (length >= WIDE) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const wide = (a << 24) | (b << 16) | (c << 8) | d;
    for (; index + 4 <= length; index += 4) view.setInt32(to + index, view.getInt32(from + index) ^ wide);
  }
  for (; index < length; index += 1) {
    const one = index & 3;
    bytes[to + index] = (bytes[from + index] ?? 0) ^ (one === 0 ? a : one === 1 ? b : one === 2 ? c : d);
  }
}
