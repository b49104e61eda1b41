import { describe, expect, it } from 'vitest';
import { newContentBudget } from '../../../../harness/wire/content/content-budget.ts';
import { newContentFacts } from '../../../../harness/wire/content/content-facts.ts';
import { sniff } from '../../../../harness/wire/content/sniff.ts';
import { SniffingConversation } from '../../../../harness/wire/content/sniffing-conversation.ts';
import { feed, type Piece, recut } from './recorded-traffic.ts';
import { SWITCHING, UPGRADE } from './stream-script.ts';

const PROXY_V2 = Buffer.concat([Buffer.from('\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c', 'latin1'), Buffer.alloc(12, 7)]);
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

describe('the first bytes of a direction', () => {
  it.each([
    ['a request', 'GET / HTTP/1.1\r\n', { kind: 'request' }],
    ['a request with a method of its own', 'BREW /pot HTTP/1.1\r\n', { kind: 'request' }],
    ['a response', 'HTTP/1.1 200 OK\r\n', { kind: 'response' }],
    ['a TLS handshake record', '\x16\x03\x01\x02\0\x01', { kind: 'tls' }],
    ['the HTTP/2 preface', PREFACE, { kind: 'http2' }],
    ['a PROXY header', 'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET /', { kind: 'proxy', length: 32 }],
    ['a binary PROXY header', PROXY_V2.toString('latin1'), { kind: 'proxy', length: 28 }],
    ['a banner', 'SSH-2.0-OpenSSH_9.2\r\n', { kind: 'foreign' }],
    ['mail', 'EHLO mail.test\r\n', { kind: 'foreign' }],
    ['TLS application data', '\x17\x03\x03\0\x20', { kind: 'foreign' }],
    ['half a method', 'CONN', { kind: 'more' }],
    ['half a preface', 'PRI * HTTP/2.0\r\n', { kind: 'more' }],
    ['half a version', 'HTTP/1', { kind: 'more' }],
    ['two bytes of TLS', '\x16\x03', { kind: 'more' }],
    ['nothing', '', { kind: 'more' }],
  ])('are told to be %s', (_name, bytes, expected) => {
    expect(sniff(Buffer.from(bytes, 'latin1'))).toEqual(expected);
  });
});

/** What is read of a stream of texts, cut into chunks of at most `size`. */
function read(texts: readonly (readonly [0 | 1, string])[], size = 1 << 20) {
  const facts = newContentFacts();
  const conversation = new SniffingConversation(facts, { keyLog: null, budget: newContentBudget() });
  const pieces: readonly Piece[] = texts.map(([direction, text]) => ({ direction, bytes: Buffer.from(text, 'latin1') }));
  feed(
    conversation,
    recut(pieces, () => size),
  );
  return { facts, isForeign: conversation.isForeign };
}

describe('a stream of unknown content', () => {
  it.each([1, 3, 1 << 20])('is read as HTTP behind a PROXY header, in chunks of %i bytes', (size) => {
    for (const header of ['PROXY TCP6 ::1 ::1 1 2\r\n', PROXY_V2.toString('latin1')]) {
      const { facts } = read(
        [
          [0, header + UPGRADE],
          [1, SWITCHING],
        ],
        size,
      );
      expect(facts.exchanges).toMatchObject([{ isUpgrade: true, response: { status: 101 } }]);
    }
  });

  it('is read whichever direction came first', () => {
    const { facts } = read([
      [1, 'GET /a HTTP/1.1\r\n\r\n'],
      [0, 'HTTP/1.1 204 No Content\r\n\r\n'],
    ]);
    expect(facts.exchanges).toMatchObject([{ from: 1, target: '/a', response: { status: 204 } }]);
  });

  it('is read from the next request on when it began before the capture', () => {
    const { facts } = read([
      [1, 'the rest of some body'],
      [0, 'GET /next HTTP/1.1\r\n\r\n'],
      [1, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ]);
    expect(facts.exchanges).toMatchObject([{ target: '/next' }]);
  });

  it('is left alone when neither direction is known', () => {
    const ssh = read([
      [1, 'SSH-2.0-OpenSSH_9.2\r\n'],
      [0, 'SSH-2.0-client\r\n'],
      [0, UPGRADE],
    ]);
    expect(ssh.isForeign).toBe(true);
    expect(ssh.facts.exchangeCount).toBe(0);
  });

  it('is not called HTTP for a word that begins like a method', () => {
    const { facts } = read([[0, 'OPTIONS rtsp://camera.test/ RTSP/1.0\r\nCSeq: 1\r\n\r\n']]);
    expect([facts.exchangeCount, facts.notes]).toEqual([0, []]);
  });

  it('is read as HTTP/2 with settings that the server sent first', () => {
    const settings = '\0\0\0\x04\0\0\0\0\0';
    const { facts, isForeign } = read([
      [1, settings],
      [0, PREFACE + settings],
    ]);
    expect([isForeign, facts.notes]).toEqual([false, []]);
  });

  it('inside a tunnel is read as if it stood alone', () => {
    const { facts } = read([
      [0, 'CONNECT app.test:80 HTTP/1.1\r\nHost: app.test:80\r\n\r\n'],
      [1, 'HTTP/1.1 200 Connection established\r\n\r\n'],
      [0, UPGRADE],
      [1, SWITCHING + '\x81\x02hi'],
    ]);
    expect(facts.exchanges.map(({ method, response }) => [method, response?.status])).toEqual([
      ['CONNECT', 200],
      ['GET', 101],
    ]);
    expect(facts.webSocket?.frames).toBe(1);
  });

  it('in tunnels without end is given up', () => {
    const tunnels = Array.from({ length: 20 }, (): readonly (readonly [0 | 1, string])[] => [
      [0, 'CONNECT a:1 HTTP/1.1\r\n\r\n'],
      [1, 'HTTP/1.1 200 OK\r\n\r\n'],
    ]).flat();
    expect(read(tunnels).facts.exchangeCount).toBe(5);
  });
});
