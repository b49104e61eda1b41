import { describe, expect, it } from 'vitest';
import { hkdfExpandLabel, prf } from '../../../../../harness/wire/content/tls/traffic-keys.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('hkdfExpandLabel', () => {
  // RFC 8448 section 3.
  it.each([
    ['b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21', 'dbfaa693d1762c5b666af5d950258d01', '5bd3c71b836e0b76bb73265f'],
    ['b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38', '3fce516009c21727d0f2e4e86ee403bc', '5d313eb2671276ee13000b30'],
  ])('derives the key and the nonce of RFC 8448 from %s', (secret, key, iv) => {
    expect(hkdfExpandLabel('sha256', hex(secret), 'key', 16).toString('hex')).toBe(key);
    expect(hkdfExpandLabel('sha256', hex(secret), 'iv', 12).toString('hex')).toBe(iv);
  });

  it('makes more than one block', () => {
    const long = hkdfExpandLabel('sha256', Buffer.alloc(32, 1), 'traffic upd', 80);
    expect(long).toHaveLength(80);
    expect(long.subarray(0, 32).equals(long.subarray(32, 64))).toBe(false);
  });
});

describe('prf', () => {
  // The vector for P_SHA256 that was published on the TLS mailing list.
  it('gives the known output', () => {
    const output = prf('sha256', hex('9bbe436ba940f017b17652849a71db35'), 'test label', hex('a0ba9f936cda311827a6f796ffd5198c'), 100);
    expect(output.toString('hex')).toBe(
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab' +
        '4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66',
    );
  });
});
