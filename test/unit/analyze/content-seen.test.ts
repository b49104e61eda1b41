import { describe, expect, it } from 'vitest';
import { contentSeen } from '../../../harness/analyze/content-seen.ts';
import type { ClosingEvent } from '../../../harness/model/capture-analysis.ts';
import { encodeClose, encodeFrame } from '../../../harness/wire/frame.ts';
import { CLIENT, SERVER, StreamScript, SWITCHING, UPGRADE } from '../wire/content/stream-script.ts';

const opened = (): StreamScript => new StreamScript().handshake();
const closingOf = (kind: 'fin' | 'rst', from: 'a' | 'b', frame: number): ClosingEvent => ({
  kind,
  from,
  frame,
  atMs: 1_800_000_000_000 + frame,
  code: null,
  reason: '',
});
const seenOf = (script: StreamScript, closing: readonly ClosingEvent[] = []) =>
  contentSeen(script.finish(), { capture: 2, stream: 5, a: '10.0.0.1:51000', b: '10.0.0.2:80', epochSeconds: 1_800_000_000, closing });
const outcomeOf = (script: StreamScript, closing: readonly ClosingEvent[] = []) => {
  const { outcome, because, elapsedMs } = seenOf(script, closing).upgrades[0] ?? {};
  return { outcome, because, elapsedMs };
};

describe('an opening handshake of a capture', () => {
  it('is placed and timed', () => {
    const { upgrades } = seenOf(opened().send(CLIENT, UPGRADE).send(SERVER, SWITCHING));
    expect(upgrades).toMatchObject([
      {
        ...{ capture: 2, stream: 5, frame: 4, atMs: 1_800_000_000_004, method: 'GET', host: 'app.test', from: 'a' },
        ...{ client: '10.0.0.1:51000', server: '10.0.0.2:80', status: 101, outcome: 'accepted', responseFrame: 5, elapsedMs: 1 },
      },
    ]);
  });

  it('asked by the end that did not open the connection names client and server so', () => {
    const { upgrades } = seenOf(opened().send(SERVER, UPGRADE));
    expect(upgrades).toMatchObject([{ from: 'b', client: '10.0.0.2:80', server: '10.0.0.1:51000' }]);
  });

  it.each([
    ['no accept value', SWITCHING.replace(/Sec-WebSocket-Accept.*\r\n/, ''), 'the answer is a 101 without Sec-WebSocket-Accept'],
    [
      'an accept value for another key',
      SWITCHING.replace('s3pP', 'S3pP'),
      'the answer is a 101 with Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=, expected s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    ],
    ['no Upgrade', SWITCHING.replace('Upgrade: websocket\r\n', ''), 'the answer is a 101 without Upgrade'],
    ['HTTP/1.0', SWITCHING.replace('HTTP/1.1', 'HTTP/1.0'), 'the answer is a 101 in HTTP/1.0'],
  ])('with a 101 with %s is not accepted', (_name, answer, because) => {
    expect(outcomeOf(opened().send(CLIENT, UPGRADE).send(SERVER, answer))).toMatchObject({ outcome: 'wrong-accept', because });
  });

  it('without a key cannot be answered rightly', () => {
    const script = opened()
      .send(CLIENT, UPGRADE.replace(/Sec-WebSocket-Key.*\r\n/, ''))
      .send(SERVER, SWITCHING);
    expect(outcomeOf(script)).toMatchObject({
      outcome: 'wrong-accept',
      because: 'the answer is a 101, but the request has no Sec-WebSocket-Key that it could be right for',
    });
  });

  it('that is refused tells the answer, and what the request lacks', () => {
    const refused = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n';
    expect(outcomeOf(opened().send(CLIENT, UPGRADE).send(SERVER, refused))).toMatchObject({
      outcome: 'refused',
      because: 'the answer is 400 Bad Request',
    });
    const stripped = UPGRADE.replace('Upgrade: websocket\r\n', '');
    expect(outcomeOf(opened().send(CLIENT, stripped).send(SERVER, refused)).because).toBe(
      'the answer is 400 Bad Request; the request itself is not right: no Upgrade header',
    );
  });

  it('that only asks for another protocol is none', () => {
    const h2c = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n';
    expect(seenOf(opened().send(CLIENT, h2c)).upgrades).toEqual([]);
  });
});

describe('an opening handshake without an answer', () => {
  it.each([
    ['reset', [closingOf('rst', 'b', 24)], 'reset', 'the server reset the connection 20 ms after the request, without an answer', 20],
    [
      'closed',
      [closingOf('fin', 'b', 9), closingOf('rst', 'a', 10)],
      'closed',
      'the server closed the connection 5.00 ms after the request, without an answer',
      5,
    ],
    [
      'given up',
      [closingOf('fin', 'a', 9), closingOf('fin', 'b', 10)],
      'no-answer',
      'the client closed the connection 5.00 ms after the request, before an answer',
      5,
    ],
    ['still open', [], 'no-answer', 'the capture ends before an answer', null],
  ] as const)('tells how it was %s', (_name, closing, outcome, because, elapsedMs) => {
    expect(outcomeOf(opened().send(CLIENT, UPGRADE), closing)).toEqual({ outcome, because, elapsedMs });
  });

  it('tells what came in its place', () => {
    const script = opened().send(CLIENT, UPGRADE).send(SERVER, 'ERROR no such page\r\n\r\n');
    expect(outcomeOf(script)).toMatchObject({
      outcome: 'unreadable',
      because: 'the answer could not be read: a malformed head: the start line is not HTTP/1.x',
    });
  });

  it('tells of an answer that breaks off', () => {
    const script = opened().send(CLIENT, UPGRADE).send(SERVER, 'HTTP/1.1 101 Swit').rst(SERVER);
    expect(outcomeOf(script, [closingOf('rst', 'b', 6)])).toMatchObject({
      outcome: 'unreadable',
      because: 'the answer could not be read: it ends in the middle of a head',
    });
  });

  it('tells of a 101 that is not all in the capture', () => {
    const script = opened().send(CLIENT, UPGRADE).send(SERVER, SWITCHING.slice(0, 60), { length: SWITCHING.length });
    expect(outcomeOf(script)).toMatchObject({
      outcome: 'unreadable',
      because: 'the answer is a 101, but the capture does not have all of both heads',
    });
  });
});

describe('what is shown of content', () => {
  it('has no cookies, credentials, queries or tokens in it', () => {
    const secret = 'hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunter2';
    const request = [
      `GET /chat?session=${secret} HTTP/1.1`,
      ...['Host: app.test', 'Upgrade: websocket', `Cookie: id=${secret}`, `Authorization: Bearer ${secret}`],
      ...[`Referer: https://app.test/?q=${secret}`, `Sec-WebSocket-Protocol: chat, ${secret}`, '', ''],
    ].join('\r\n');
    const answer = `HTTP/1.1 302 Found\r\nLocation: /login?next=${secret}\r\nSet-Cookie: id=${secret}\r\nContent-Length: 0\r\n\r\n`;
    const seen = seenOf(opened().send(CLIENT, request).send(SERVER, answer));
    expect(JSON.stringify(seen)).not.toContain('hunter2');
    expect(seen.exchanges[0]).toMatchObject({ target: '/chat?[redacted]', response: { status: 302 } });
    expect(seen.exchanges[0]?.headers).toContainEqual({
      name: 'Sec-WebSocket-Protocol',
      value: `chat, [redacted, ${secret.length} bytes]`,
    });
  });

  it('tells frames by opcode, and Close frames as closings', () => {
    const script = opened().send(CLIENT, UPGRADE).send(SERVER, SWITCHING);
    script.send(SERVER, encodeFrame({ opcode: 1, payload: Buffer.from('hi') })).send(SERVER, encodeClose(1001, 'going away'));
    const { webSocket, closing } = seenOf(script);
    expect(webSocket).toMatchObject({
      frames: 2,
      byOpcode: { 1: 1, 8: 1 },
      messages: { aToB: 0, bToA: 1 },
      payloadBytes: { aToB: 0, bToA: 2 },
    });
    expect(closing).toEqual([{ kind: 'close-frame', from: 'b', frame: 7, atMs: 1_800_000_000_007, code: 1001, reason: 'going away' }]);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 500 }, (_, at) => `X-${at}: ${'y'.repeat(80)}`).join('\r\n');
    const { exchanges } = seenOf(opened().send(CLIENT, `GET /${'z'.repeat(5000)} HTTP/1.1\r\n${many}\r\n\r\n`));
    expect(exchanges[0]?.headers).toHaveLength(100);
    expect(exchanges[0]?.target).toHaveLength(200);
  });
});
