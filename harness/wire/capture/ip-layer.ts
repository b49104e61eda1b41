import type { TcpSegment } from '../tcp/tcp-segment.ts';
import { i32, u16, u32 } from './integers.ts';
import type { FragmentTable } from './fragment-table.ts';
import type { PacketCursor } from './packet-cursor.ts';

/*
 * Each reader moves the cursor behind an IP header, limits it to the packet, notes addresses in the segment, and returns the IP protocol of what
 * follows, or NOTHING_NEXT.
 */

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;
const MORE_FRAGMENTS = 0x2000;
/** More-fragments flag and offset: a packet that is whole has neither. */
const FRAGMENTED = 0x3fff;

/** RFC 791. */
export function readIpv4(cursor: PacketCursor, segment: TcpSegment, fragments: FragmentTable): number {
  const { bytes, at } = cursor;
  if (cursor.end - at < 20) return cursor.stop('IPv4 header cut');
  const first = bytes[at] ?? 0;
  const headerLength = (first & 0x0f) << 2;
  const totalLength = u16(bytes, at + 2);
  if (first >>> 4 !== 4 || headerLength < 20) return cursor.stop('malformed IPv4');
  if (totalLength !== 0) {
    if (totalLength < headerLength) return cursor.stop('malformed IPv4');
    cursor.limit(at + totalLength);
  }
  if (cursor.end - at < headerLength) return cursor.stop('IPv4 header cut');
  segment.ipVersion = 4;
  segment.ttl = bytes[at + 8] ?? 0;
  segment.ipId = u16(bytes, at + 4);
  segment.source0 = segment.source1 = segment.source2 = 0;
  segment.source3 = i32(bytes, at + 12);
  segment.destination0 = segment.destination1 = segment.destination2 = 0;
  segment.destination3 = i32(bytes, at + 16);
  cursor.at = at + headerLength;
  let protocol = bytes[at + 9] ?? 0;
  const position = u16(bytes, at + 6);
  if ((position & FRAGMENTED) !== 0) {
    const id = `4 ${protocol} ${segment.ipId}`;
    protocol = fragments.add(id, segment, cursor, (position & 0x1fff) * 8, (position & MORE_FRAGMENTS) !== 0, protocol);
    if (protocol < 0) return cursor.stop('IPv4 fragment');
  }
  return protocol === AUTHENTICATION ? readExtensions(cursor, segment, fragments, protocol) : protocol;
}

/** RFC 8200. A payload length of 0 is a jumbogram or an offloaded frame: its end is the frame's. */
export function readIpv6(cursor: PacketCursor, segment: TcpSegment, fragments: FragmentTable): number {
  const { bytes, at } = cursor;
  if (cursor.end - at < 40) return cursor.stop('IPv6 header cut');
  if ((bytes[at] ?? 0) >>> 4 !== 6) return cursor.stop('malformed IPv6');
  const payloadLength = u16(bytes, at + 4);
  if (payloadLength !== 0) cursor.limit(at + 40 + payloadLength);
  segment.ipVersion = 6;
  segment.ttl = bytes[at + 7] ?? 0;
  segment.ipId = -1;
  segment.source0 = i32(bytes, at + 8);
  segment.source1 = i32(bytes, at + 12);
  segment.source2 = i32(bytes, at + 16);
  segment.source3 = i32(bytes, at + 20);
  segment.destination0 = i32(bytes, at + 24);
  segment.destination1 = i32(bytes, at + 28);
  segment.destination2 = i32(bytes, at + 32);
  segment.destination3 = i32(bytes, at + 36);
  cursor.at = at + 40;
  const next = bytes[at + 6] ?? 0;
  return next === 6 ? next : readExtensions(cursor, segment, fragments, next);
}

/** Extension headers, each of which names the next; every one is at least 8 bytes, so the packet's end bounds the loop. */
function readExtensions(cursor: PacketCursor, segment: TcpSegment, fragments: FragmentTable, first: number): number {
  let protocol = first;
  while (isExtension(protocol)) {
    const { bytes, at } = cursor;
    if (cursor.end - at < 8) return cursor.stop('extension header cut');
    const next = bytes[at] ?? 0;
    if (protocol === FRAGMENT) {
      cursor.at += 8;
      protocol = readFragment(cursor, segment, fragments, next, u16(bytes, at + 2), u32(bytes, at + 4));
      continue;
    }
    const words = bytes[at + 1] ?? 0;
    const length = protocol === AUTHENTICATION ? (words + 2) * 4 : (words + 1) * 8;
    if (cursor.end - at < length) return cursor.stop('extension header cut');
    cursor.at += length;
    protocol = next;
  }
  return protocol;
}

function isExtension(protocol: number): boolean {
  switch (protocol) {
    case HOP_BY_HOP:
    case ROUTING:
    case FRAGMENT:
    case AUTHENTICATION:
    case DESTINATION_OPTIONS:
    case MOBILITY:
    case HOST_IDENTITY:
    case SHIM6:
      return true;
    default:
      return false;
  }
}

/** `position` is the offset in its upper 13 bits, and the flag that more follow in the lowest; both 0 is a whole packet (RFC 6946). */
function readFragment(
  cursor: PacketCursor,
  segment: TcpSegment,
  fragments: FragmentTable,
  next: number,
  position: number,
  id: number,
): number {
  if ((position & 0xfff9) === 0) return next;
  const protocol = fragments.add(`6 ${id}`, segment, cursor, position & 0xfff8, (position & 1) === 1, next);
  return protocol < 0 ? cursor.stop('IPv6 fragment') : protocol;
}
