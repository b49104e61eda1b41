/*
 * What is captured, in the filter language of libpcap (pcap-filter(7)). A load of a byte that is not there makes the whole filter say
 * no, so lengths are tested before the payload is looked at.
 */

/** First byte of the TCP payload, counted from the start of the TCP header. */
const PAYLOAD = '((tcp[12:1] & 0xf0) >> 2)';
const PAYLOAD_BYTES = `(ip[2:2] - ((ip[0:1] & 0x0f) << 2) - ${PAYLOAD})`;
/** Fragments behind the first one have no TCP header. */
const FRAGMENT = '(ip[6:2] & 0x1fff != 0)';
const BEGINS_OR_ENDS = '(tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0)';
/** `GET ` and `HTTP`: heads of requests and responses. */
const HTTP_HEAD = `(${PAYLOAD_BYTES} >= 4 and (tcp[${PAYLOAD}:4] = 0x47455420 or tcp[${PAYLOAD}:4] = 0x48545450))`;
/** A Close frame with FIN set (RFC 6455 section 5.5.1). */
const CLOSE_FRAME = `(${PAYLOAD_BYTES} >= 2 and tcp[${PAYLOAD}:1] = 0x88)`;
/** Handshake and alert records of TLS 1.x (RFC 8446 section 5.1). */
const TLS_RECORD = `(${PAYLOAD_BYTES} >= 2 and (tcp[${PAYLOAD}:2] = 0x1603 or tcp[${PAYLOAD}:2] = 0x1503))`;

const EVERYTHING = `(tcp or icmp or icmp6 or ${FRAGMENT})`;
/** IPv4 only: libpcap does not look into TCP over IPv6, of which all is kept with the rest. */
const TELLING = `(icmp or icmp6 or ${FRAGMENT} or (ip and tcp and (${[BEGINS_OR_ENDS, HTTP_HEAD, CLOSE_FRAME, TLS_RECORD].join(' or ')})))`;

export type CapturePart = 'everything' | 'telling' | 'rest';

/**
 * Filter of a part: `telling` are the packets that say what happened to a connection (its first and last segments, handshakes, ICMP),
 * `rest` all others; no packet is in both. `mac`: a bridge that does not know a host sends its frames to all, so only frames of the
 * device itself are taken.
 */
export function captureFilter(part: CapturePart, mac: string | null): string {
  const own = mac === null ? '' : `ether host ${mac} and `;
  if (part === 'everything') return `${own}${EVERYTHING}`;
  return part === 'telling' ? `${own}${TELLING}` : `${own}${EVERYTHING} and not ${TELLING}`;
}
