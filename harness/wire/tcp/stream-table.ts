import type { StreamDirection } from './label.ts';
import type { StreamLabels } from './stream-labels.ts';
import { connectionHash, StreamRows } from './stream-rows.ts';
import { TCP_ACK, TCP_SYN, type TcpSegment } from './tcp-segment.ts';

const FIRST_SLOTS = 1024;

/**
 * Finds the connection that a segment belongs to, as Wireshark numbers them (`tcp.stream`): both directions of two addresses and ports, whatever
 * interface or VLAN they came from; a SYN with another initial sequence number starts a new connection. Made for millions of connections.
 */
export class StreamTable<S extends { readonly labels: StreamLabels }> {
  /** In order of appearance. */
  readonly streams: S[] = [];
  /** Of the segment that was looked up last: 0 when it went the way of its stream's first packet. */
  direction: StreamDirection = 0;
  readonly #make: (index: number, segment: TcpSegment) => S;
  /** Row n is of stream n. */
  readonly #rows = new StreamRows();
  /** Hash table with linear probing, at most half full: index of the latest stream of these addresses + 1; 0 is free. */
  #slots = new Int32Array(FIRST_SLOTS);
  #usedSlots = 0;
  #last: S | undefined = undefined;
  #lastIndex = -1;
  readonly #seed = Math.trunc(Math.random() * 0x7fffffff) | 1;

  /** `make` is called with the number of the new stream and its first segment. */
  constructor(make: (index: number, segment: TcpSegment) => S) {
    this.#make = make;
  }

  /** Call it once for each segment, and give the segment to the labels of what it returns before the next one. */
  find(segment: TcpSegment): S {
    let stream = this.#last;
    const way = stream === undefined ? -1 : this.#rows.directionIn(this.#lastIndex, segment);
    if (way >= 0) this.direction = way as StreamDirection;
    else stream = this.#lookUp(segment);
    if (stream === undefined) return this.#start(segment, connectionHash(segment, this.#seed));
    if ((segment.flags & (TCP_SYN | TCP_ACK)) !== TCP_SYN || !stream.labels.startsAnew(segment.seq, this.direction)) return stream;
    const renewed = this.#start(segment, connectionHash(segment, this.#seed));
    renewed.labels.markReused();
    return renewed;
  }

  /** Sets the direction and what is remembered as last. */
  #lookUp(segment: TcpSegment): S | undefined {
    const slot = this.#slotOf(segment, connectionHash(segment, this.#seed));
    const index = (this.#slots[slot] ?? 0) - 1;
    if (index < 0) return undefined;
    this.#lastIndex = index;
    this.#last = this.streams[index];
    return this.#last;
  }

  /** The slot that has these addresses, or the free one where they belong. */
  #slotOf(segment: TcpSegment, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const index = (slots[slot] ?? 0) - 1;
      if (index < 0) return slot;
      const way = this.#rows.directionIn(index, segment);
      if (way >= 0) {
        this.direction = way as StreamDirection;
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  #start(segment: TcpSegment, hash: number): S {
    const slot = this.#slotOf(segment, hash);
    if (this.#slots[slot] === 0) this.#usedSlots += 1;
    const index = this.#rows.add(segment, hash);
    this.#slots[slot] = index + 1;
    if (this.#usedSlots * 2 > this.#slots.length) this.#grow();
    const stream = this.#make(index, segment);
    this.streams.push(stream);
    this.direction = 0;
    this.#last = stream;
    this.#lastIndex = index;
    return stream;
  }

  #grow(): void {
    const old = this.#slots;
    const larger = new Int32Array(old.length * 2);
    const mask = larger.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      let slot = this.#rows.hashOf(entry - 1) & mask;
      while (larger[slot] !== 0) slot = (slot + 1) & mask;
      larger[slot] = entry;
    }
    this.#slots = larger;
  }
}
