import type { TcpSegment } from '../tcp/tcp-segment.ts';
import { i32, u16 } from './integers.ts';
import type { PacketCursor } from './packet-cursor.ts';

/** Fills the segment from the TCP header at the cursor (RFC 9293 section 3.1). Returns what is wrong when it cannot be analysed, else null. */
export function readTcp(cursor: PacketCursor, segment: TcpSegment): string | null {
  const { bytes, at, end } = cursor;
  const length = cursor.wireEnd - at;
  if (end - at < 20) return length < 20 ? 'malformed TCP' : 'TCP header cut';
  const headerLength = ((bytes[at + 12] ?? 0) >>> 4) * 4;
  if (headerLength < 20 || headerLength > length) return 'malformed TCP';
  segment.sourcePort = u16(bytes, at);
  segment.destinationPort = u16(bytes, at + 2);
  segment.seq = i32(bytes, at + 4);
  segment.ack = i32(bytes, at + 8);
  segment.flags = bytes[at + 13] ?? 0;
  segment.window = u16(bytes, at + 14);
  segment.length = length - headerLength;
  const payloadAt = at + headerLength;
  segment.isHeaderCut = payloadAt > end;
  segment.bytes = bytes;
  segment.optionsStart = at + 20;
  segment.optionsEnd = payloadAt > end ? end : payloadAt;
  segment.payloadStart = payloadAt > end ? end : payloadAt;
  segment.payloadEnd = end;
  segment.interfaceId = cursor.interfaceId;
  segment.outgoing = cursor.outgoing;
  return null;
}
