import type { TcpSegment } from '../tcp/tcp-segment.ts';
import type { CapturedPacket } from './captured-packet.ts';
import { readEthernet } from './ether-layer.ts';
import { FragmentTable } from './fragment-table.ts';
import { readIpv4, readIpv6 } from './ip-layer.ts';
import { readLink } from './link-layer.ts';
import { ETHER_IPV4, PacketCursor } from './packet-cursor.ts';
import { readTcp } from './tcp-layer.ts';
import { quotesTcp, readTunnel } from './tunnel-layer.ts';

const LINK_ETHERNET = 1;
const TCP = 6;
/** IP packets inside one another; tunnels in the wild have three. */
const MAX_NESTING = 16;
const MAX_NAMES = 200;
const OTHERS = 'others';

/**
 * Finds the TCP segment in a packet: through link headers, VLAN tags, tunnels and IP fragments, to the innermost. Any bytes at all may come.
 * Nothing is allocated for a packet that is TCP and whole.
 */
export class PacketDecoder {
  /** What was not analysed, by name: `UDP`, `ARP`, `link type 147`, `malformed IPv4`, `TCP header cut` ... */
  readonly notTcp = new Map<string, number>();
  /** Packets that a snapshot length cut. */
  cutPackets = 0;
  /** TCP headers quoted in ICMP errors. Wireshark numbers a stream for each; here they are no segments. */
  tcpQuotedInIcmp = 0;
  readonly #cursor = new PacketCursor();
  readonly #fragments = new FragmentTable();

  /** Fills `segment`, and returns true, when the packet holds a TCP segment that is to be analysed; else `segment` holds nothing of use. */
  decode(packet: CapturedPacket, segment: TcpSegment): boolean {
    const cursor = this.#cursor;
    const { start, end, originalLength } = packet;
    const captured = end - start;
    if (captured < originalLength) this.cutPackets += 1;
    cursor.bytes = packet.bytes;
    cursor.at = start;
    cursor.end = end;
    cursor.wireEnd = start + (originalLength > captured ? originalLength : captured);
    cursor.timeNs = packet.timeNs;
    cursor.outgoing = -1;
    cursor.interfaceId = packet.interfaceId;
    segment.frame = packet.number;
    segment.timeNs = packet.timeNs;
    const next = packet.linkType === LINK_ETHERNET ? readEthernet(cursor) : readLink(cursor, packet.linkType);
    return this.#decodeNetwork(cursor, segment, next);
  }

  #decodeNetwork(cursor: PacketCursor, segment: TcpSegment, etherType: number): boolean {
    let next = etherType;
    for (let nesting = 0; nesting < MAX_NESTING; nesting += 1) {
      if (next < 0) return this.#count(cursor.what);
      const protocol = next === ETHER_IPV4 ? readIpv4(cursor, segment, this.#fragments) : readIpv6(cursor, segment, this.#fragments);
      if (protocol === TCP) {
        const fault = readTcp(cursor, segment);
        return fault === null || this.#count(fault);
      }
      if (protocol < 0) return this.#count(cursor.what);
      if (quotesTcp(cursor, protocol)) this.tcpQuotedInIcmp += 1;
      next = readTunnel(cursor, protocol);
    }
    return this.#count('tunnels inside tunnels');
  }

  #count(what: string): false {
    const count = this.notTcp.get(what);
    if (count !== undefined || this.notTcp.size < MAX_NAMES) this.notTcp.set(what, (count ?? 0) + 1);
    else this.notTcp.set(OTHERS, (this.notTcp.get(OTHERS) ?? 0) + 1);
    return false;
  }
}
