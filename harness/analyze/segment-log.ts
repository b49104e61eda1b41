import type { StreamDirection } from '../wire/tcp/label.ts';
import type { TcpSegment } from '../wire/tcp/tcp-segment.ts';

/** How many more segments the logs of one command may take. Beyond it legs are compared by what was logged until then. */
export interface SegmentBudget {
  left: number;
}

/** At 45 bytes each, 180 MB. */
export const newSegmentBudget = (left = 4_000_000): SegmentBudget => ({ left });

const FIRST_CAPACITY = 32;

/**
 * Headers of one stream's segments, in order of capture: what it takes to recognise the same packet in the capture of the other end.
 * Kept only when several captures are compared.
 */
export class SegmentLog {
  length = 0;
  timeNs = new Float64Array(FIRST_CAPACITY);
  frame = new Uint32Array(FIRST_CAPACITY);
  seq = new Int32Array(FIRST_CAPACITY);
  ack = new Int32Array(FIRST_CAPACITY);
  payloadBytes = new Int32Array(FIRST_CAPACITY);
  /** IPv4 identification, or -1. */
  ipId = new Int32Array(FIRST_CAPACITY);
  /** A number over the fields that no device on the way changes; tells segments of equal range apart. */
  mark = new Int32Array(FIRST_CAPACITY);
  flags = new Uint8Array(FIRST_CAPACITY);
  direction = new Uint8Array(FIRST_CAPACITY);
  readonly #budget: SegmentBudget;

  constructor(budget: SegmentBudget) {
    this.#budget = budget;
  }

  add(segment: TcpSegment, direction: StreamDirection): void {
    if (this.#budget.left === 0) return;
    this.#budget.left -= 1;
    if (this.length === this.timeNs.length) this.#grow();
    const at = this.length;
    this.length = at + 1;
    this.timeNs[at] = segment.timeNs;
    this.frame[at] = segment.frame;
    this.seq[at] = segment.seq;
    this.ack[at] = segment.ack;
    this.payloadBytes[at] = segment.length;
    this.ipId[at] = segment.ipId;
    this.mark[at] = markOf(segment);
    this.flags[at] = segment.flags;
    this.direction[at] = direction;
  }

  #grow(): void {
    const capacity = this.timeNs.length * 2;
    this.timeNs = grown(this.timeNs, new Float64Array(capacity));
    this.frame = grown(this.frame, new Uint32Array(capacity));
    this.seq = grown(this.seq, new Int32Array(capacity));
    this.ack = grown(this.ack, new Int32Array(capacity));
    this.payloadBytes = grown(this.payloadBytes, new Int32Array(capacity));
    this.ipId = grown(this.ipId, new Int32Array(capacity));
    this.mark = grown(this.mark, new Int32Array(capacity));
    this.flags = grown(this.flags, new Uint8Array(capacity));
    this.direction = grown(this.direction, new Uint8Array(capacity));
  }
}

function grown<T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Over the window and the TCP options (timestamps, SACK blocks), as far as they were captured in full. */
function markOf(segment: TcpSegment): number {
  let mark = segment.window;
  if (segment.isHeaderCut) return mark;
  for (let at = segment.optionsStart; at < segment.optionsEnd; at += 1) mark = (Math.imul(mark, 31) + (segment.bytes[at] ?? 0)) | 0;
  return mark;
}
