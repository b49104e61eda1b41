import { describe, expect, it } from 'vitest';
import {
  hasToken,
  headerValues,
  listMembers,
  MAX_HEAD_BYTES,
  parseRequestHead,
  parseResponseHead,
} from '../../../harness/wire/http-head.ts';

const request = (text: string) => parseRequestHead(Buffer.from(text, 'latin1'));
const complete = (text: string) => {
  const result = request(text);
  if (result.kind !== 'complete') throw new Error(`complete expected, saw ${JSON.stringify(result)}`);
  return result.head;
};

describe('parseRequestHead', () => {
  it('keeps order, case and duplicates, and trims optional white space', () => {
    const head = complete('GET /a?b HTTP/1.1\r\nhOsT:\t a \t\r\nX: 1\r\nx:2\r\nEmpty:\r\n\r\nrest');
    expect(head).toEqual({
      method: 'GET',
      target: '/a?b',
      version: 'HTTP/1.1',
      headers: [
        { name: 'hOsT', value: 'a' },
        { name: 'X', value: '1' },
        { name: 'x', value: '2' },
        { name: 'Empty', value: '' },
      ],
      byteLength: 'GET /a?b HTTP/1.1\r\nhOsT:\t a \t\r\nX: 1\r\nx:2\r\nEmpty:\r\n\r\n'.length,
    });
  });

  it('keeps every byte of a value that is UTF-8', () => {
    const result = parseRequestHead(Buffer.from('GET / HTTP/1.1\r\nX: grün\r\n\r\n'));
    const value = result.kind === 'complete' ? (result.head.headers[0]?.value ?? '') : '';
    expect(Buffer.from(value, 'latin1').toString('utf8')).toBe('grün');
  });

  // RFC 9112 section 2.2: a server ignores at least one empty line before the request line.
  it('skips empty lines before the request line and counts them', () => {
    expect(complete('\r\n\r\nGET / HTTP/1.1\r\n\r\n').byteLength).toBe(22);
  });

  it('is incomplete at every prefix of a right head', () => {
    const text = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    for (let length = 0; length < text.length; length += 1) expect(request(text.slice(0, length))).toEqual({ kind: 'incomplete' });
  });

  it.each([
    ['no HTTP version', 'GET /\r\n', 'the start line is not HTTP/1.x', 0],
    ['two spaces', 'GET  / HTTP/1.1\r\n', 'the start line is not HTTP/1.x', 0],
    ['a method that is no token', 'G@T / HTTP/1.1\r\n', 'the start line is not HTTP/1.x', 0],
    ['TLS on a plain port', '\x16\x03\x01', 'control byte 0x16', 0],
    ['LF alone', 'GET / HTTP/1.1\n', 'a line ends with LF alone', 14],
    ['CR alone', 'GET / HTTP/1.1\rX', 'a CR without LF', 14],
    ['NUL in a value', 'GET / HTTP/1.1\r\nA: \0', 'control byte 0x00', 19],
    ['no colon', 'GET / HTTP/1.1\r\nA\r\n', 'a header line without a colon', 16],
    ['no name', 'GET / HTTP/1.1\r\n: a\r\n', 'a header without a name', 16],
    ['white space before the colon', 'GET / HTTP/1.1\r\nA : b\r\n', 'white space before the colon of a header', 16],
    ['a folded line', 'GET / HTTP/1.1\r\nA: b\r\n c\r\n', 'a folded header line', 22],
    ['a name that is no token', 'GET / HTTP/1.1\r\nA(b): c\r\n', 'a header name that is not a token', 16],
  ])('is malformed as soon as it can be seen: %s', (_what, text, reason, offset) => {
    expect(request(text)).toEqual({ kind: 'malformed', reason, offset });
  });

  it('refuses a head over 64 KiB', () => {
    const text = `GET / HTTP/1.1\r\nCookie: ${'x'.repeat(MAX_HEAD_BYTES)}\r\n\r\n`;
    expect(request(text)).toMatchObject({ kind: 'malformed', offset: MAX_HEAD_BYTES });
  });
});

describe('parseResponseHead', () => {
  it.each([
    ['HTTP/1.1 101 Switching Protocols', 101, 'Switching Protocols'],
    ['HTTP/1.1 200 ', 200, ''],
    ['HTTP/1.0 404', 404, ''],
  ])('reads %j', (line, status, reason) => {
    expect(parseResponseHead(Buffer.from(`${line}\r\n\r\n`))).toMatchObject({ kind: 'complete', head: { status, reason } });
  });

  it.each(['HTTP/2 200\r\n', 'HTTP/1.1 20 OK\r\n', '\x81\x05hello\r\n', 'SSH-2.0-x\r\n'])('refuses %j', (text) => {
    expect(parseResponseHead(Buffer.from(text, 'latin1')).kind).toBe('malformed');
  });
});

describe('list fields', () => {
  const head = complete('GET / HTTP/1.1\r\nConnection: keep-alive, ,\tUPGRADE ,\r\nconnection: x\r\nConnections: y\r\n\r\n');

  it('reads the lines of one name in any case', () => {
    expect(headerValues(head, 'CONNECTION')).toEqual(['keep-alive, ,\tUPGRADE ,', 'x']);
  });

  // RFC 9110 section 5.6.1: a recipient ignores empty list elements.
  it('joins the members of all lines and drops empty ones', () => {
    expect(listMembers(head, 'Connection')).toEqual(['keep-alive', 'UPGRADE', 'x']);
  });

  it('finds whole tokens only', () => {
    expect([hasToken(head, 'connection', 'upgrade'), hasToken(head, 'connection', 'up')]).toEqual([true, false]);
  });
});
