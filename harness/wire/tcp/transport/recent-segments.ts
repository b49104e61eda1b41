import { TCP_FIN, TCP_SYN, type TcpSegment } from '../tcp-segment.ts';

/** A packet that is seen twice on one interface (a mirrored port) comes within the time that two copies take. */
const SAME_PLACE_NS = 1e6;
/** On its way through a router or bridge it may wait in a queue in between; its IP identification tells it from a packet sent again. */
const OTHER_PLACE_NS = 100e6;
/** No sender can learn so soon that something was lost, and send it again. */
const SAME_INSTANT_NS = 10e3;
const NO_SLOTS = new Float64Array(0);
const FIRST_SLOTS = 4;
const MOST_SLOTS = 64;

const SEQ = 0;
const ACK = 1;
const LENGTH_AND_FLAGS = 2;
const IP_ID = 3;
const TTL = 4;
const TIME = 5;
const PLACE = 6;
const PAYLOAD = 7;
const WIDTH = 8;
/** Not a 32-bit word, so no payload begins with it. */
const TOO_SHORT = -(2 ** 40);

/**
 * The last segments of one direction, to find those that were captured a second time (`tcpdump -i any` in a router, a mirrored port). A segment
 * sent again is another packet and has another IP identification; where there is none (IPv6, or 0 in IPv4) the copy must have passed a router, with
 * a lower TTL, or have been seen on another interface, or at the same instant. It starts small and grows while it is outrun.
 */
export class RecentSegments {
  #slots = NO_SLOTS;
  /** Where the next one goes. */
  #at = 0;
  /** Copies with a lower TTL: the capture was taken where packets pass through. */
  forwarded = 0;

  /** Starts anew with little memory. */
  release(): void {
    this.#slots = NO_SLOTS;
    this.#at = 0;
  }

  /** `hasCopies`: there are others in the stream. */
  isCopy(segment: TcpSegment, hasCopies: boolean): boolean {
    const slots = this.#slots;
    const size = slots.length;
    const seq = segment.seq;
    for (let back = WIDTH; back <= size; back += WIDTH) {
      let at = this.#at - back;
      if (at < 0) at += size;
      if (slots[at + SEQ] === seq && slots[at + ACK] === segment.ack && this.#isSame(segment, at, hasCopies)) return true;
    }
    return false;
  }

  add(segment: TcpSegment): void {
    let slots = this.#slots;
    let at = this.#at;
    if (slots.length < MOST_SLOTS * WIDTH && (slots.length === 0 || this.#isOutrun(segment.timeNs))) {
      slots = this.#grow();
      at = this.#at;
    }
    slots[at] = segment.seq;
    slots[at + ACK] = segment.ack;
    slots[at + LENGTH_AND_FLAGS] = segment.length * 256 + segment.flags;
    slots[at + IP_ID] = segment.ipId;
    slots[at + TTL] = segment.ttl;
    slots[at + TIME] = segment.timeNs;
    slots[at + PLACE] = segment.interfaceId * 4 + segment.outgoing;
    slots[at + PAYLOAD] = payloadStart(segment);
    at += WIDTH;
    this.#at = at === slots.length ? 0 : at;
  }

  #isSame(segment: TcpSegment, at: number, hasCopies: boolean): boolean {
    const slots = this.#slots;
    const isOlder = segment.ttl <= (slots[at + TTL] ?? 0);
    if (!isOlder || slots[at + LENGTH_AND_FLAGS] !== segment.length * 256 + segment.flags || slots[at + IP_ID] !== segment.ipId)
      return false;
    const before = slots[at + PAYLOAD];
    const after = payloadStart(segment);
    if (before !== after && before !== TOO_SHORT && after !== TOO_SHORT) return false;
    const isForwarded = segment.ttl < (slots[at + TTL] ?? 0);
    const isElsewhere = isForwarded || slots[at + PLACE] !== segment.interfaceId * 4 + segment.outgoing;
    const ageNs = Math.abs(segment.timeNs - (slots[at + TIME] ?? 0));
    const isCopy = ageNs <= longestApart(segment, isElsewhere, hasCopies);
    if (isCopy && isForwarded) this.forwarded += 1;
    return isCopy;
  }

  /** The one that would be forgotten may still have a copy to come. */
  #isOutrun(nowNs: number): boolean {
    return this.#slots[this.#at + TTL] !== 0 && nowNs - (this.#slots[this.#at + TIME] ?? 0) < OTHER_PLACE_NS;
  }

  /** Puts the oldest first, so that the next free place follows the newest. */
  #grow(): Float64Array<ArrayBuffer> {
    const old = this.#slots;
    const slots = new Float64Array(Math.max(FIRST_SLOTS * WIDTH, old.length * 2));
    slots.set(old.subarray(this.#at), 0);
    slots.set(old.subarray(0, this.#at), old.length - this.#at);
    this.#slots = slots;
    this.#at = old.length;
    return slots;
  }
}

/** How far apart two copies may lie, in nanoseconds. Negative: it is none. */
const longestApart = (segment: TcpSegment, isElsewhere: boolean, hasCopies: boolean): number => {
  if (segment.ipId > 0) return isElsewhere ? OTHER_PLACE_NS : SAME_PLACE_NS;
  if (isElsewhere) return SAME_PLACE_NS;
  const takesSpace = segment.length > 0 || (segment.flags & (TCP_SYN | TCP_FIN)) !== 0;
  // Several duplicate ACKs may be sent at once.
  return takesSpace || hasCopies ? SAME_INSTANT_NS : -1;
};

/** Snapshots of two interfaces may cut a payload at different places, but not before its first word. */
const payloadStart = (segment: TcpSegment): number => {
  const at = segment.payloadStart;
  if (segment.payloadEnd - at < 4) return TOO_SHORT;
  const bytes = segment.bytes;
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
};
