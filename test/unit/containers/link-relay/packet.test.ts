import { describe, expect, it } from 'vitest';
import { FLAG, holdMs, parseRules, readSegment, restoreTtl } from '../../../../containers/link-relay/packet.ts';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { CLIENT, headerChecksum, ORIGIN, tcpPacket } from './tcp-packet.ts';

const rules = parseRules(
  JSON.stringify([
    { sources: ['10.100.0.0/25'], rstOnly: false, holdMs: 3 },
    { sources: ['10.100.0.0/25'], rstOnly: true, holdMs: 203 },
  ]),
);

describe('holdMs', () => {
  it('holds the RSTs of a source longer than its other packets', () => {
    expect(holdMs(tcpPacket(), rules)).toBe(3);
    expect(holdMs(tcpPacket({ flags: FLAG.rst | FLAG.ack }), rules)).toBe(203);
  });

  it('holds nothing of a source that no rule names', () => {
    expect(holdMs(tcpPacket({ from: { ...CLIENT, address: [10, 100, 0, 200] }, flags: FLAG.rst }), rules)).toBe(0);
  });

  it('passes on what is cut short or is not IPv4', () => {
    expect(holdMs(Buffer.alloc(3), rules)).toBe(0);
    expect(holdMs(Buffer.alloc(60, 0x60), rules)).toBe(0);
  });
});

describe('readSegment', () => {
  it('reads the ends, the numbers and the payload, and leaves out what pads the packet', () => {
    const packet = Buffer.concat([tcpPacket({ seq: 4_000_000_000, ack: 7, flags: FLAG.ack, payload: 'tick 3' }), Buffer.alloc(6)]);
    const segment = readSegment(packet);
    expect(segment).toMatchObject({ seq: 4_000_000_000, ack: 7, flags: FLAG.ack, from: { port: CLIENT.port }, to: { port: ORIGIN.port } });
    expect(segment?.payload.toString()).toBe('tick 3');
  });

  it.each([
    ['another protocol', (bytes: Buffer) => bytes.writeUInt8(17, 9)],
    ['a later fragment', (bytes: Buffer) => bytes.writeUInt16BE(10, 6)],
    ['a length beyond the packet', (bytes: Buffer) => bytes.writeUInt16BE(2000, 2)],
    ['options beyond the packet', (bytes: Buffer) => bytes.writeUInt8(0xf0, 32)],
    ['a TCP header that is too short', (bytes: Buffer) => bytes.writeUInt8(0x10, 32)],
  ])('takes %s for no segment', (_, spoil) => {
    const packet = tcpPacket({ payload: 'abc' });
    spoil(packet);
    expect(readSegment(packet)).toBeNull();
  });

  it('reads any bytes at all without going wrong', () => {
    const random = seededRandom(4);
    for (let round = 0; round < 3000; round++) {
      const packet = tcpPacket({ payload: 'x'.repeat(Math.floor(random() * 40)) });
      for (let change = 0; change < 4; change++) packet[Math.floor(random() * packet.length)] = Math.floor(random() * 256);
      const cut = packet.subarray(0, Math.floor(random() * (packet.length + 1)));
      const segment = readSegment(cut);
      expect(segment === null || segment.payload.length <= cut.length).toBe(true);
      expect(holdMs(cut, rules)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('restoreTtl', () => {
  it.each([1, 63, 64, 127, 200, 254])('gives back the hop of the detour from TTL %d and keeps the checksum right', (ttl) => {
    const bytes = tcpPacket({ ttl });
    restoreTtl(bytes);
    expect(bytes[8]).toBe(ttl + 1);
    expect(bytes.readUInt16BE(10)).toBe(headerChecksum(bytes));
  });

  it('leaves the highest TTL alone', () => {
    const bytes = tcpPacket({ ttl: 255 });
    restoreTtl(bytes);
    expect(bytes[8]).toBe(255);
  });
});
