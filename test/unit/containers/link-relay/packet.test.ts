import { describe, expect, it } from 'vitest';
import { holdMs, parseRules, restoreTtl } from '../../../../containers/link-relay/packet.ts';

const rules = parseRules(
  JSON.stringify([
    { sources: ['10.100.0.0/25'], rstOnly: false, holdMs: 3 },
    { sources: ['10.100.0.0/25'], rstOnly: true, holdMs: 203 },
  ]),
);

/** A TCP packet over IPv4 with a right header checksum. */
function packet(source: readonly [number, number, number, number], flags: number, ttl = 63): Buffer {
  const bytes = Buffer.alloc(40);
  bytes[0] = 0x45;
  bytes.writeUInt16BE(40, 2);
  bytes[8] = ttl;
  bytes[9] = 6;
  bytes.set(source, 12);
  bytes.set([10, 100, 1, 130], 16);
  bytes[33] = flags;
  bytes.writeUInt16BE(checksum(bytes), 10);
  return bytes;
}

/** RFC 1071 over the IPv4 header, its own checksum field left out. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < 20; i += 2) if (i !== 10) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

describe('holdMs', () => {
  it('holds the RSTs of a source longer than its other packets', () => {
    expect(holdMs(packet([10, 100, 0, 10], 0x10), rules)).toBe(3);
    expect(holdMs(packet([10, 100, 0, 10], 0x14), rules)).toBe(203);
  });

  it('holds nothing of a source that no rule names', () => {
    expect(holdMs(packet([10, 100, 0, 200], 0x14), rules)).toBe(0);
  });

  it('passes on what is cut short or is not IPv4', () => {
    expect(holdMs(Buffer.alloc(3), rules)).toBe(0);
    expect(holdMs(Buffer.alloc(60, 0x60), rules)).toBe(0);
  });
});

describe('restoreTtl', () => {
  it.each([1, 63, 64, 127, 200, 254])('gives back the hop of the detour from TTL %d and keeps the checksum right', (ttl) => {
    const bytes = packet([10, 100, 0, 10], 0x10, ttl);
    restoreTtl(bytes);
    expect(bytes[8]).toBe(ttl + 1);
    expect(bytes.readUInt16BE(10)).toBe(checksum(bytes));
  });

  it('leaves the highest TTL alone', () => {
    const bytes = packet([10, 100, 0, 10], 0x10, 255);
    restoreTtl(bytes);
    expect(bytes[8]).toBe(255);
  });
});
