import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { newContentFacts } from '../../../../harness/wire/content/content-facts.ts';
import { WebSocketConversation } from '../../../../harness/wire/content/websocket-conversation.ts';
import { encodeClose, encodeFrame, OPCODE } from '../../../../harness/wire/frame.ts';
import { feed, recut } from './recorded-traffic.ts';

const MASK = Buffer.from([1, 2, 3, 4]);
const NOTHING_AGREED = { extensions: null, subprotocol: null };
const FROM = { frame: 7, timeNs: 0 };
const frameOf = (opcode: number, length: number, more: { fin?: boolean; rsv1?: boolean; maskKey?: Buffer } = {}): Buffer =>
  encodeFrame({ opcode, payload: Buffer.alloc(length, 0x2a), ...more });

/** What a conversation has noted after these bytes from the server, in chunks of at most `size`. */
function factsOf(bytes: Buffer, size = 1 << 20) {
  const facts = newContentFacts();
  feed(
    new WebSocketConversation(facts, NOTHING_AGREED),
    recut([{ direction: 1, bytes }], () => size),
  );
  return facts;
}

describe('WebSocket frames of a capture', () => {
  const bytes = Buffer.concat([
    frameOf(OPCODE.text, 5, { maskKey: MASK }),
    frameOf(OPCODE.binary, 200, { fin: false, rsv1: true }),
    frameOf(OPCODE.ping, 0),
    frameOf(OPCODE.continuation, 70_000),
    frameOf(OPCODE.pong, 125),
    frameOf(OPCODE.text, 126, { maskKey: MASK }),
    encodeClose(1008, 'no such room', MASK),
  ]);

  it.each([1, 2, 3, 7, 100, 1448, 1 << 20])('are counted alike in chunks of %i bytes', (size) => {
    const { webSocket, closings } = factsOf(bytes, size);
    expect(webSocket).toMatchObject({ frames: 7, messages: [0, 3], compressedMessages: 1, unreadable: [] });
    expect(webSocket?.payloadBytes).toEqual([0, 5 + 200 + 70_000 + 126]);
    expect(webSocket?.byOpcode.slice(0, 11)).toEqual([1, 2, 1, 0, 0, 0, 0, 0, 1, 1, 1]);
    expect(closings).toHaveLength(1);
    expect(closings[0]).toMatchObject({ kind: 'close-frame', from: 1, code: 1008, reason: 'no such room' });
  });

  it('are counted for both directions in one', () => {
    const facts = newContentFacts();
    const conversation = new WebSocketConversation(facts, { extensions: 'permessage-deflate', subprotocol: 'chat' });
    feed(conversation, [
      { direction: 0, bytes: frameOf(OPCODE.text, 3, { maskKey: MASK }) },
      { direction: 1, bytes: frameOf(OPCODE.text, 4) },
    ]);
    expect(facts.webSocket).toMatchObject({
      frames: 2,
      messages: [1, 1],
      payloadBytes: [3, 4],
      extensions: 'permessage-deflate',
      subprotocol: 'chat',
    });
  });

  it('are counted over payload that is missing', () => {
    const facts = newContentFacts();
    const conversation = new WebSocketConversation(facts, NOTHING_AGREED);
    const first = frameOf(OPCODE.binary, 1000);
    conversation.bytes(0, first, 0, 300, FROM);
    conversation.missing(0, 704, FROM);
    conversation.bytes(0, first, 0, 300, FROM);
    expect(facts.webSocket).toMatchObject({ frames: 2, messages: [1, 0], payloadBytes: [1000 + 296, 0], unreadable: [] });
  });

  it('are not invented behind a header that is missing', () => {
    const facts = newContentFacts();
    const conversation = new WebSocketConversation(facts, NOTHING_AGREED);
    const frame = frameOf(OPCODE.binary, 100);
    conversation.bytes(0, frame, 0, 50, FROM);
    conversation.missing(0, 60, FROM);
    for (let count = 0; count < 5; count += 1) conversation.bytes(0, frame, 0, frame.length, FROM);
    conversation.missing(0, 60, FROM);
    expect(facts.webSocket?.frames).toBe(1);
    expect(facts.webSocket?.unreadable).toEqual([
      { from: 0, frame: 7, because: '60 bytes are not in the capture, the next header among them' },
    ]);
  });
});

describe('a Close frame', () => {
  it.each([
    ['empty', encodeClose(null), null, ''],
    ['unmasked', encodeClose(1000, 'bye'), 1000, 'bye'],
    ['with a reason of 123 bytes', encodeClose(4001, 'x'.repeat(123), MASK), 4001, 'x'.repeat(123)],
  ])('%s is read', (_name, bytes, code, reason) => {
    for (const size of [1, 4, 1000]) expect(factsOf(bytes, size).closings).toMatchObject([{ code, reason }]);
  });

  it('that the snapshot cut is read as far as it goes', () => {
    const facts = newContentFacts();
    const conversation = new WebSocketConversation(facts, NOTHING_AGREED);
    const bytes = encodeClose(1011, 'something long', MASK);
    conversation.bytes(0, bytes, 0, 11, FROM);
    conversation.missing(0, bytes.length - 11, FROM);
    expect(facts.closings).toMatchObject([{ code: 1011, reason: 'som', frame: 7 }]);
  });
});

describe('what cannot be a frame', () => {
  it.each([
    ['RSV2', Buffer.from([0xa1, 0]), 'a reserved bit is set'],
    ['a reserved opcode', Buffer.from([0x83, 0]), 'reserved opcode 3'],
    ['a fragmented Close', Buffer.from([0x08, 0]), 'a fragmented control frame'],
    ['a long ping', Buffer.from([0x89, 126, 1, 0]), 'a control frame over 125 bytes'],
    ['a length beyond all', Buffer.from([0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255]), 'a frame of 18446744073709552000 bytes'],
  ])('ends the reading of its direction: %s', (_name, broken, because) => {
    const { webSocket } = factsOf(Buffer.concat([frameOf(OPCODE.text, 3), broken, Buffer.alloc(40), frameOf(OPCODE.text, 3)]));
    expect(webSocket?.frames).toBe(1);
    expect(webSocket?.unreadable).toEqual([{ from: 1, frame: 1, because }]);
  });

  it('a length that is not in its shortest form is read, and noted once', () => {
    const long = Buffer.from([0x81, 126, 0, 2, 0x61, 0x62]);
    const { webSocket, notes } = factsOf(Buffer.concat([long, long]));
    expect(webSocket).toMatchObject({ frames: 2, messages: [0, 2], payloadBytes: [0, 4], unreadable: [] });
    expect(notes).toMatchObject([{ kind: 'odd', from: 1 }]);
  });

  it('any bytes at all do no harm', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const random = seededRandom(seed);
      const bytes = Buffer.from(Array.from({ length: 3000 }, () => (random() < 0.5 ? 0x81 : Math.trunc(random() * 256))));
      const whole = factsOf(bytes);
      expect(factsOf(bytes, 1 + Math.trunc(random() * 20)).webSocket?.byOpcode).toEqual(whole.webSocket?.byOpcode);
      expect(whole.webSocket?.unreadable.length).toBeLessThanOrEqual(1);
    }
  });
});
