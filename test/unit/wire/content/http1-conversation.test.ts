import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../../../harness/wire/frame.ts';
import { CLIENT, SERVER, StreamScript, SWITCHING, UPGRADE } from './stream-script.ts';

const MASK = Buffer.from([9, 8, 7, 6]);
const frameOf = (text: string, maskKey: Buffer | null = null): Buffer => encodeFrame({ opcode: 1, payload: Buffer.from(text), maskKey });
const opened = (): StreamScript => new StreamScript().handshake();
const statuses = (script: StreamScript) => script.finish().exchanges.map(({ target, response }) => [target, response?.status ?? null]);

describe('an HTTP/1 head', () => {
  it('is found in any number of segments, and belongs to the last of them', () => {
    const script = opened();
    for (const byte of UPGRADE) script.send(CLIENT, byte);
    const requestFrame = script.frame;
    script.send(SERVER, SWITCHING.slice(0, 40)).send(SERVER, SWITCHING.slice(40));
    const { exchanges } = script.finish();
    expect(exchanges).toMatchObject([{ frame: requestFrame, target: '/chat?token=1', isUpgrade: true }]);
    expect(exchanges[0]?.response).toMatchObject({ frame: requestFrame + 2, status: 101, reason: 'Switching Protocols' });
  });

  it('longer than 64 KiB is not read, and nothing of it is held', () => {
    const script = opened().send(CLIENT, 'GET /long HTTP/1.1\r\n');
    for (let count = 0; count < 100; count += 1) script.send(CLIENT, `X-${count}: ${'x'.repeat(1000)}\r\n`);
    const { exchangeCount, notes } = script.send(CLIENT, '\r\n').finish();
    expect(exchangeCount).toBe(0);
    expect(notes).toMatchObject([{ kind: 'unreadable', from: CLIENT, because: 'a head that is longer than 64 KiB' }]);
  });

  it('that is malformed ends the reading of its direction', () => {
    const script = opened().send(CLIENT, 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n').send(SERVER, 'HTTP/1.1 200 OK\nServer: odd\n\n');
    const { exchanges, notes } = script.send(SERVER, 'HTTP/1.1 200 OK\r\n\r\n').finish();
    expect(exchanges[0]?.response).toBeNull();
    expect(notes).toMatchObject([{ from: SERVER, because: 'a malformed head: a line ends with LF alone' }]);
  });

  it('that the snapshot cut is read as far as it goes', () => {
    const script = opened().send(CLIENT, UPGRADE.slice(0, 60), { length: UPGRADE.length });
    script.send(SERVER, 'HTTP/1.1 403 Forbidden\r\nServer: ng', { length: 200 }).send(SERVER, 'rest of the page');
    script.send(CLIENT, 'GET /again HTTP/1.1\r\n\r\n').send(SERVER, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    const { exchanges } = script.finish();
    expect(exchanges).toMatchObject([
      { target: '/chat?token=1', isCut: true, response: { status: 403, isCut: true, headers: [] } },
      { target: '/again', response: { status: 200 } },
    ]);
  });
});

describe('the body of an answer', () => {
  it.each([
    ['with a length', 'Content-Length: 13\r\n\r\nHTTP/1.1 500 '],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n'],
    ['with a status that has none', '\r\n'],
  ])('%s is passed over to the next head', (name, rest) => {
    const first = `HTTP/1.1 ${name.includes('none') ? '304 Not Modified' : '200 OK'}\r\n${rest}`;
    for (const size of [1, 5, 1000]) {
      const script = opened().send(CLIENT, 'GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n');
      const bytes = `${first}HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n`;
      for (let at = 0; at < bytes.length; at += size) script.send(SERVER, bytes.slice(at, at + size));
      expect(statuses(script)).toEqual([
        ['/1', name.includes('none') ? 304 : 200],
        ['/2', 404],
      ]);
    }
  });

  it('may be missing where its length is known', () => {
    const script = opened()
      .send(CLIENT, 'GET /1 HTTP/1.1\r\n\r\n')
      .send(SERVER, 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nab', { length: 1046 });
    script.send(SERVER, '', { length: 3995 }).send(CLIENT, 'GET /2 HTTP/1.1\r\n\r\n').send(SERVER, 'HTTP/1.1 204 None\r\n\r\n');
    expect(statuses(script)).toEqual([
      ['/1', 200],
      ['/2', 204],
    ]);
  });

  it('after which bytes are missing does not hide the next head', () => {
    const script = opened().send(CLIENT, 'GET /1 HTTP/1.1\r\n\r\n').send(SERVER, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFF');
    script.send(SERVER, 'x'.repeat(300), { isLost: true }).send(SERVER, '7\r\n').send(CLIENT, 'GET /2 HTTP/1.1\r\n\r\n');
    script.send(SERVER, 'HTTP/1.1 404 Not Found\r\n\r\n');
    expect(statuses(script)).toEqual([
      ['/1', 200],
      ['/2', 404],
    ]);
  });

  it('that is missing to a HEAD is not waited for', () => {
    const script = opened().send(CLIENT, 'HEAD /1 HTTP/1.1\r\n\r\n').send(SERVER, 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n');
    script.send(CLIENT, 'GET /2 HTTP/1.0\r\n\r\n').send(SERVER, 'HTTP/1.0 200 OK\r\n\r\nHTTP/1.1 500 until close');
    expect(statuses(script)).toEqual([
      ['/1', 200],
      ['/2', 200],
    ]);
  });

  it('of a refused upgrade is kept in its first 200 bytes', () => {
    const answer = (framing: string, body: string): string | undefined =>
      opened().send(CLIENT, UPGRADE).send(SERVER, `HTTP/1.1 400 Bad Request\r\n${framing}\r\n\r\n`).send(SERVER, body).finish().exchanges[0]
        ?.response?.bodyStart;
    expect(answer('Content-Length: 500', 'a'.repeat(500))).toBe('a'.repeat(200));
    expect(answer('Transfer-Encoding: chunked', '4\r\nnot \r\n5\r\nhere!\r\n0\r\n\r\n')).toBe('not here!');
    expect(answer('Content-Encoding: gzip', 'binary')).toBe('');
  });
});

describe('answers', () => {
  it('before the final one are passed over', () => {
    const script = opened().send(CLIENT, 'POST /1 HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n');
    script
      .send(SERVER, 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
      .send(CLIENT, 'abcGET /2 HTTP/1.1\r\n\r\n');
    script.send(SERVER, 'HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n');
    expect(statuses(script)).toEqual([
      ['/1', 201],
      ['/2', 200],
    ]);
  });

  it('belong to the newest request after others were lost', () => {
    const script = opened()
      .send(CLIENT, 'GET /1 HTTP/1.1\r\n\r\n')
      .send(SERVER, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', { isLost: true });
    script.send(CLIENT, 'GET /2 HTTP/1.1\r\n\r\n').send(SERVER, 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n').send(CLIENT, '');
    expect(statuses(script)).toEqual([
      ['/1', null],
      ['/2', 404],
    ]);
  });

  it('are all counted, and the first 50 and every upgrade kept', () => {
    const script = opened();
    for (let at = 0; at < 60; at += 1) script.send(CLIENT, `GET /${at} HTTP/1.1\r\n\r\n`).send(SERVER, 'HTTP/1.1 204 None\r\n\r\n');
    const { exchangeCount, exchanges } = script.send(CLIENT, UPGRADE).send(SERVER, 'HTTP/1.1 502 Bad Gateway\r\n\r\n').finish();
    expect([exchangeCount, exchanges.length]).toEqual([61, 51]);
    expect(exchanges.at(-1)).toMatchObject({ isUpgrade: true, response: { status: 502 } });
  });
});

describe('a switch to WebSocket', () => {
  it('is followed in the middle of a segment', () => {
    const script = opened()
      .send(CLIENT, UPGRADE)
      .send(SERVER, Buffer.concat([Buffer.from(SWITCHING), frameOf('hello'), frameOf('again')]));
    const { webSocket } = script.send(CLIENT, frameOf('me too', MASK)).finish();
    expect(webSocket).toMatchObject({ frames: 3, messages: [1, 2], unreadable: [] });
  });

  it('tells what was agreed on', () => {
    const answer = SWITCHING.replace(
      '\r\n\r\n',
      '\r\nSec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: chat\r\n\r\n',
    );
    const { webSocket } = opened().send(CLIENT, UPGRADE).send(SERVER, answer).finish();
    expect(webSocket).toMatchObject({ frames: 0, extensions: 'permessage-deflate', subprotocol: 'chat' });
  });

  it('does not lose frames that the capture shows before the answer', () => {
    const script = opened().send(CLIENT, UPGRADE).send(CLIENT, frameOf('early', MASK)).send(SERVER, SWITCHING);
    expect(script.finish().webSocket).toMatchObject({ frames: 1, messages: [1, 0] });
  });

  it('that was refused goes on with the next request', () => {
    const script = opened().send(CLIENT, UPGRADE).send(CLIENT, UPGRADE.replace('/chat', '/pipelined'));
    script.send(SERVER, 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n').send(SERVER, SWITCHING).send(SERVER, frameOf('hi'));
    const { exchanges, webSocket } = script.finish();
    expect(exchanges.map(({ response }) => response?.status)).toEqual([403, 101]);
    expect(webSocket?.frames).toBe(1);
  });

  it('is seen by the frames of the client when only its direction was captured', () => {
    const script = opened().send(CLIENT, UPGRADE);
    for (let count = 0; count < 5; count += 1) script.send(CLIENT, frameOf('alone', MASK));
    const { exchanges, webSocket } = script.finish();
    expect(exchanges[0]?.response).toBeNull();
    expect(webSocket).toMatchObject({ frames: 5, messages: [5, 0] });
  });

  it('to something else is not read as frames', () => {
    const script = opened().send(CLIENT, UPGRADE.replace('websocket', 'raw').replace('Sec-WebSocket-Key', 'X-Key'));
    const { exchanges, webSocket } = script.send(SERVER, SWITCHING.replace('websocket', 'raw')).send(SERVER, frameOf('no frame')).finish();
    expect(exchanges).toMatchObject([{ isUpgrade: false, response: { status: 101 } }]);
    expect(webSocket).toBeNull();
  });
});
