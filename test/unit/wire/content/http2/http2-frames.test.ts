import { describe, expect, it } from 'vitest';
import type { ContentFacts } from '../../../../../harness/wire/content/content-facts.ts';
import { newContentFacts } from '../../../../../harness/wire/content/content-facts.ts';
import { Http2Conversation } from '../../../../../harness/wire/content/http2/http2-conversation.ts';
import { PREFACE } from '../../../../../harness/wire/content/http2/http2-frame.ts';
import { encodeFrame, OPCODE } from '../../../../../harness/wire/frame.ts';
import type { StreamDirection } from '../../../../../harness/wire/tcp/label.ts';
import { encodeHttp2Frame as frame, readHttp2 } from './http2-traffic.ts';

const [DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY, CONTINUATION] = [0, 1, 3, 4, 7, 9];
const [END_STREAM, END_HEADERS, PADDED] = [1, 4, 8];

/** Fields as literals that are not indexed (RFC 7541 section 6.2.2). */
const block = (fields: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat(
    Object.entries(fields).map(([name, value]) =>
      Buffer.from(`\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`),
    ),
  );
const CONNECT = block({ ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat', ':authority': 'example.test' });
const GET = block({ ':method': 'GET', ':path': '/', 'sec-websocket-key': 'x' });
const OK = block({ ':status': '200' });
const START: readonly Sent[] = [
  [0, Buffer.concat([PREFACE, frame(SETTINGS, 0, 0, '')])],
  [1, frame(SETTINGS, 0, 0, Buffer.from('000800000001', 'hex'))],
];

/** Bytes of a direction, or a number of them that is missing. */
type Sent = readonly [StreamDirection, Buffer | number];

function read(...sent: readonly Sent[]): ContentFacts {
  const facts = newContentFacts();
  const conversation = new Http2Conversation(facts);
  for (const [index, [direction, what]] of sent.entries()) {
    const from = { frame: index + 1, timeNs: index };
    if (typeof what === 'number') conversation.missing(direction, what, from);
    else conversation.bytes(direction, what, 0, what.length, from);
  }
  return facts;
}

const text = (payload: string): Buffer => encodeFrame({ opcode: OPCODE.text, payload: Buffer.from(payload), maskKey: Buffer.alloc(4, 1) });

describe('Http2Conversation', () => {
  it('puts CONTINUATION frames together, with padding and priority', () => {
    const [first, second, third] = [CONNECT.subarray(0, 9), CONNECT.subarray(9, 10), CONNECT.subarray(10)];
    const headers = Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 16]), first, Buffer.alloc(3)]);
    const { exchanges } = read(
      ...START,
      [0, frame(HEADERS, PADDED | 0x20, 1, headers)],
      [0, frame(CONTINUATION, 0, 1, second)],
      [0, frame(CONTINUATION, END_HEADERS, 1, third)],
    );
    expect(exchanges).toEqual([expect.objectContaining({ method: 'CONNECT', target: '/chat', frame: 5, isUpgrade: true })]);
  });

  it('takes an upgrade that a proxy carried over from HTTP/1.1 for an attempt', () => {
    expect(read(...START, [0, frame(HEADERS, END_HEADERS, 1, GET)]).exchanges[0]).toMatchObject({ method: 'GET', isUpgrade: true });
  });

  it('passes over interim answers and trailers', () => {
    const interim = frame(HEADERS, END_HEADERS, 1, block({ ':status': '103' }));
    const trailers = frame(HEADERS, END_HEADERS | END_STREAM, 1, block({ 'grpc-status': '0', ':status': '500' }));
    const { exchanges } = read(
      ...START,
      [0, frame(HEADERS, END_HEADERS, 1, GET)],
      [1, interim],
      [1, frame(HEADERS, END_HEADERS, 1, OK)],
      [1, trailers],
    );
    expect(exchanges.map(({ response }) => [response?.status, response?.frame])).toEqual([[200, 5]]);
  });

  it('notes an extended CONNECT that the server did not invite', () => {
    const closed: readonly Sent[] = [START[0] as Sent, [1, frame(SETTINGS, 0, 0, '')]];
    const { notes, exchanges } = read(
      ...closed,
      [0, frame(HEADERS, END_HEADERS, 1, CONNECT)],
      [1, frame(RST_STREAM, 0, 1, Buffer.from([0, 0, 0, 1]))],
    );
    expect(notes).toEqual([
      expect.objectContaining({ kind: 'odd', from: 0, frame: 3, because: expect.stringMatching(/ENABLE_CONNECT_PROTOCOL/) }),
    ]);
    expect(exchanges[0]).toMatchObject({ response: null, reset: { from: 1, frame: 4, error: 'PROTOCOL_ERROR' } });
    expect(read(...START, [0, frame(HEADERS, END_HEADERS, 1, CONNECT)]).notes).toEqual([]);
  });

  it('tells a reset that ends a WebSocket', () => {
    const { exchanges } = read(
      ...START,
      [0, frame(HEADERS, END_HEADERS, 1, CONNECT)],
      [1, frame(HEADERS, END_HEADERS, 1, OK)],
      [1, frame(RST_STREAM, 0, 1, Buffer.from([0, 0, 0, 2]))],
    );
    expect(exchanges[0]).toMatchObject({ response: { status: 200 }, reset: { from: 1, error: 'INTERNAL_ERROR' } });
  });

  it('notes a GOAWAY that is not an orderly end', () => {
    const goAway = (code: number, debug: string): Sent => [
      1,
      frame(GOAWAY, 0, 0, Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 0, 0, code]), Buffer.from(debug)])),
    ];
    expect(read(...START, goAway(0, ''), goAway(11, 'too_many_pings')).notes.map(({ because }) => because)).toEqual([
      'GOAWAY with ENHANCE_YOUR_CALM: too_many_pings',
    ]);
  });

  const accepted: readonly Sent[] = [...START, [0, frame(HEADERS, END_HEADERS, 1, CONNECT)], [1, frame(HEADERS, END_HEADERS, 1, OK)]];

  it('reads WebSocket frames over the borders of padded DATA frames', () => {
    const message = text('a message');
    const padded = (part: Buffer) => frame(DATA, PADDED, 1, Buffer.concat([Buffer.from([5]), part, Buffer.alloc(5, 0xff)]));
    const { webSocket } = read(
      ...accepted,
      [0, padded(message.subarray(0, 3))],
      [0, frame(DATA, 0, 3, 'other')],
      [0, padded(message.subarray(3))],
    );
    expect(webSocket).toMatchObject({ frames: 1, messages: [1, 0], payloadBytes: [9, 0], unreadable: [] });
  });

  it('passes over missing payload of a WebSocket frame', () => {
    const data = frame(DATA, 0, 1, text('x'.repeat(100)));
    const { webSocket } = read(...accepted, [0, data.subarray(0, 50)], [0, data.length - 50], [0, frame(DATA, END_STREAM, 1, text('y'))]);
    expect(webSocket).toMatchObject({ frames: 2, messages: [2, 0], unreadable: [] });
  });

  it('ends a direction whose frame header is missing, and says so of its WebSocket', () => {
    const { webSocket, notes } = read(...accepted, [0, 20], [0, frame(DATA, 0, 1, text('lost'))], [1, frame(DATA, 0, 1, text('read'))]);
    expect(webSocket).toMatchObject({
      messages: [0, 1],
      unreadable: [{ from: 0, frame: 5, because: 'an HTTP/2 frame header is not in the capture' }],
    });
    expect(notes).toHaveLength(1);
  });

  it('reads no headers after a header block of which a part is missing, but still data', () => {
    const cut = frame(HEADERS, END_HEADERS | END_STREAM, 3, GET);
    const { exchanges, exchangeCount, notes, webSocket } = read(
      ...accepted,
      [0, cut.subarray(0, 12)],
      [0, cut.length - 12],
      [0, frame(HEADERS, END_HEADERS, 5, GET)],
      [0, frame(DATA, 0, 1, text('read'))],
    );
    expect([exchanges.length, exchangeCount]).toEqual([1, 3]);
    expect(notes.map(({ kind, because }) => [kind, because])).toEqual([
      ['unreadable', 'a part of a header block is not in the capture: header compression cannot be undone from here on'],
    ]);
    expect(webSocket).toMatchObject({ messages: [1, 0] });
  });

  it.each([
    ['a frame between HEADERS and CONTINUATION', [frame(HEADERS, 0, 1, GET), frame(DATA, 0, 1, '')], /between the parts/],
    ['a CONTINUATION of nothing', [frame(CONTINUATION, END_HEADERS, 1, GET)], /CONTINUATION of nothing/],
    ['padding longer than the frame', [frame(HEADERS, END_HEADERS | PADDED, 1, Buffer.from([200, 0x82]))], /malformed HEADERS/],
    ['a block that does not decode', [frame(HEADERS, END_HEADERS, 1, Buffer.from([0x80]))], /does not decode/],
    ['a block over 64 KiB', [frame(HEADERS, END_HEADERS, 1, Buffer.alloc(70_000, 0x82))], /over 64 KiB/],
  ])('notes %s and reads no more headers', (_, frames, because) => {
    const { notes, exchanges } = read(...START, ...frames.map((bytes): Sent => [0, bytes]), [0, frame(HEADERS, END_HEADERS, 9, GET)]);
    expect(notes).toEqual([expect.objectContaining({ kind: 'unreadable', because: expect.stringMatching(because) })]);
    expect(exchanges).toEqual([]);
  });

  it('refuses a preface that is not one', () => {
    const { notes } = readHttp2([{ direction: 0, bytes: Buffer.from('PRI * HTTP/3.0\r\n\r\n') }]);
    expect(notes.map(({ because }) => because)).toEqual(['its preface is not that of HTTP/2']);
  });

  it('stays bounded with very many streams', () => {
    const many = Array.from({ length: 5000 }, (_, index): Sent => [0, frame(HEADERS, END_HEADERS, 2 * index + 1, CONNECT)]);
    const { exchanges, exchangeCount } = read(...START, ...many);
    expect([exchanges.length, exchangeCount]).toEqual([200, 5000]);
  });
});
