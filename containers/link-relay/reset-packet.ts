import { FLAG, type End } from './packet.ts';

/**
 * What an injected reset is recognised by in a capture: hosts of a lab send with TTL 64 and count their IP ids. The link counts
 * injected packets by this TTL (harness/lab/impair/relay.ts).
 */
export const INJECTED = { ttl: 255, id: 0x5253 } as const;

const BYTES = 40;
const PROTOCOL_TCP = 6;

/** A TCP reset in the name of `from`: IPv4 and TCP headers with right checksums (RFC 791 section 3.1, RFC 9293 section 3.1). */
export function resetPacket(from: End, to: End, seq: number, ack: number): Buffer {
  const packet = Buffer.alloc(BYTES);
  packet.writeUInt8(0x45, 0);
  packet.writeUInt16BE(BYTES, 2);
  packet.writeUInt16BE(INJECTED.id, 4);
  packet.writeUInt8(INJECTED.ttl, 8);
  packet.writeUInt8(PROTOCOL_TCP, 9);
  packet.writeUInt32BE(from.address, 12);
  packet.writeUInt32BE(to.address, 16);
  packet.writeUInt16BE(from.port, 20);
  packet.writeUInt16BE(to.port, 22);
  packet.writeUInt32BE(seq, 24);
  packet.writeUInt32BE(ack, 28);
  packet.writeUInt8(0x50, 32);
  packet.writeUInt8(FLAG.rst | FLAG.ack, 33);
  packet.writeUInt16BE(~sumOf(packet.subarray(0, 20)) & 0xffff, 10);
  // The pseudo-header of RFC 9293: both addresses, the protocol and the length of the TCP part.
  const pseudo = Buffer.concat([packet.subarray(12, 20), Buffer.from([0, PROTOCOL_TCP, 0, BYTES - 20])]);
  packet.writeUInt16BE(~sumOf(Buffer.concat([pseudo, packet.subarray(20)])) & 0xffff, 36);
  return packet;
}

/** Ones' complement sum of 16-bit words (RFC 1071). */
function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
