import { describe, expect, it } from 'vitest';
import { destinationText, endpointText, ipv6Text, sourceText } from '../../../../harness/wire/tcp/endpoint.ts';
import { segmentOf } from '../../../fixtures/segment-script.ts';

describe('endpoint texts', () => {
  it('writes IPv4 addresses, of signed words too', () => {
    expect(endpointText(4, 0, 0, 0, 0x0a000001, 51_000)).toBe('10.0.0.1:51000');
    expect(endpointText(4, 0, 0, 0, 0xfffefdfc | 0, 80)).toBe('255.254.253.252:80');
  });

  it('puts IPv6 addresses into brackets', () => {
    expect(endpointText(6, 0x20010db8, 0, 0, 1, 443)).toBe('[2001:db8::1]:443');
  });

  it.each([
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['1::', [0x10000, 0, 0, 0]],
    ['2001:db8:0:1:1:1:1:1', [0x20010db8, 0x00000001, 0x00010001, 0x00010001]],
    ['2001:0:0:1::1', [0x20010000, 0x00000001, 0, 1]],
    ['2001:db8::1:0:0:1', [0x20010db8, 0, 0x00010000, 1]],
    ['fe80::abcd:ef01', [0xfe800000 | 0, 0, 0, 0xabcdef01 | 0]],
    ['::ffff:192.0.2.1', [0, 0, 0xffff, 0xc0000201 | 0]],
  ])('writes %s as RFC 5952 wants it', (text, [w0 = 0, w1 = 0, w2 = 0, w3 = 0]) => {
    expect(ipv6Text(w0, w1, w2, w3)).toBe(text);
  });

  it('names both ends of a segment', () => {
    const segment = segmentOf({ from: 'b', seq: 1 });
    expect([sourceText(segment), destinationText(segment)]).toEqual(['10.0.0.2:80', '10.0.0.1:50000']);
  });
});
