import { describe, expect, it } from 'vitest';
import { acceptFor, isUpgradeAttempt, judgeRequest, judgeResponse } from '../../../harness/wire/handshake.ts';
import { parseRequestHead, parseResponseHead } from '../../../harness/wire/http-head.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const requestOf = (lines: readonly string[]) => {
  const result = parseRequestHead(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  if (result.kind !== 'complete') throw new Error(result.kind);
  return result.head;
};
const responseOf = (...lines: readonly string[]) => {
  const result = parseResponseHead(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  if (result.kind !== 'complete') throw new Error(result.kind);
  return result.head;
};
const RIGHT = [
  'GET /chat HTTP/1.1',
  'Host: example',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Key: ${KEY}`,
  'Sec-WebSocket-Version: 13',
];
const changed = (from: string, ...to: readonly string[]) => requestOf(RIGHT.flatMap((line) => (line.startsWith(from) ? to : [line])));

describe('acceptFor', () => {
  it('gives the value of the example in RFC 6455 section 1.3', () => {
    expect(acceptFor(KEY)).toBe(ACCEPT);
  });
});

describe('judgeResponse', () => {
  const right = [
    'HTTP/1.1 101 Switching Protocols',
    'upgrade: WebSocket',
    'connection: keep-alive, upgrade',
    `sec-websocket-accept: ${ACCEPT}`,
  ];
  const without = (name: string, ...more: readonly string[]) => responseOf(...right.filter((line) => !line.startsWith(name)), ...more);

  it('takes a right 101 in any case of letters', () => {
    expect(judgeResponse(responseOf(...right), KEY)).toEqual({ kind: 'upgraded' });
  });

  it('reports any other status as a rejection', () => {
    expect(judgeResponse(responseOf('HTTP/1.1 403 Go away'), KEY)).toEqual({ kind: 'rejected', status: 403, reason: 'Go away' });
  });

  it.each([
    ['another value', without('sec-websocket-accept', 'Sec-WebSocket-Accept: nope'), 'nope'],
    ['none', without('sec-websocket-accept'), null],
    ['two', responseOf(...right, `Sec-WebSocket-Accept: ${ACCEPT}`), `${ACCEPT}, ${ACCEPT}`],
  ])('reports a wrong accept: %s', (_what, head, received) => {
    expect(judgeResponse(head, KEY)).toEqual({ kind: 'wrong-accept', expected: ACCEPT, received });
  });

  it('does not judge the accept value when no key was sent', () => {
    expect(judgeResponse(without('sec-websocket-accept'), null)).toEqual({ kind: 'upgraded' });
  });

  it.each([
    ['101 without Upgrade', without('upgrade')],
    ['101 with Upgrade: h2c', without('upgrade', 'Upgrade: h2c')],
    ['101 without Connection', without('connection')],
    ['101 with Connection: close', without('connection', 'Connection: close')],
    ['101 in HTTP/1.0', responseOf('HTTP/1.0 101 Yes', ...right.slice(1))],
  ])('reports a malformed response: %s', (detail, head) => {
    expect(judgeResponse(head, KEY)).toEqual({ kind: 'malformed-response', detail });
  });

  // RFC 6455 section 4.1, items 5 and 6 of the client's checks.
  it('reports what was not asked for when it knows the request', () => {
    const request = requestOf([
      ...RIGHT,
      'Sec-WebSocket-Protocol: mqtt, chat',
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    ]);
    expect(
      judgeResponse(responseOf(...right, 'Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Extensions: permessage-deflate'), KEY, request),
    ).toEqual({ kind: 'upgraded' });
    expect(judgeResponse(responseOf(...right, 'Sec-WebSocket-Protocol: smtp'), KEY, request)).toMatchObject({ kind: 'malformed-response' });
    expect(judgeResponse(responseOf(...right, 'Sec-WebSocket-Extensions: x-mux'), KEY, request)).toMatchObject({
      kind: 'malformed-response',
    });
  });
});

describe('judgeRequest', () => {
  it.each([
    ['as in the RFC', requestOf(RIGHT)],
    ['Connection as a list', changed('Connection', 'Connection: keep-alive, Upgrade')],
    ['Connection on two lines', changed('Connection', 'Connection: keep-alive', 'Connection: UPGRADE')],
    ['several protocols to choose from', changed('Upgrade', 'Upgrade: foo/2, WebSocket')],
  ])('accepts a right handshake: %s', (_what, head) => {
    expect(judgeRequest(head)).toBeNull();
  });

  it.each([
    ['POST', changed('GET', 'POST /chat HTTP/1.1'), 405, 'Allow: GET'],
    // RFC 9110 section 7.8: a server ignores Upgrade in HTTP/1.0.
    ['HTTP/1.0', changed('GET', 'GET /chat HTTP/1.0'), 400, ''],
    ['no Host', changed('Host'), 400, ''],
    ['two Hosts', changed('Host', 'Host: a', 'Host: b'), 400, ''],
    ['no Upgrade', changed('Upgrade'), 426, 'Upgrade: websocket'],
    ['another Upgrade', changed('Upgrade', 'Upgrade: h2c'), 426, 'Upgrade: websocket'],
    ['no Connection', changed('Connection'), 400, ''],
    ['Connection: close', changed('Connection', 'Connection: close'), 400, ''],
    ['no key', changed('Sec-WebSocket-Key'), 400, ''],
    ['two keys', changed('Sec-WebSocket-Key', `Sec-WebSocket-Key: ${KEY}`, `Sec-WebSocket-Key: ${KEY}`), 400, ''],
    ['a short key', changed('Sec-WebSocket-Key', 'Sec-WebSocket-Key: c2hvcnQ='), 400, ''],
    ['a key that is not base64', changed('Sec-WebSocket-Key', 'Sec-WebSocket-Key: *hlIHNhbXBsZSBub25jZQ=='), 400, ''],
    // RFC 6455 section 4.4.
    ['version 8', changed('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 8'), 426, 'Upgrade: websocket|Sec-WebSocket-Version: 13'],
    ['no version', changed('Sec-WebSocket-Version'), 426, 'Upgrade: websocket|Sec-WebSocket-Version: 13'],
  ])('refuses %s', (_what, head, status, headers) => {
    const refusal = judgeRequest(head);
    expect(refusal?.status).toBe(status);
    expect(refusal?.headers.map(({ name, value }) => `${name}: ${value}`).join('|')).toBe(headers);
    expect(refusal?.refusal).not.toBe('');
  });
});

describe('isUpgradeAttempt', () => {
  it.each([
    ['Upgrade: h2c', true],
    ['Connection: keep-alive, upgrade', false],
    ['sec-websocket-key: x', true],
    ['Connection: keep-alive', false],
    ['Upgrade-Insecure-Requests: 1', false],
  ])('%s: %s', (line, expected) => {
    expect(isUpgradeAttempt(requestOf(['GET / HTTP/1.1', 'Host: a', line]))).toBe(expected);
  });
});
