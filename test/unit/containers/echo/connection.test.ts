import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveConnection } from '../../../../containers/echo/connection.ts';
import { OriginState } from '../../../../containers/echo/origin-state.ts';
import { encodeClose, encodeFrame, OPCODE } from '../../../../harness/wire/frame.ts';
import { exchange } from './exchange.ts';

const MASK = Buffer.from('37fa213d', 'hex');
const HEAD = [
  'GET /socket HTTP/1.1',
  'Host: origin',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];
const head = (...more: readonly string[]) => `${[...HEAD, ...more].join('\r\n')}\r\n\r\n`;
const frame = (opcode: number, payload: string | Buffer, fin = true) =>
  encodeFrame({ opcode, payload: typeof payload === 'string' ? Buffer.from(payload) : payload, maskKey: MASK, fin }).toString('latin1');
const CLOSE = encodeClose(1000, '', MASK).toString('latin1');
const framesOf = (answer: string) => Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1').toString('hex');

let server: Server;
let port: number;
let state: OriginState;
beforeAll(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => serveConnection(socket, state));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  state = new OriginState();
});
afterAll(() => server.close());

describe('serveConnection before an upgrade', () => {
  it('answers several plain requests on one connection, then upgrades it', async () => {
    const post = 'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n';
    const answer = await exchange(
      port,
      `GET /page HTTP/1.1\r\nHost: a\r\n\r\n${post}HEAD / HTTP/1.1\r\nHost: a\r\n\r\n${head()}${frame(OPCODE.text, 'hi')}${CLOSE}`,
    );
    expect(answer).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\na page of the origin\nHTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nabcdeHTTP\/1\.1 200 OK\r\n[\s\S]*Content-Length: 16\r\n\r\nHTTP\/1\.1 101 /,
    );
    expect(state.take()[0]).toMatchObject({ status: 101, framesReceived: 1, end: { kind: 'close-frame', code: 1000 } });
  });

  it.each([
    ['an unknown page', 'GET /none HTTP/1.1\r\nHost: a\r\n\r\n', 404, null],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 200, null],
    ['an upgrade in HTTP/1.0', head().replace('HTTP/1.1', 'HTTP/1.0'), 400, 'HTTP/1.0 request, expected HTTP/1.1'],
    ['a key without Upgrade', 'GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: x\r\n\r\n', 426, 'no Upgrade header'],
    ['h2c', 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n', 426, 'Upgrade: h2c, expected websocket'],
    ['POST', head().replace('GET', 'POST'), 405, 'method POST, expected GET'],
    ['what is no HTTP', 'hello\r\n', 400, 'malformed request: the start line is not HTTP/1.x at byte 0'],
    [
      'a body with two lengths',
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'malformed request: both Transfer-Encoding and Content-Length',
    ],
  ])('judges %s', async (_what, text, status, refusal) => {
    const answer = await exchange(port, text);
    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(state.take()[0]).toMatchObject({ status, refusal, receivedBytes: text.length, sentBytes: answer.length });
  });

  // RFC 9110 section 15.5.22 and RFC 6455 section 4.4.
  it('says in a 426 what it wants', async () => {
    expect(await exchange(port, head().replace('13', '8'))).toMatch(
      /\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade, close\r\n/,
    );
  });

  it('answers Connection: upgrade without Upgrade as plain HTTP', async () => {
    expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\n\r\n')).toContain('200 OK');
  });

  it('treats the next handshakes as it was told, and plain requests as ever', async () => {
    state.behave({ kind: 'reject', status: 503, body: 'busy' }, 1);
    expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toContain('200 OK');
    expect(await exchange(port, head())).toMatch(/^HTTP\/1\.1 503 [\s\S]*busy$/);
    state.behave({ kind: 'stall' }, 1);
    expect(await exchange(port, head(), 20)).toBe('');
    state.behave({ kind: 'reset' }, 1);
    expect(await exchange(port, head())).toBe('');
    expect(await exchange(port, head())).toContain('101 Switching');
    expect(state.take().map(({ refusal }) => refusal)).toEqual([
      null,
      'told to answer 503',
      'told to answer nothing',
      'told to reset',
      null,
    ]);
  });
});

describe('serveConnection after an upgrade', () => {
  it('takes the first subprotocol and no extension', async () => {
    const answer = await exchange(port, head('Sec-WebSocket-Protocol: mqtt, chat', 'Sec-WebSocket-Extensions: permessage-deflate') + CLOSE);
    expect(answer).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n');
    expect(answer).not.toContain('Extensions');
  });

  const OFFER = 'permessage-deflate; client_no_context_takeover; server_no_context_takeover';
  it.each([
    ['an offer without context takeover', '/socket?deflate=echo', OFFER, true],
    [
      'one of several offers',
      '/socket?a=b&deflate=echo',
      'x, Permessage-Deflate;server_no_context_takeover;client_no_context_takeover',
      true,
    ],
    ['nothing for a target that does not ask', '/socket?deflate=echoes', OFFER, false],
    ['nothing with context takeover', '/socket?deflate=echo', 'permessage-deflate; client_no_context_takeover', false],
    ['nothing with another parameter', '/socket?deflate=echo', `${OFFER}; client_max_window_bits`, false],
  ])('accepts %s', async (_what, target, offer, isAccepted) => {
    const request = head(`Sec-WebSocket-Extensions: ${offer}`).replace('/socket', target);
    const compressed = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('f248cdc9c90700', 'hex'), maskKey: MASK, rsv1: true });
    const answer = await exchange(port, request + compressed.toString('latin1') + CLOSE);
    expect(answer.includes(`\r\nSec-WebSocket-Extensions: ${OFFER}\r\n\r\n`)).toBe(isAccepted);
    expect(framesOf(answer)).toMatch(isAccepted ? /^c107f248cdc9c90700880203e8$/ : /^88..03ea/);
  });

  it.each([
    ['text', frame(OPCODE.text, 'hi'), '81026869'],
    ['binary', frame(OPCODE.binary, Buffer.from([0, 255])), '820200ff'],
    [
      'fragments with a ping among them',
      frame(OPCODE.text, 'h', false) + frame(OPCODE.ping, 'p') + frame(OPCODE.continuation, 'i'),
      '8a017081026869',
    ],
    ['an unsolicited pong', frame(OPCODE.pong, 'p'), ''],
    ['a close with a code that is never sent', encodeClose(1005, '', MASK).toString('latin1'), '880203ea'],
    ['an empty close', encodeClose(null, '', MASK).toString('latin1'), '8800'],
  ])('answers %s', async (_what, sent, hex) => {
    const isClose = (sent.charCodeAt(0) & 15) === OPCODE.close;
    expect(framesOf(await exchange(port, head() + sent + (isClose ? '' : CLOSE)))).toBe(hex + (isClose ? '' : '880203e8'));
  });

  it.each([
    ['an unmasked frame', '\x81\x01a', 1002],
    ['text that is not UTF-8', frame(OPCODE.text, Buffer.from([0xff])), 1007],
    ['a frame without end', '\x82\xff\x00\x00\x00\x01\x00\x00\x00\x00', 1009],
  ])('fails %s with its code and ends', async (_what, sent, code) => {
    expect(framesOf(await exchange(port, head() + sent))).toMatch(new RegExp(`^88..${code.toString(16).padStart(4, '0')}`));
    expect(state.take()[0]?.end.kind).toBe('local');
  });

  it('sends ticks when asked to, and does not echo the asking', async () => {
    const answer = await exchange(port, head() + frame(OPCODE.text, 'hopscope:send-every 20'), 60);
    expect(answer).toMatch(/tick 1[\s\S]*tick 2/);
    expect(answer).not.toContain('hopscope');
  });
});
