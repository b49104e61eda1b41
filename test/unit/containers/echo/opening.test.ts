import { describe, expect, it } from 'vitest';
import { readOpening } from '../../../../containers/echo/opening.ts';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { proxyHeaderV1, proxyHeaderV2 } from '../../../../scenarios/transport/proxy-header.ts';

const FROM = { address: '203.0.113.7', port: 40000 };
const TO = { address: '198.18.0.1', port: 80 };
const VERSION_1 = proxyHeaderV1(FROM, TO);
const VERSION_2 = proxyHeaderV2(FROM, TO, [{ type: 5, value: Buffer.from('id') }]);
const LOCAL = Buffer.from('\r\n\r\n\0\r\nQUIT\n\x20\0\0\0', 'latin1');
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const REQUEST = 'GET / HTTP/1.1\r\n';
const header = (byteLength: number) => ({ kind: 'proxy-header', byteLength });

describe('readOpening', () => {
  it.each([
    ['a request', REQUEST, { kind: 'http1' }],
    ['POST', 'POST / HTTP/1.1\r\n', { kind: 'http1' }],
    ['PROPFIND', 'PROPFIND', { kind: 'http1' }],
    ['empty lines before a request', `\r\n\r\n${REQUEST}`, { kind: 'http1' }],
    ['a ClientHello', '\x16\x03\x01\x02', { kind: 'tls' }],
    ['a byte like that of a ClientHello', '\x16\x07', { kind: 'http1' }],
    ['version 1', `${VERSION_1.toString()}${REQUEST}`, header(VERSION_1.length)],
    ['version 1 over IPv6', 'PROXY TCP6 2001:db8::1 ::1 1 2\r\nG', header(32)],
    ['version 1 of nobody', 'PROXY UNKNOWN\r\n', header(15)],
    ['version 1 that is none', 'PROXY TCP4 a b c d\r\n', { kind: 'http1' }],
    ['version 1 without end', `PROXY UNKNOWN ${'x'.repeat(107)}\r\n`, { kind: 'http1' }],
    ['version 2', Buffer.concat([VERSION_2, Buffer.from(REQUEST)]), header(VERSION_2.length)],
    ['version 2 of the proxy itself', LOCAL, header(16)],
    ['a version that is unknown', Buffer.from(LOCAL).fill(0x31, 12, 13), { kind: 'http1' }],
    ['HTTP/2', Buffer.concat([PREFACE, Buffer.alloc(9)]), { kind: 'http2' }],
  ])('tells %s', (_what, bytes, opening) => {
    expect(readOpening(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)).toEqual(opening);
  });

  it.each([
    ['TLS', Buffer.from([0x16, 3])],
    ['version 1', VERSION_1],
    ['version 2', VERSION_2],
    ['HTTP/2', PREFACE],
  ])('waits for all bytes that tell %s', (_what, bytes) => {
    for (let length = 0; length < bytes.length; length++) expect(readOpening(bytes.subarray(0, length)).kind).toBe('incomplete');
    expect(readOpening(bytes).kind).not.toBe('incomplete');
  });

  it('takes any bytes, and no header is longer than what came', () => {
    const random = seededRandom(11);
    const seeds = [VERSION_1, VERSION_2, PREFACE, LOCAL];
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(seeds[round % seeds.length] ?? []);
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const cut = bytes.subarray(0, Math.floor(random() * (bytes.length + 1)));
      const opening = readOpening(cut);
      expect(opening.kind === 'proxy-header' ? opening.byteLength : 0).toBeLessThanOrEqual(cut.length);
    }
  });
});
