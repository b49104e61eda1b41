import type { TcpSegment } from './tcp-segment.ts';

/** Option kinds: RFC 9293 section 3.1, RFC 7323 (window scale, timestamps), RFC 2018 (SACK). */
const END_OF_LIST = 0;
const NO_OPERATION = 1;
const MSS = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const TIMESTAMPS = 8;

/** Edges of the four SACK blocks that fit into 40 bytes of options. */
const MAX_EDGES = 8;

const word = (bytes: Buffer, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);

/**
 * TCP options of one segment. There is one of these for a whole capture, filled again by every `read`: copy what is to be kept. An option of a wrong
 * length is passed over; when several are of one kind the last one counts.
 */
export class TcpOptions {
  /** Maximum segment size in bytes; -1 when the option is not there. */
  mss = -1;
  /** Shift count as in the header, not limited to 14 (RFC 7323 section 2.3 tells receivers to); -1 when not there. */
  windowScale = -1;
  sackPermitted = false;
  hasTimestamps = false;
  /** Signed 32 bits, as sequence numbers. */
  tsVal = 0;
  tsEcr = 0;
  /** SACK blocks: block n is `sackEdges[2 * n]` (left, included) to `sackEdges[2 * n + 1]` (right, not included). */
  sackCount = 0;
  sackEdges = new Int32Array(MAX_EDGES);

  /** Never reads outside of the captured options; nothing is read when the snapshot cut the header. */
  read(segment: TcpSegment): void {
    this.#clear();
    if (segment.isHeaderCut) return;
    const bytes = segment.bytes;
    const end = Math.min(segment.optionsEnd, bytes.length);
    let at = segment.optionsStart;
    if (at < end && this.#readPaddedTimestamps(bytes, at, end)) return;
    while (at < end) {
      const kind = bytes[at] ?? END_OF_LIST;
      if (kind === END_OF_LIST) return;
      if (kind === NO_OPERATION) {
        at += 1;
        continue;
      }
      if (at + 1 >= end) return;
      const length = bytes[at + 1] ?? 0;
      if (length < 2 || at + length > end) return;
      this.#take(kind, length, bytes, at + 2);
      at += length;
    }
  }

  /** Nearly every segment carries just this (RFC 7323 appendix A): two NOPs and timestamps. */
  #readPaddedTimestamps(bytes: Buffer, at: number, end: number): boolean {
    if (end - at !== 12 || bytes[at] !== NO_OPERATION || bytes[at + 1] !== NO_OPERATION) return false;
    if (bytes[at + 2] !== TIMESTAMPS || bytes[at + 3] !== 10) return false;
    this.hasTimestamps = true;
    this.tsVal = word(bytes, at + 4);
    this.tsEcr = word(bytes, at + 8);
    return true;
  }

  #clear(): void {
    this.mss = -1;
    this.windowScale = -1;
    this.sackPermitted = false;
    this.hasTimestamps = false;
    this.tsVal = 0;
    this.tsEcr = 0;
    this.sackCount = 0;
  }

  #take(kind: number, length: number, bytes: Buffer, at: number): void {
    if (kind === TIMESTAMPS && length === 10) {
      this.hasTimestamps = true;
      this.tsVal = word(bytes, at);
      this.tsEcr = word(bytes, at + 4);
    } else if (kind === SACK && length > 2 && (length - 2) % 8 === 0) {
      this.#takeSack(length - 2, bytes, at);
    } else if (kind === MSS && length === 4) {
      this.mss = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    } else if (kind === WINDOW_SCALE && length === 3) {
      this.windowScale = bytes[at] ?? 0;
    } else if (kind === SACK_PERMITTED && length === 2) {
      this.sackPermitted = true;
    }
  }

  #takeSack(length: number, bytes: Buffer, at: number): void {
    const edges = Math.min(length / 4, MAX_EDGES);
    for (let n = 0; n < edges; n += 1) this.sackEdges[n] = word(bytes, at + 4 * n);
    this.sackCount = edges / 2;
  }
}

/**
 * Shift count of the window scale option, the last if there are several; -1 when there is none. Reads also what was captured of a cut header, as
 * Wireshark does for its labels. Cheap enough for every segment.
 */
export const windowScaleOf = (segment: TcpSegment): number => {
  const bytes = segment.bytes;
  let at = segment.optionsStart;
  const end = Math.min(segment.optionsEnd, bytes.length);
  if (end - at < 3) return -1;
  if (end - at === 12 && bytes[at + 2] === TIMESTAMPS && bytes[at] === NO_OPERATION && bytes[at + 1] === NO_OPERATION) return -1;
  let scale = -1;
  while (at + 2 < end) {
    const kind = bytes[at];
    if (kind === END_OF_LIST) break;
    const length = kind === NO_OPERATION ? 1 : (bytes[at + 1] ?? 0);
    if (kind === WINDOW_SCALE && length === 3) scale = bytes[at + 2] ?? 0;
    if (length === 0 || (length === 1 && kind !== NO_OPERATION)) break;
    at += length;
  }
  return scale;
};
