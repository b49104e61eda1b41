import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../harness/measure/seeded-random.ts';
import { newContentFacts } from '../../../../../harness/wire/content/content-facts.ts';
import { Http2Conversation } from '../../../../../harness/wire/content/http2/http2-conversation.ts';
import { TlsConversation } from '../../../../../harness/wire/content/tls/tls-conversation.ts';
import { feed, recut } from '../recorded-traffic.ts';
import { keyLogOf, makeCertificate } from '../tls/tls-traffic.ts';
import { readHttp2, recordHttp2 } from './http2-traffic.ts';

const KINDS = ['as it is', 'padded'] as const;
const recordings = { 'as it is': recordHttp2(), padded: recordHttp2({ isPadded: true }) };

describe.each(KINDS)('Http2Conversation over real traffic, %s', (kind) => {
  it('reads requests and answers however they are chunked', async () => {
    const { pieces } = await recordings[kind];
    for (let seed = 1; seed <= 5; seed += 1) {
      const random = seededRandom(seed);
      const longest = seed % 3 === 0 ? 9 : 4000;
      const { exchanges, exchangeCount, notes } = readHttp2(recut(pieces, () => 1 + random() * longest));
      expect(exchangeCount).toBe(4);
      expect(exchanges.map(({ method, target, isUpgrade, response }) => [method, target, isUpgrade, response?.status ?? null])).toEqual([
        ['GET', '/?token=1', false, 200],
        ['CONNECT', '/chat', true, 200],
        ['CONNECT', '/refused', true, 403],
        ['CONNECT', '/reset', true, null],
      ]);
      expect(exchanges.map(({ response }) => response?.bodyStart ?? '')).toEqual(['a page', '', 'no WebSockets here'.padEnd(200, '.'), '']);
      expect(exchanges[0]?.headers.find(({ name }) => name === 'x-long')?.value).toHaveLength(30_000);
      expect(exchanges[0]?.response?.headers.find(({ name }) => name === 'x-long')?.value).toHaveLength(20_000);
      expect(exchanges[3]?.reset).toMatchObject({ from: 1, error: 'REFUSED_STREAM' });
      expect(exchanges.slice(0, 3).map(({ reset }) => reset)).toEqual([undefined, undefined, undefined]);
      expect(notes).toEqual([]);
    }
  });

  it('shows an extended CONNECT with its pseudo-headers and its authority as host', async () => {
    const { pieces } = await recordings[kind];
    const upgrade = readHttp2(pieces).exchanges[1];
    expect(upgrade).toMatchObject({ protocol: 'HTTP/2', from: 0 });
    expect(upgrade?.headers).toEqual(
      [
        { name: ':method', value: 'CONNECT' },
        { name: ':protocol', value: 'websocket' },
        { name: ':scheme', value: 'http' },
        { name: ':path', value: '/chat' },
        { name: ':authority', value: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
        { name: 'sec-websocket-version', value: '13' },
        { name: 'sec-websocket-protocol', value: 'chat, other' },
        { name: 'host', value: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
      ].map((header) => expect.objectContaining(header)),
    );
    expect(upgrade?.frame).toBeGreaterThan(0);
    expect(upgrade?.response?.frame).toBeGreaterThan(upgrade?.frame ?? 0);
  });

  it('reads the WebSocket frames of both directions', async () => {
    const { pieces } = await recordings[kind];
    for (const size of [3, 100_000]) {
      const { webSocket, closings } = readHttp2(recut(pieces, () => size));
      expect(webSocket).toMatchObject({
        frames: 8,
        messages: [2, 2],
        payloadBytes: [20_005, 20_005],
        extensions: 'permessage-deflate',
        subprotocol: 'chat',
        unreadable: [],
      });
      expect(closings.toSorted((a, b) => a.from - b.from).map(({ kind, from, code, reason }) => [kind, from, code, reason])).toEqual([
        ['close-frame', 0, 1000, 'done'],
        ['close-frame', 1, 1000, 'done'],
      ]);
    }
  });
});

describe('Http2Conversation', () => {
  it('reads what TLS decrypts', async () => {
    const { pieces, keyLines } = await recordHttp2({ tls: makeCertificate() });
    const facts = newContentFacts();
    const opened: (string | null)[] = [];
    const open = (alpn: string | null) => {
      opened.push(alpn);
      return new Http2Conversation(facts);
    };
    feed(
      new TlsConversation(facts, keyLogOf(keyLines), open),
      recut(pieces, () => 700),
    );
    expect(opened).toEqual(['h2']);
    expect(facts.tls).toMatchObject({ alpnChosen: 'h2', decrypted: true, because: null });
    expect(facts.exchanges.map(({ response }) => response?.status)).toEqual([200, 200, 403, undefined]);
    expect(facts.webSocket).toMatchObject({ messages: [2, 2], payloadBytes: [20_005, 20_005] });
  });

  it('keeps the first 50 exchanges, and counts all', async () => {
    const { pieces } = await recordHttp2({ plainRequests: 60, paths: [] });
    const { exchanges, exchangeCount } = readHttp2(pieces);
    expect([exchanges.length, exchangeCount]).toEqual([50, 60]);
    expect(exchanges.every(({ response }) => response?.status === 200)).toBe(true);
  });

  it('adds up the WebSockets of one connection', async () => {
    const { pieces } = await recordHttp2({ paths: ['/chat', '/chat/2', '/chat/3'] });
    expect(readHttp2(pieces).webSocket).toMatchObject({ frames: 24, messages: [6, 6] });
  });

  it('reads on when the client is the second end', async () => {
    const { pieces } = await recordings['as it is'];
    const { exchanges, webSocket } = readHttp2(pieces.map(({ direction, bytes }) => ({ direction: direction === 0 ? 1 : 0, bytes })));
    expect(exchanges.map(({ from }) => from)).toEqual([1, 1, 1, 1]);
    expect(webSocket).toMatchObject({ messages: [2, 2] });
  });

  it('holds what a client says before the answer is seen', async () => {
    const { pieces } = await recordHttp2({ paths: ['/chat'] });
    const client = pieces.filter(({ direction }) => direction === 0);
    const { webSocket } = readHttp2([...client, ...pieces.filter(({ direction }) => direction === 1)]);
    // More than is held came before it: the server's side is whole, the client's is known to be incomplete.
    expect(webSocket?.messages[1]).toBe(2);
    expect(webSocket?.unreadable.map(({ from }) => from)).toEqual([0]);
  });

  it('does not read a connection that began before the capture, and says so', async () => {
    const { pieces } = await recordings['as it is'];
    const { exchanges, exchangeCount, webSocket, notes } = readHttp2(pieces.slice(4));
    expect([exchanges, exchangeCount, webSocket]).toEqual([[], 0, null]);
    expect(notes.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable']);
    expect(notes[0]?.because).toMatch(/^it does not begin with SETTINGS/);
  });
});

describe('Http2Conversation with gaps', () => {
  it('takes any bytes at all', async () => {
    const { pieces } = await recordings.padded;
    for (let seed = 1; seed <= 80; seed += 1) {
      const random = seededRandom(seed);
      const facts = newContentFacts();
      const conversation = new Http2Conversation(facts);
      const from = { frame: 0, timeNs: 0 };
      for (const { direction, bytes } of recut(pieces, () => 1 + random() * 3000)) {
        from.frame += 1;
        const copy = Buffer.from(bytes);
        if (random() < 0.05) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
        if (random() < 0.02) conversation.missing(direction, Math.floor(random() * 5000), from);
        if (random() > 0.02) conversation.bytes(direction, copy, 0, Math.ceil(copy.length * (random() < 0.02 ? random() : 1)), from);
        if (random() < 0.005) conversation.end(direction, 'rst', from);
      }
      expect(facts.exchanges.length).toBeLessThanOrEqual(250);
      expect(facts.notes.length).toBeLessThanOrEqual(20);
    }
  });

  it('takes noise', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = seededRandom(seed);
      const noise = Buffer.from(Array.from({ length: 1500 }, () => Math.floor(random() * 256)));
      const start = Buffer.from('505249202a20485454502f322e300d0a0d0a534d0d0a0d0a000000040000000000', 'hex');
      const bytes = Buffer.concat([start.subarray(0, seed % 3 === 0 ? 0 : start.length), noise]);
      const pieces = [
        { direction: 0 as const, bytes },
        { direction: 1 as const, bytes: Buffer.concat([start.subarray(24), noise]) },
      ];
      expect(readHttp2(recut(pieces, () => 1 + random() * 300)).notes.length).toBeLessThanOrEqual(20);
    }
  });
});
