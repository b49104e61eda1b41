/** Bits of `TcpSegment.flags` (RFC 9293 section 3.1). */
export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;

const NOTHING = Buffer.alloc(0);

/**
 * One TCP segment of a capture. There is one of these for a whole capture, filled again for every packet, because a capture has millions
 * of them: copy what is to be kept. Numbers of 32 bits are signed (`| 0`), so that sequence numbers compare as `(a - b) | 0`.
 */
export class TcpSegment {
  /** Number of the packet in its capture, from 1. For a datagram put together of fragments: of the last fragment. */
  frame = 0;
  /** Nanoseconds since the capture's `epochSeconds`. */
  timeNs = 0;
  /** 4 or 6. */
  ipVersion = 4;
  /** Addresses as four 32-bit words, network order; an IPv4 address is the last word and the others are 0. */
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination0 = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** IPv4 TTL or IPv6 hop limit. */
  ttl = 0;
  /** IPv4 identification; -1 for IPv6. */
  ipId = -1;
  /** Signed 32 bits. */
  seq = 0;
  ack = 0;
  flags = 0;
  /** As in the header, before scaling. */
  window = 0;
  /** TCP payload in bytes as the IP header tells it: never what was captured of it. */
  length = 0;
  /** Captured payload is `bytes[payloadStart, payloadEnd)`, possibly shorter than `length`. */
  bytes: Buffer = NOTHING;
  payloadStart = 0;
  payloadEnd = 0;
  /** Captured TCP options. */
  optionsStart = 0;
  optionsEnd = 0;
  /** True when the snapshot cut the TCP header inside its options: they must not be read. */
  isHeaderCut = false;
  /** Interface of the capture, and 1 when Linux cooked headers say that the packet was outgoing (0 incoming, -1 unknown). */
  interfaceId = 0;
  outgoing = -1;
}
