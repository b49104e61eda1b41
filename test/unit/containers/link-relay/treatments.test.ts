import { describe, expect, it } from 'vitest';
import { FLAG } from '../../../../containers/link-relay/packet.ts';
import { copyOf, Treatments } from '../../../../containers/link-relay/treatments.ts';
import { CLIENT, headerChecksum, ORIGIN, tcpPacket } from './tcp-packet.ts';

const treatments = (more: object): Treatments =>
  new Treatments(JSON.stringify([{ sources: ['10.100.0.0/25'], jitterMs: 0, reorder: null, copyAcks: null, ...more }]));
const data = tcpPacket({ payload: 'abc' });
const ack = tcpPacket({ flags: FLAG.ack });

describe('Treatments', () => {
  it('makes every n-th segment with data late, and counts it', () => {
    const of = treatments({ reorder: { every: 3, byMs: 25 } });
    const late = [data, ack, data, data, ack, data, data, data].map((packet) => of.of(packet)?.lateMs);
    expect(late).toEqual([0, 0, 0, 25, 0, 0, 0, 25]);
    expect(of.late).toBe(2);
  });

  it('repeats every n-th acknowledgement without data, and nothing that opens or ends a connection', () => {
    const of = treatments({ copyAcks: { every: 2, copies: 4 } });
    const syn = tcpPacket({ flags: FLAG.syn | FLAG.ack });
    const copies = [ack, data, syn, tcpPacket({ flags: FLAG.fin | FLAG.ack }), ack, ack, ack].map((packet) => of.of(packet)?.copies);
    expect(copies).toEqual([0, 0, 0, 0, 4, 0, 4]);
    expect(of.copied).toBe(8);
  });

  it('lets each packet wait for a time of its own within the limit, the same times in every run', () => {
    const [one, other] = [treatments({ jitterMs: 40 }), treatments({ jitterMs: 40 })];
    const waits = Array.from({ length: 400 }, () => one.of(ack)?.jitterMs ?? -1);
    expect(Array.from({ length: 400 }, () => other.of(data)?.jitterMs)).toEqual(waits);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...waits)).toBeLessThan(40);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(Math.abs(mean - 20)).toBeLessThan(3);
  });

  it('keeps connections apart and leaves other sources and other protocols alone', () => {
    const of = treatments({ jitterMs: 5 });
    const second = tcpPacket({ from: { ...CLIENT, port: 40_001 } });
    expect(of.of(data)?.lane).toBe(of.of(ack)?.lane);
    expect(of.of(second)?.lane).not.toBe(of.of(data)?.lane);
    expect(of.of(tcpPacket({ from: ORIGIN, to: CLIENT }))).toBeNull();
    expect(of.of(Buffer.alloc(60, 0x60))).toBeNull();
    expect(new Treatments('[]').of(data)).toBeNull();
  });
});

it('a copy has an identification of its own, a right checksum and else the same bytes', () => {
  for (const id of [0, 1, 0xbfff, 0xc000, 0xffff]) {
    const packet = tcpPacket({ payload: 'xyz' });
    packet.writeUInt16BE(id, 4);
    packet.writeUInt16BE(headerChecksum(packet), 10);
    const copies = [1, 2].map((round) => copyOf(packet, round));
    expect(new Set([id, ...copies.map((copy) => copy.readUInt16BE(4))]).size).toBe(3);
    for (const copy of copies) {
      expect(copy.readUInt16BE(10)).toBe(headerChecksum(copy));
      expect(copy.subarray(12)).toEqual(packet.subarray(12));
    }
  }
});
