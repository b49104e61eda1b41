import { describe, expect, it } from 'vitest';
import { PacketDecoder } from '../../../../harness/wire/capture/packet-decoder.ts';
import { ethernet, ethernetIpv4Tcp, ipv4, ipv6, tcp } from '../../../fixtures/packet-builder.ts';
import { decodeFrame, payloadOf } from '../../../fixtures/read-packets.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const payload = Buffer.from('hello');
const v4 = ipv4({}, tcp({ payload }));
const v6 = ipv6({}, tcp({ payload }));
const after = (head: string, ...rest: readonly Buffer[]): Buffer => Buffer.concat([hex(head), ...rest]);

const FRAMES: readonly (readonly [string, number, Buffer])[] = [
  ['Ethernet', 1, ethernetIpv4Tcp({ payload })],
  ['Ethernet with IPv6', 1, ethernet(v6)],
  ['a VLAN tag', 1, ethernet(after('0064 0800', v4), 0x8100)],
  ['four stacked VLAN tags', 1, ethernet(after('0064 8100 0065 9100 0066 8100 0067 86dd', v6), 0x88a8)],
  ['SNAP', 1, ethernet(after('aaaa03 000000 0800', v4), 8 + v4.length)],
  ['PPPoE', 1, ethernet(after('1100 0001 002f 0021', v4), 0x8864)],
  ['PPPoE with IPv6', 1, ethernet(after('1100 0001 0043 0057', v6), 0x8864)],
  ['MPLS', 1, ethernet(after('00010040 00011140', v4), 0x8847)],
  ['MPLS with IPv6', 1, ethernet(after('00011140', v6), 0x8847)],
  ['PPP', 9, after('ff03 0021', v4)],
  ['PPP with a compressed header', 9, after('21', v4)],
  ['little-endian loopback', 0, after('02000000', v4)],
  ['big-endian loopback', 0, after('0000001e', v6)],
  ['OpenBSD loopback', 108, after('00000018', v6)],
  ['raw IP', 101, v4],
  ['raw IP of BSD', 12, v6],
  ['raw IP of OpenBSD', 14, v4],
  ['raw IPv4', 228, v4],
  ['raw IPv6', 229, v6],
  ['Linux cooked v1', 113, after('0000 0001 0006 020000000001 0000 0800', v4)],
  ['Linux cooked v1 with a VLAN tag', 113, after('0000 0001 0006 020000000001 0000 8100 0064 0800', v4)],
  ['Linux cooked v2', 276, after('86dd 0000 00000007 0001 04 06 0200000000010000', v6)],
  ['NFLOG', 239, after('02 00 0000 0800 0100 0800 0300 0500 0a00 61000000 4900 0900'.replace('4900', '3100'), v4)],
  ['big-endian NFLOG', 239, after('0a 00 0000 0008 0001 86dd 0300 0045 0009', v6)],
];

describe('PacketDecoder', () => {
  it.each(FRAMES)('finds TCP behind %s', (_name, linkType, bytes) => {
    const segment = decodeFrame(bytes, { linkType });
    expect(payloadOf(segment)).toBe('hello');
    expect(segment).toMatchObject({ length: 5, sourcePort: 51_000, destinationPort: 80, isHeaderCut: false });
  });

  it.each(FRAMES)('reads %s cut anywhere, and says what was cut', (_name, linkType, bytes) => {
    for (let at = 0; at < bytes.length; at += 1) {
      const decoder = new PacketDecoder();
      const segment = decodeFrame(bytes.subarray(0, at), { linkType, decoder, originalLength: bytes.length });
      expect(decoder.cutPackets).toBe(1);
      expect(decoder.notTcp.size).toBe(segment === null ? 1 : 0);
      expect(segment === null || segment.length === 5).toBe(true);
    }
  });

  it('tells which way a cooked packet went', () => {
    const v1 = (type: string) => decodeFrame(after(`${type} 0001 0006 020000000001 0000 0800`, v4), { linkType: 113 })?.outgoing;
    expect([v1('0000'), v1('0001'), v1('0003'), v1('0004')]).toEqual([0, 0, -1, 1]);
    const v2 = decodeFrame(after('0800 0000 00000007 0001 04 06 0200000000010000', v4), { linkType: 276 });
    expect(v2).toMatchObject({ outgoing: 1, interfaceId: 7 });
    expect(decodeFrame(ethernetIpv4Tcp({}))?.outgoing).toBe(-1);
  });

  it('names what it does not read', () => {
    const decoder = new PacketDecoder();
    const udp = ipv4({ protocol: 17 }, hex('c001 0035 0009 0000 78'));
    const frames: readonly (readonly [number, Buffer])[] = [
      [147, v4],
      [105, v4],
      [1, ethernet(Buffer.alloc(28), 0x0806)],
      [1, ethernet(Buffer.alloc(28), 0x88cc)],
      [1, ethernet(Buffer.alloc(28), 0x1234)],
      [1, ethernet(Buffer.alloc(28), 40)],
      [1, ethernet(udp)],
      [1, ethernet(udp)],
      [1, ethernet(ipv6({ protocol: 58 }, hex('8700 0000 00000000')))],
      [1, ethernet(ipv4({ protocol: 132 }, Buffer.alloc(20)))],
      [1, ethernet(ipv4({ protocol: 200 }, Buffer.alloc(20)))],
    ];
    for (const [linkType, bytes] of frames) expect(decodeFrame(bytes, { linkType, decoder })).toBeNull();
    expect(Object.fromEntries(decoder.notTcp)).toEqual({
      'link type 147': 1,
      'IEEE 802.11': 1,
      ARP: 1,
      LLDP: 1,
      'EtherType 0x1234': 1,
      LLC: 1,
      UDP: 2,
      'IPv6 ICMP': 1,
      SCTP: 1,
      'IP protocol 200': 1,
    });
  });
});
