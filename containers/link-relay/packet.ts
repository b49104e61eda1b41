/** What to hold: packets from these sources (IPv4 prefixes), or only their RSTs, for so long. The first match wins; RST rules first. */
export interface HoldRule {
  readonly sources: readonly { readonly network: number; readonly mask: number }[];
  readonly rstOnly: boolean;
  readonly holdMs: number;
}

const PROTOCOL_TCP = 6;
const FLAG_RST = 0x04;

export function parseRules(json: string): readonly HoldRule[] {
  const raw = JSON.parse(json) as readonly { sources: string[]; rstOnly: boolean; holdMs: number }[];
  return raw.map((rule) => ({ ...rule, sources: rule.sources.map(parsePrefix) })).sort((a, b) => Number(b.rstOnly) - Number(a.rstOnly));
}

function parsePrefix(text: string): { readonly network: number; readonly mask: number } {
  const [address = '', bits = '32'] = text.split('/');
  const mask = Number(bits) === 0 ? 0 : (-1 << (32 - Number(bits))) >>> 0;
  const value = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { network: (value & mask) >>> 0, mask };
}

/** Milliseconds that a packet is held; 0 for one that no rule matches or that is not IPv4. */
export function holdMs(packet: Buffer, rules: readonly HoldRule[]): number {
  if (packet.length < 20 || packet.readUInt8(0) >> 4 !== 4) return 0;
  const source = packet.readUInt32BE(12);
  const isRst = hasRst(packet);
  const rule = rules.find((r) => (!r.rstOnly || isRst) && r.sources.some(({ network, mask }) => (source & mask) >>> 0 === network));
  return rule?.holdMs ?? 0;
}

function hasRst(packet: Buffer): boolean {
  const header = (packet.readUInt8(0) & 0x0f) * 4;
  return packet.readUInt8(9) === PROTOCOL_TCP && packet.length > header + 13 && (packet.readUInt8(header + 13) & FLAG_RST) !== 0;
}

/**
 * The detour costs the packet a second hop through the same host; one is given back so that the far end sees the TTL of an
 * undisturbed path. The header checksum moves by the same amount (RFC 1624).
 */
export function restoreTtl(packet: Buffer): void {
  if (packet.length < 20 || packet.readUInt8(0) >> 4 !== 4 || packet.readUInt8(8) === 255) return;
  packet.writeUInt8(packet.readUInt8(8) + 1, 8);
  const sum = (~packet.readUInt16BE(10) & 0xffff) + 0x0100;
  packet.writeUInt16BE(~((sum & 0xffff) + (sum >>> 16)) & 0xffff, 10);
}
