import type { TcpSegment } from '../tcp/tcp-segment.ts';
import type { ByteBudget } from './content-budget.ts';

/** A segment that came early, or what is needed of one. Captured payload is `bytes[start, end)`, of `length` bytes on the wire. */
export interface HeldSegment {
  readonly seq: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly length: number;
  readonly frame: number;
  readonly timeNs: number;
}

/** For one direction; windows of long paths are a few megabytes. */
const MAX_SEGMENTS = 4096;
const MAX_BYTES = 4 * 1024 * 1024;
/** What an object costs beside its bytes. */
const OVERHEAD = 200;

/** Early segments of one direction by sequence number. They may overlap. */
export class SegmentShelf {
  readonly #budget: ByteBudget;
  #held: HeldSegment[] = [];
  /** Those before it are taken already. */
  #firstIndex = 0;
  #bytes = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  get isEmpty(): boolean {
    return this.#firstIndex === this.#held.length;
  }

  get first(): HeldSegment | undefined {
    return this.#held[this.#firstIndex];
  }

  /** 0 when there is none. */
  get firstSeq(): number {
    return this.first?.seq ?? 0;
  }

  /** Copies a segment; false when there is no room for it. */
  hold(seq: number, { bytes, payloadStart, payloadEnd, length, frame, timeNs }: TcpSegment): boolean {
    const place = this.#placeOf(seq);
    const before = this.#held[place - 1];
    if (place > this.#firstIndex && before?.seq === seq && before.length >= length) return true;
    const captured = Math.max(0, Math.min(payloadEnd - payloadStart, length));
    const cost = captured + OVERHEAD;
    if (this.#held.length - this.#firstIndex >= MAX_SEGMENTS || this.#bytes + cost > MAX_BYTES || !this.#budget.take(cost)) return false;
    this.#bytes += cost;
    const copy = Buffer.from(bytes.subarray(payloadStart, payloadStart + captured));
    const segment: HeldSegment = { seq, bytes: copy, start: 0, end: captured, length, frame, timeNs };
    if (place === this.#held.length) this.#held.push(segment);
    else this.#held.splice(place, 0, segment);
    return true;
  }

  /** Only when there is one. */
  takeFirst(): HeldSegment {
    const first = this.#held[this.#firstIndex] as HeldSegment;
    this.#firstIndex += 1;
    this.#release(first.end + OVERHEAD);
    if (this.isEmpty || this.#firstIndex >= MAX_SEGMENTS) {
      this.#held = this.#held.slice(this.#firstIndex);
      this.#firstIndex = 0;
    }
    return first;
  }

  clear(): void {
    this.#held = [];
    this.#firstIndex = 0;
    this.#release(this.#bytes);
  }

  #release(cost: number): void {
    this.#bytes -= cost;
    this.#budget.give(cost);
  }

  /** Behind every segment that begins no later; from the end, where most belong. */
  #placeOf(seq: number): number {
    let place = this.#held.length;
    while (place > this.#firstIndex && (((this.#held[place - 1]?.seq ?? 0) - seq) | 0) > 0) place -= 1;
    return place;
  }
}
