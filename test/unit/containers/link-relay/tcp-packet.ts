import { FLAG } from '../../../../containers/link-relay/packet.ts';

type Address = readonly [number, number, number, number];

export const CLIENT = { address: [10, 100, 0, 10], port: 40_000 } as const;
export const ORIGIN = { address: [10, 100, 1, 130], port: 9000 } as const;

interface Parts {
  readonly from?: { readonly address: Address; readonly port: number };
  readonly to?: { readonly address: Address; readonly port: number };
  readonly seq?: number;
  readonly ack?: number;
  readonly flags?: number;
  readonly payload?: string;
  readonly ttl?: number;
}

/** A TCP packet over IPv4 with a right header checksum; the TCP checksum is left out. */
export function tcpPacket({ from = CLIENT, to = ORIGIN, seq = 0, ack = 0, flags = FLAG.ack, payload = '', ttl = 63 }: Parts = {}): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(40), Buffer.from(payload)]);
  bytes.writeUInt8(0x45, 0);
  bytes.writeUInt16BE(bytes.length, 2);
  bytes.writeUInt8(ttl, 8);
  bytes.writeUInt8(6, 9);
  bytes.set(from.address, 12);
  bytes.set(to.address, 16);
  bytes.writeUInt16BE(from.port, 20);
  bytes.writeUInt16BE(to.port, 22);
  bytes.writeUInt32BE(seq, 24);
  bytes.writeUInt32BE(ack, 28);
  bytes.writeUInt8(0x50, 32);
  bytes.writeUInt8(flags, 33);
  bytes.writeUInt16BE(headerChecksum(bytes), 10);
  return bytes;
}

/** RFC 1071 over the IPv4 header, its own checksum field left out. */
export const headerChecksum = (bytes: Buffer): number => checksum([...bytes.subarray(0, 10), 0, 0, ...bytes.subarray(12, 20)]);

export function checksum(bytes: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
