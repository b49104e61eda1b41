import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../../../harness/wire/capture/packet-decoder.ts';
import { ethernet, ethernetIpv4Tcp, ipv4, ipv6, tcp } from '../../../fixtures/packet-builder.ts';
import { decodeFrame, payloadOf } from '../../../fixtures/read-packets.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const payload = Buffer.from('hello');
const segmentBytes = tcp({ payload });
const v4 = ipv4({}, segmentBytes);
const v6 = ipv6({}, segmentBytes);
const inner = ethernetIpv4Tcp({ payload });
const udp = (port: number, ...body: readonly Buffer[]): Buffer => {
  const bytes = Buffer.concat([hex('9c40 0000 0000 0000'), ...body]);
  bytes.writeUInt16BE(port, 2);
  bytes.writeUInt16BE(bytes.length, 4);
  return bytes;
};
const over = (protocol: number, ...body: readonly Buffer[]): Buffer => ethernet(ipv4({ protocol, ttl: 9 }, Buffer.concat(body)));

describe('PacketDecoder', () => {
  it('fills every field of a segment', () => {
    const options = hex('0101080a0000000100000002');
    const frame = ethernetIpv4Tcp({
      ip: { source: '192.0.2.1', destination: '198.51.100.2', ttl: 57, ipId: 0xbeef },
      seq: 0xfffffff0,
      ack: 0x80000000,
      flags: 0x18,
      window: 501,
      options,
      payload,
    });
    const segment = decodeFrame(Buffer.concat([frame, Buffer.alloc(6)]), { timeNs: 42 });
    expect(segment).toMatchObject({
      frame: 1,
      timeNs: 42,
      ipVersion: 4,
      ttl: 57,
      ipId: 0xbeef,
      seq: -16,
      ack: -2147483648,
      flags: 0x18,
      window: 501,
    });
    expect(segment).toMatchObject({ source0: 0, source3: 0xc0000201 | 0, destination3: 0xc6336402 | 0, length: 5, isHeaderCut: false });
    expect(segment?.bytes.subarray(segment.optionsStart, segment.optionsEnd)).toEqual(options);
    expect(payloadOf(segment)).toBe('hello');
  });

  it('keeps IPv6 addresses as four words', () => {
    const segment = decodeFrame(ethernet(ipv6({ source: '2001:db8:0:1::a', destination: 'fe80::1', ttl: 255 }, segmentBytes)));
    expect(segment).toMatchObject({ ipVersion: 6, ipId: -1, ttl: 255, source0: 0x20010db8, source1: 1, source2: 0, source3: 0xa });
    expect(segment).toMatchObject({ destination0: 0xfe800000 | 0, destination1: 0, destination2: 0, destination3: 1 });
  });

  it.each([
    ['options of IPv4', ethernet(ipv4({ options: hex('94040000') }, segmentBytes))],
    ['an authentication header', over(51, hex('0604 0000 00000001 00000001 000000000000000000000000'), segmentBytes)],
    [
      'hop-by-hop and destination options',
      ethernet(ipv6({ protocol: 0, extensions: hex('3c00 010400000000 0600 010400000000') }, segmentBytes)),
    ],
    ['a routing header', ethernet(ipv6({ protocol: 43, extensions: hex('0600 000000000000') }, segmentBytes))],
    ['a fragment header of a whole packet', ethernet(ipv6({ protocol: 44, extensions: hex('0600 0000 00000001') }, segmentBytes))],
    ['IP in IP', over(4, v4)],
    ['IPv6 in IPv4', over(41, v6)],
    ['IPv4 in IPv6', ethernet(ipv6({ protocol: 4 }, v4))],
    ['MPLS in IP', over(137, hex('00010140'), v4)],
    ['EtherIP', over(97, hex('3000'), inner)],
    ['Ethernet in IP', over(143, inner)],
    ['GRE', over(47, hex('0000 0800'), v4)],
    ['GRE with checksum, key and sequence number', over(47, hex('b000 86dd 00000000 00000001 00000002'), v6)],
    ['GRE with Ethernet', over(47, hex('0000 6558'), inner)],
    ['GRE with PPP', over(47, hex('3081 880b 00000001 00000001 00000002 ff03 0021'), v4)],
    ['ERSPAN', over(47, hex('1000 88be 00000001 1000000100000000'), inner)],
    ['VXLAN', over(17, udp(4789, hex('0800000000000100'), inner))],
    ['VXLAN of Flannel', over(17, udp(8472, hex('0800000000000100'), inner))],
    ['Geneve with an option', over(17, udp(6081, hex('0100 6558 00000100 00000000'), inner))],
    [
      'VXLAN in GRE in VXLAN',
      over(17, udp(4789, hex('0800000000000100'), over(47, hex('0000 6558'), over(17, udp(4789, hex('0800000000000100'), inner))))),
    ],
  ])('finds TCP behind %s, with the innermost addresses', (_name, bytes) => {
    const segment = decodeFrame(bytes);
    expect(payloadOf(segment)).toBe('hello');
    expect(segment?.length).toBe(5);
    expect(segment?.ttl === 64 || _name === 'an authentication header').toBe(true);
  });

  it('takes the length from the IP header, whatever was captured', () => {
    const frame = ethernetIpv4Tcp({ payload: Buffer.alloc(1448, 'x') });
    const cut = decodeFrame(frame.subarray(0, 80), { originalLength: frame.length });
    expect(cut).toMatchObject({ length: 1448, isHeaderCut: false, payloadStart: 54, payloadEnd: 80 });
    expect(decodeFrame(ethernet(ipv4({ totalLength: 42 }, segmentBytes)))?.length).toBe(2);
  });

  it('takes the length from the frame when the IP header says 0, or more than the frame holds', () => {
    const offloaded = ethernet(ipv4({ totalLength: 0 }, segmentBytes));
    expect(decodeFrame(offloaded)?.length).toBe(5);
    expect(decodeFrame(offloaded, { originalLength: 14 + 40 + 80_000 })?.length).toBe(80_000);
    expect(decodeFrame(ethernet(ipv6({ payloadLength: 0 }, segmentBytes)), { originalLength: 14 + 60 + 70_000 })?.length).toBe(70_000);
    expect(decodeFrame(ethernet(ipv4({ totalLength: 1500 }, segmentBytes)))?.length).toBe(5);
  });

  it('analyses a header that is cut in its options, but not one that is cut before', () => {
    const frame = ethernetIpv4Tcp({ options: Buffer.alloc(20, 1), payload });
    const decoder = new PacketDecoder();
    for (let at = 54; at < 74; at += 1) {
      const segment = decodeFrame(frame.subarray(0, at), { originalLength: frame.length, decoder });
      expect(segment).toMatchObject({ length: 5, isHeaderCut: true, payloadStart: at, payloadEnd: at });
    }
    expect(decodeFrame(frame.subarray(0, 53), { originalLength: frame.length, decoder })).toBeNull();
    expect([...decoder.notTcp]).toEqual([['TCP header cut', 1]]);
    expect(decoder.cutPackets).toBe(21);
  });

  it.each([
    ['an IP header shorter than one', 'malformed IPv4', 14, 0x44],
    ['another version', 'malformed IPv4', 14, 0x75],
    ['a total length shorter than the header', 'malformed IPv4', 17, 19],
    ['a TCP header shorter than one', 'malformed TCP', 46, 0x40],
    ['a TCP header longer than the packet', 'malformed TCP', 46, 0xf0],
  ])('refuses %s', (_name, what, at, value) => {
    const frame = ethernetIpv4Tcp({ payload });
    frame[at] = value;
    const decoder = new PacketDecoder();
    expect(decodeFrame(frame, { decoder })).toBeNull();
    expect([...decoder.notTcp]).toEqual([[what, 1]]);
  });

  it('counts TCP quoted in ICMP errors, and does not analyse it', () => {
    const decoder = new PacketDecoder();
    const frames = [
      over(1, hex('0301 0000 00000000'), v4.subarray(0, 28)),
      ethernet(ipv6({ protocol: 58 }, Buffer.concat([hex('0200 0000 00000500'), v6]))),
      over(1, hex('0800 0000 00000000'), v4),
    ];
    for (const frame of frames) expect(decodeFrame(frame, { decoder })).toBeNull();
    expect(decoder.tcpQuotedInIcmp).toBe(2);
    expect(Object.fromEntries(decoder.notTcp)).toEqual({ ICMP: 2, 'IPv6 ICMP': 1 });
  });

  it('does not follow tunnels for ever', () => {
    const decoder = new PacketDecoder();
    let packet = v4;
    for (let nesting = 0; nesting < 1000; nesting += 1) packet = ipv4({ protocol: 4 }, packet);
    expect(decodeFrame(ethernet(packet), { decoder })).toBeNull();
    expect([...decoder.notTcp.keys()]).toEqual(['tunnels inside tunnels']);
  });
});
