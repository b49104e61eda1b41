import { describe, expect, it } from 'vitest';
import { readBody } from '../../../../containers/echo/request-body.ts';
import type { RequestHead } from '../../../../harness/wire/http-head.ts';

const headWith = (...fields: readonly (readonly [string, string])[]): RequestHead => ({
  method: 'POST',
  target: '/',
  version: 'HTTP/1.1',
  headers: fields.map(([name, value]) => ({ name, value })),
  byteLength: 0,
});
const CHUNKED = headWith(['Transfer-Encoding', 'chunked']);
const TEXT = '3\r\nabc\r\nA;n=v\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n';

describe('readBody', () => {
  it('is empty without a length', () => {
    expect(readBody(headWith(), Buffer.from('next'))).toMatchObject({ kind: 'complete', byteLength: 0 });
  });

  it('reads a length and leaves what follows', () => {
    expect(readBody(headWith(['Content-Length', '3']), Buffer.from('abcdef'))).toEqual({
      kind: 'complete',
      body: Buffer.from('abc'),
      byteLength: 3,
    });
    expect(readBody(headWith(['Content-Length', '3']), Buffer.from('ab')).kind).toBe('incomplete');
  });

  it('reads chunks and is incomplete at every prefix of them', () => {
    expect(readBody(CHUNKED, Buffer.from(`${TEXT}next`))).toEqual({
      kind: 'complete',
      body: Buffer.from('abc0123456789'),
      byteLength: TEXT.length,
    });
    for (let length = 0; length < TEXT.length; length += 1)
      expect(readBody(CHUNKED, Buffer.from(TEXT.slice(0, length))).kind).toBe('incomplete');
  });

  it.each([
    ['two lengths', headWith(['Content-Length', '1'], ['Content-Length', '2']), ''],
    ['a length that is none', headWith(['Content-Length', '-1']), ''],
    ['an endless length', headWith(['Content-Length', '9999999999']), ''],
    ['another coding', headWith(['Transfer-Encoding', 'gzip']), ''],
    ['both', headWith(['Transfer-Encoding', 'chunked'], ['Content-Length', '1']), ''],
    ['a size that is none', CHUNKED, 'x\r\n'],
    ['a chunk of another size', CHUNKED, '3\r\nabcd\r\n'],
  ])('refuses %s', (_what, head, text) => {
    expect(readBody(head, Buffer.from(text)).kind).toBe('malformed');
  });
});
