import { describe, expect, it } from 'vitest';
import { FragmentTable } from '../../../../harness/wire/capture/fragment-table.ts';
import { PacketCursor } from '../../../../harness/wire/capture/packet-cursor.ts';
import { PacketDecoder } from '../../../../harness/wire/capture/packet-decoder.ts';
import { TcpSegment } from '../../../../harness/wire/tcp/tcp-segment.ts';
import { ethernet, type Ipv4Spec, ipv4, ipv6, tcp } from '../../../fixtures/packet-builder.ts';
import { decodeFrame, payloadOf } from '../../../fixtures/read-packets.ts';

const text = Array.from({ length: 300 }, (_, index) => `${index} `).join('');
const datagram = tcp({ payload: Buffer.from(text) });
const fragment = (from: number, to: number, spec: Ipv4Spec = {}): Buffer =>
  ethernet(ipv4({ fragmentOffset: from, moreFragments: to < datagram.length, ...spec }, datagram.subarray(from, to)));
const fragment6 = (from: number, to: number): Buffer => {
  const head = Buffer.from('06000000000000ff', 'hex');
  head.writeUInt16BE(from | (to < datagram.length ? 1 : 0), 2);
  return ethernet(ipv6({ protocol: 44, extensions: head }, datagram.subarray(from, to)));
};
const END = datagram.length;
/** What the decoder makes of each frame: the payload, or null. */
const decodeAll = (frames: readonly Buffer[], decoder = new PacketDecoder()) =>
  frames.map((bytes) => payloadOf(decodeFrame(bytes, { decoder })));

describe('PacketDecoder with fragments', () => {
  it.each([
    ['in order', [fragment(0, 400), fragment(400, 800), fragment(800, END)]],
    ['last first', [fragment(800, END), fragment(0, 400), fragment(400, 800)]],
    ['that overlap', [fragment(0, 480), fragment(400, 880), fragment(800, END)]],
    ['one of them twice', [fragment(400, 800), fragment(400, 800), fragment(0, 400), fragment(800, END)]],
    ['of IPv6', [fragment6(0, 400), fragment6(800, END), fragment6(400, 800)]],
  ])('analyses fragments %s at the one that completes them', (_name, frames) => {
    const seen = decodeAll(frames);
    expect(seen.at(-1)).toBe(text);
    expect(seen.slice(0, -1)).toEqual(frames.slice(1).map(() => null));
  });

  it('keeps datagrams apart', () => {
    const other = { source: '10.0.0.9' };
    const seen = decodeAll([
      fragment(0, 400),
      fragment(400, END, { ipId: 2 }),
      fragment(400, END, other),
      fragment(0, 400, { ipId: 2 }),
      fragment(400, END),
      fragment(0, 400, other),
    ]);
    expect(seen).toEqual([null, null, null, text, text, text]);
  });

  it('finds fragments inside a tunnel', () => {
    const inTunnel = (from: number, to: number): Buffer => ethernet(ipv4({ protocol: 4, ipId: from }, fragment(from, to).subarray(14)));
    expect(decodeAll([inTunnel(0, 800), inTunnel(800, END)])).toEqual([null, text]);
  });

  it('counts fragments that complete nothing, and what a snapshot cut', () => {
    const decoder = new PacketDecoder();
    const cut = fragment(0, 400).subarray(0, 100);
    expect(decodeFrame(cut, { decoder, originalLength: 434 })).toBeNull();
    expect(decodeAll([fragment(400, END)], decoder)).toEqual([null]);
    expect([...decoder.notTcp]).toEqual([['IPv4 fragment', 2]]);
  });

  it('forgets fragments after thirty seconds', () => {
    const decoder = new PacketDecoder();
    expect(decodeFrame(fragment(0, 400), { decoder })).toBeNull();
    expect(decodeFrame(fragment(400, END), { decoder, timeNs: 31e9 })).toBeNull();
    expect(payloadOf(decodeFrame(fragment(0, 400), { decoder, timeNs: 32e9 }))).toBe(text);
  });
});

describe('FragmentTable', () => {
  const add = (table: FragmentTable, id: number, timeNs: number, offset = 0) => {
    const cursor = new PacketCursor();
    cursor.bytes = datagram;
    cursor.end = cursor.wireEnd = 400;
    cursor.timeNs = timeNs;
    return table.add(`4 6 ${id}`, new TcpSegment(), cursor, offset, true, 6);
  };

  it('holds a thousand datagrams at most', () => {
    const table = new FragmentTable();
    for (let id = 0; id < 3000; id += 1) add(table, id, id);
    expect(table.waiting).toBe(1000);
  });

  it('holds none for longer than thirty seconds of the capture', () => {
    const table = new FragmentTable();
    for (let id = 0; id < 100; id += 1) add(table, id, id * 1e9);
    expect(table.waiting).toBeLessThanOrEqual(31);
  });

  it('refuses what reaches beyond the longest datagram', () => {
    const table = new FragmentTable();
    expect(add(table, 1, 0, 65_528)).toBe(-1);
    expect(table.waiting).toBe(0);
  });
});
