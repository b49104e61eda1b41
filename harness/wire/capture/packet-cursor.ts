/** What the header before says that comes next. */
export const ETHER_IPV4 = 0x0800;
export const ETHER_IPV6 = 0x86dd;
/** Not an EtherType: the packet holds nothing that is read here, and `PacketCursor.what` says what it is. */
export const NOTHING_NEXT = -1;

/** Where the decoder stands in a packet. There is one, moved from header to header; at an inner packet of a tunnel it simply goes on. */
export class PacketCursor {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  /** End of what was captured. */
  end = 0;
  /** Where the packet ended on the wire; at or beyond `end`. */
  wireEnd = 0;
  /** What the packet is, once the next header is NOTHING_NEXT. */
  what = '';
  timeNs = 0;
  /** As in TcpSegment. */
  outgoing = -1;
  interfaceId = 0;

  /** Captured bytes from here on. */
  get left(): number {
    return this.end - this.at;
  }

  stop(what: string): -1 {
    this.what = what;
    return NOTHING_NEXT;
  }

  /** What follows, padding and check sequences, is no part of the packet. A packet that claims to be longer than its frame is not believed. */
  limit(wireEnd: number): void {
    if (wireEnd < this.wireEnd) this.wireEnd = wireEnd;
    if (wireEnd < this.end) this.end = wireEnd;
  }
}
