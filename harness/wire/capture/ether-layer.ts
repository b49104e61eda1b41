import { u16 } from './integers.ts';
import { ETHER_IPV4, ETHER_IPV6, type PacketCursor } from './packet-cursor.ts';
import { etherTypeName } from './protocol-names.ts';

/*
 * Each reader moves the cursor behind a header and returns the EtherType of what follows: ETHER_IPV4, ETHER_IPV6 or NOTHING_NEXT.
 */

const MPLS = 0x8847;
const MPLS_MULTICAST = 0x8848;
const PPPOE_SESSION = 0x8864;
const SMALLEST_ETHER_TYPE = 0x0600;
const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;
const PPP_MPLS = 0x0281;
const CUT = 'link header cut';

/** 802.1Q, 802.1ad, and the tags of before that standard. */
const isVlanTag = (type: number): boolean => type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200;

export function readEthernet(cursor: PacketCursor): number {
  if (cursor.left < 14) return cursor.stop(CUT);
  const type = u16(cursor.bytes, cursor.at + 12);
  cursor.at += 14;
  return type === ETHER_IPV4 ? type : readEtherType(cursor, type);
}

/** Goes through tags and inner link headers down to IP. The cursor stands behind the type. */
export function readEtherType(cursor: PacketCursor, first: number): number {
  let type = first;
  while (isVlanTag(type)) {
    if (cursor.left < 4) return cursor.stop(CUT);
    type = u16(cursor.bytes, cursor.at + 2);
    cursor.at += 4;
  }
  if (type === ETHER_IPV4 || type === ETHER_IPV6) return type;
  if (type < SMALLEST_ETHER_TYPE) return readSnap(cursor);
  if (type === PPPOE_SESSION) return readPppoe(cursor);
  if (type === MPLS || type === MPLS_MULTICAST) return readMpls(cursor);
  return cursor.stop(etherTypeName(type));
}

/** IEEE 802.3 with LLC and SNAP (RFC 1042); other LLC carries no IP. */
function readSnap(cursor: PacketCursor): number {
  const { bytes, at } = cursor;
  if (cursor.left < 8 || u16(bytes, at) !== 0xaaaa || u16(bytes, at + 2) !== 0x0300) return cursor.stop('LLC');
  const type = u16(bytes, at + 6);
  cursor.at += 8;
  return type < SMALLEST_ETHER_TYPE ? cursor.stop('LLC') : readEtherType(cursor, type);
}

/** RFC 2516 section 4. */
function readPppoe(cursor: PacketCursor): number {
  if (cursor.left < 8) return cursor.stop(CUT);
  cursor.at += 6;
  return readPppProtocol(cursor);
}

/** RFC 1661 section 2, with the address and control bytes of RFC 1662 or without. */
export function readPpp(cursor: PacketCursor): number {
  if (cursor.left >= 2 && u16(cursor.bytes, cursor.at) === 0xff03) cursor.at += 2;
  return readPppProtocol(cursor);
}

function readPppProtocol(cursor: PacketCursor): number {
  if (cursor.left < 2) return cursor.stop(CUT);
  const first = cursor.bytes[cursor.at] ?? 0;
  // An odd first byte is the whole of a compressed protocol field (RFC 1661 section 6.5).
  const isCompressed = first % 2 === 1;
  const protocol = isCompressed ? first : u16(cursor.bytes, cursor.at);
  cursor.at += isCompressed ? 1 : 2;
  if (protocol === PPP_IPV4) return ETHER_IPV4;
  if (protocol === PPP_IPV6) return ETHER_IPV6;
  return protocol === PPP_MPLS ? readMpls(cursor) : cursor.stop('PPP');
}

/** RFC 3032 section 2.1. Labels do not say what they carry: the version of an IP header tells. */
export function readMpls(cursor: PacketCursor): number {
  for (;;) {
    if (cursor.left < 5) return cursor.stop('MPLS');
    const isLast = ((cursor.bytes[cursor.at + 2] ?? 0) & 1) === 1;
    cursor.at += 4;
    if (!isLast) continue;
    const next = readIpVersion(cursor);
    return next < 0 ? cursor.stop('MPLS') : next;
  }
}

/** What a packet without a link header is. */
export function readIpVersion(cursor: PacketCursor): number {
  const version = cursor.left < 1 ? 0 : (cursor.bytes[cursor.at] ?? 0) >>> 4;
  if (version === 4) return ETHER_IPV4;
  return version === 6 ? ETHER_IPV6 : cursor.stop('no IP packet');
}
