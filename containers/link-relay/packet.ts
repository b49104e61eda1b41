/** An IPv4 prefix, as numbers. */
export interface Prefix {
  readonly network: number;
  readonly mask: number;
}

/** What to hold: packets from these sources (IPv4 prefixes), or only their RSTs, for so long. The first match wins; RST rules first. */
export interface HoldRule {
  readonly sources: readonly Prefix[];
  readonly rstOnly: boolean;
  readonly holdMs: number;
}

/** What provokes resets: this text in the payload of a packet from these sources, so long after it. */
export interface Trigger {
  readonly sources: readonly Prefix[];
  readonly text: Buffer;
  readonly afterMs: number;
}

/** A TCP segment within a packet. Addresses are numbers; `payload` is a view of the packet. */
export interface Segment {
  readonly from: End;
  readonly to: End;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly payload: Buffer;
}

export interface End {
  readonly address: number;
  readonly port: number;
}

export const FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, ack: 0x10 } as const;
const PROTOCOL_TCP = 6;
const IP_BYTES = 20;
const TCP_BYTES = 20;

export function parseRules(json: string): readonly HoldRule[] {
  const raw = JSON.parse(json) as readonly { sources: string[]; rstOnly: boolean; holdMs: number }[];
  return raw.map((rule) => ({ ...rule, sources: rule.sources.map(parsePrefix) })).sort((a, b) => Number(b.rstOnly) - Number(a.rstOnly));
}

export function parseTriggers(json: string): readonly Trigger[] {
  const raw = JSON.parse(json) as readonly { sources: string[]; text: string; afterMs: number }[];
  return raw.map(({ sources, text, afterMs }) => ({ sources: sources.map(parsePrefix), text: Buffer.from(text), afterMs }));
}

export function parsePrefix(text: string): Prefix {
  const [address = '', bits = '32'] = text.split('/');
  const mask = Number(bits) === 0 ? 0 : (-1 << (32 - Number(bits))) >>> 0;
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { network: (value & mask) >>> 0, mask };
}

export const isFrom = (address: number, sources: readonly Prefix[]): boolean =>
  sources.some(({ network, mask }) => (address & mask) >>> 0 === network);

const isIpv4 = (packet: Buffer): boolean => packet.length >= IP_BYTES && packet.readUInt8(0) >> 4 === 4;

/** Milliseconds that a packet is held; 0 for one that no rule matches or that is not IPv4. */
export function holdMs(packet: Buffer, rules: readonly HoldRule[]): number {
  if (rules.length === 0 || !isIpv4(packet)) return 0;
  const source = packet.readUInt32BE(12);
  const isRst = isReset(packet);
  return rules.find((rule) => (!rule.rstOnly || isRst) && isFrom(source, rule.sources))?.holdMs ?? 0;
}

export const isReset = (packet: Buffer): boolean => ((readSegment(packet)?.flags ?? 0) & FLAG.rst) !== 0;

/** Null for what is not a whole TCP segment over IPv4: another protocol, a fragment, a packet cut short. */
export function readSegment(packet: Buffer): Segment | null {
  if (!isIpv4(packet) || packet.readUInt8(9) !== PROTOCOL_TCP) return null;
  const [start, end] = [(packet.readUInt8(0) & 0x0f) * 4, packet.readUInt16BE(2)];
  const isFragment = (packet.readUInt16BE(6) & 0x3fff) !== 0;
  if (isFragment || start < IP_BYTES || end > packet.length || end < start + TCP_BYTES) return null;
  const data = start + (packet.readUInt8(start + 12) >> 4) * 4;
  if (data < start + TCP_BYTES || data > end) return null;
  return {
    from: { address: packet.readUInt32BE(12), port: packet.readUInt16BE(start) },
    to: { address: packet.readUInt32BE(16), port: packet.readUInt16BE(start + 2) },
    seq: packet.readUInt32BE(start + 4),
    ack: packet.readUInt32BE(start + 8),
    flags: packet.readUInt8(start + 13),
    payload: packet.subarray(data, end),
  };
}

/**
 * The detour costs the packet a second hop through the same host; one is given back so that the far end sees the TTL of an
 * undisturbed path. The header checksum moves by the same amount (RFC 1624).
 */
export function restoreTtl(packet: Buffer): void {
  if (!isIpv4(packet) || packet.readUInt8(8) === 255) return;
  packet.writeUInt8(packet.readUInt8(8) + 1, 8);
  const sum = (~packet.readUInt16BE(10) & 0xffff) + 0x0100;
  packet.writeUInt16BE(~((sum & 0xffff) + (sum >>> 16)) & 0xffff, 10);
}
