import { expect, it } from 'vitest';
import { FLAG, readSegment } from '../../../../containers/link-relay/packet.ts';
import { INJECTED, resetPacket } from '../../../../containers/link-relay/reset-packet.ts';
import { checksum } from './tcp-packet.ts';

const FROM = { address: 0x0a_64_01_82, port: 9000 };
const TO = { address: 0x0a_64_00_0a, port: 40_001 };

it('makes a reset in the name of one end, with a TTL and an id of its own', () => {
  const packet = resetPacket(FROM, TO, 4_294_967_295, 17);
  expect(readSegment(packet)).toMatchObject({ from: FROM, to: TO, seq: 4_294_967_295, ack: 17, flags: FLAG.rst | FLAG.ack });
  expect([packet.readUInt8(8), packet.readUInt16BE(4)]).toEqual([INJECTED.ttl, INJECTED.id]);
});

it.each([1, 65_535, 4_000_000_000])('has right checksums with sequence number %d', (seq) => {
  const packet = resetPacket(FROM, TO, seq, seq);
  // Over a part that holds its own right checksum the sum comes out as nothing (RFC 1071).
  expect(checksum([...packet.subarray(0, 20)])).toBe(0);
  expect(checksum([...packet.subarray(12, 20), 0, 6, 0, 20, ...packet.subarray(20)])).toBe(0);
});
