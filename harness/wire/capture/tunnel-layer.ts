import { readEthernet, readEtherType, readMpls, readPpp } from './ether-layer.ts';
import { u16 } from './integers.ts';
import { ETHER_IPV4, ETHER_IPV6, type PacketCursor } from './packet-cursor.ts';
import { ipProtocolName } from './protocol-names.ts';

const ICMP = 1;
const IP_IN_IP = 4;
const TCP = 6;
const UDP = 17;
const IPV6_IN_IP = 41;
const GRE = 47;
const ICMP_V6 = 58;
const ETHER_IP = 97;
const MPLS_IN_IP = 137;
const ETHERNET_IN_IP = 143;

const VXLAN_PORT = 4789;
/** Of the Linux kernel before the port was assigned; Flannel still has it. */
const LINUX_VXLAN_PORT = 8472;
const GENEVE_PORT = 6081;

const ETHER_BRIDGED = 0x6558;
const ETHER_ERSPAN_2 = 0x88be;
const ETHER_PPP_IN_GRE = 0x880b;

/** What an IP packet that is not TCP carries: EtherType of an inner packet, as ether-layer.ts tells it, or NOTHING_NEXT. */
export function readTunnel(cursor: PacketCursor, protocol: number): number {
  switch (protocol) {
    case IP_IN_IP:
      return ETHER_IPV4;
    case IPV6_IN_IP:
      return ETHER_IPV6;
    case UDP:
      return readUdp(cursor);
    case GRE:
      return readGre(cursor);
    case ETHER_IP:
      // RFC 3378: a version in front.
      cursor.at += 2;
      return readEthernet(cursor);
    case ETHERNET_IN_IP:
      return readEthernet(cursor);
    case MPLS_IN_IP:
      return readMpls(cursor);
    default:
      return cursor.stop(ipProtocolName(protocol));
  }
}

function readUdp(cursor: PacketCursor): number {
  const { bytes, at } = cursor;
  const port = cursor.left < 16 ? 0 : u16(bytes, at + 2);
  const length = u16(bytes, at + 4);
  if (port !== VXLAN_PORT && port !== LINUX_VXLAN_PORT && port !== GENEVE_PORT) return cursor.stop('UDP');
  if (length >= 8) cursor.limit(at + length);
  cursor.at += 8;
  return port === GENEVE_PORT ? readGeneve(cursor) : readVxlan(cursor);
}

/** RFC 7348 section 5: the flag that the network identifier is valid, and nothing else. */
function readVxlan(cursor: PacketCursor): number {
  if (cursor.bytes[cursor.at] !== 0x08) return cursor.stop('UDP');
  cursor.at += 8;
  return readEthernet(cursor);
}

/** RFC 8926 section 3.4. */
function readGeneve(cursor: PacketCursor): number {
  const first = cursor.bytes[cursor.at] ?? 0;
  const type = u16(cursor.bytes, cursor.at + 2);
  if (first >>> 6 !== 0) return cursor.stop('UDP');
  cursor.at += 8 + (first & 0x3f) * 4;
  return type === ETHER_BRIDGED ? readEthernet(cursor) : readEtherType(cursor, type);
}

/** RFC 2784 with the fields of RFC 2890, and version 1 (RFC 2637) for PPP. */
function readGre(cursor: PacketCursor): number {
  if (cursor.left < 4) return cursor.stop('GRE');
  const flags = u16(cursor.bytes, cursor.at);
  const type = u16(cursor.bytes, cursor.at + 2);
  const version = flags & 7;
  const hasRouting = (flags & 0x4000) !== 0;
  const hasSequence = (flags & 0x1000) !== 0;
  if (version > 1 || hasRouting) return cursor.stop('GRE');
  cursor.at += 4;
  if ((flags & 0x8000) !== 0) cursor.at += 4;
  if ((flags & 0x2000) !== 0) cursor.at += 4;
  if (hasSequence) cursor.at += 4;
  if (version === 1 && (flags & 0x0080) !== 0) cursor.at += 4;
  if (type === ETHER_PPP_IN_GRE) return readPpp(cursor);
  if (type === ETHER_BRIDGED) return readEthernet(cursor);
  if (type !== ETHER_ERSPAN_2) return readEtherType(cursor, type);
  // Only type II has a header, and only it numbers its packets.
  if (hasSequence) cursor.at += 8;
  return readEthernet(cursor);
}

const isIcmpError = (type: number): boolean => type === 3 || type === 4 || type === 5 || type === 11 || type === 12;

/** Whether an ICMP error quotes a TCP packet. The cursor stands at the ICMP header. */
export function quotesTcp(cursor: PacketCursor, protocol: number): boolean {
  const { bytes, at, left } = cursor;
  const type = bytes[at] ?? 0;
  if (protocol === ICMP) return left >= 28 && isIcmpError(type) && (bytes[at + 8] ?? 0) >>> 4 === 4 && bytes[at + 17] === TCP;
  return protocol === ICMP_V6 && left >= 48 && type >= 1 && type <= 4 && bytes[at + 14] === TCP;
}
