import { readEthernet, readEtherType, readIpVersion, readPpp } from './ether-layer.ts';
import { u16, u16le, u32, u32le } from './integers.ts';
import { ETHER_IPV4, ETHER_IPV6, type PacketCursor } from './packet-cursor.ts';
import { linkTypeName } from './protocol-names.ts';

const CUT = 'link header cut';
const AF_INET = 2;
/** Linux, NetBSD and others, FreeBSD, Darwin. */
const AF_INET6: ReadonlySet<number> = new Set([10, 24, 28, 30]);
/** `PACKET_HOST`, `PACKET_BROADCAST`, `PACKET_MULTICAST` came in, `PACKET_OUTGOING` went out; `PACKET_OTHERHOST` is neither. */
const PACKET_OTHER_HOST = 3;
const PACKET_OUTGOING = 4;
const NFULA_PAYLOAD = 9;

/** Reads the header of this link type, and returns the EtherType of what follows, as the readers of ether-layer.ts do. */
export function readLink(cursor: PacketCursor, linkType: number): number {
  switch (linkType) {
    case 1:
      return readEthernet(cursor);
    case 0:
    case 108:
      return readLoopback(cursor);
    case 9:
      return readPpp(cursor);
    case 12:
    case 14:
    case 101:
      return readIpVersion(cursor);
    case 113:
      return readCooked(cursor);
    case 276:
      return readCooked2(cursor);
    case 228:
      return ETHER_IPV4;
    case 229:
      return ETHER_IPV6;
    case 239:
      return readNflog(cursor);
    default:
      return cursor.stop(linkTypeName(linkType));
  }
}

const byFamily = (cursor: PacketCursor, family: number): number => {
  if (family === AF_INET) return ETHER_IPV4;
  return AF_INET6.has(family) ? ETHER_IPV6 : cursor.stop(`address family ${family}`);
};

/** An address family in the order of the machine that captured (type 0) or of the network (108): the small number is meant. */
function readLoopback(cursor: PacketCursor): number {
  if (cursor.left < 4) return cursor.stop(CUT);
  const family = Math.min(u32(cursor.bytes, cursor.at), u32le(cursor.bytes, cursor.at));
  cursor.at += 4;
  return byFamily(cursor, family);
}

const wentOut = (packetType: number): number => {
  if (packetType === PACKET_OUTGOING) return 1;
  return packetType < PACKET_OTHER_HOST ? 0 : -1;
};

/** LINKTYPE_LINUX_SLL. */
function readCooked(cursor: PacketCursor): number {
  if (cursor.left < 16) return cursor.stop(CUT);
  cursor.outgoing = wentOut(u16(cursor.bytes, cursor.at));
  cursor.at += 16;
  return readEtherType(cursor, u16(cursor.bytes, cursor.at - 2));
}

/** LINKTYPE_LINUX_SLL2. */
function readCooked2(cursor: PacketCursor): number {
  if (cursor.left < 20) return cursor.stop(CUT);
  const { bytes, at } = cursor;
  cursor.outgoing = wentOut(bytes[at + 10] ?? 0);
  cursor.interfaceId = u32(bytes, at + 4);
  cursor.at += 20;
  return readEtherType(cursor, u16(bytes, at));
}

/** LINKTYPE_NFLOG: attributes in the byte order of the machine that captured, one of which is the packet. */
function readNflog(cursor: PacketCursor): number {
  if (cursor.left < 8) return cursor.stop(CUT);
  const family = cursor.bytes[cursor.at] ?? 0;
  cursor.at += 4;
  // Attribute types are small, so the wrong order shows.
  const half = u16le(cursor.bytes, cursor.at + 2) < 0x100 ? u16le : u16;
  while (cursor.left >= 4) {
    const length = half(cursor.bytes, cursor.at);
    if (length < 4) break;
    if (half(cursor.bytes, cursor.at + 2) === NFULA_PAYLOAD) {
      cursor.end = Math.min(cursor.end, cursor.at + length);
      cursor.at += 4;
      return byFamily(cursor, family);
    }
    cursor.at += (length + 3) & ~3;
  }
  return cursor.stop('NFLOG without a packet');
}
