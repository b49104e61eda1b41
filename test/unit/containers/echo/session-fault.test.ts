import { describe, expect, it } from 'vitest';
import { encodeSwitch } from '../../../../containers/echo/response.ts';
import { spoilSession, spoilSwitch } from '../../../../containers/echo/session-fault.ts';
import type { OriginFaultKind } from '../../../../harness/model/origin-fault.ts';
import { encodeFrame, OPCODE } from '../../../../harness/wire/frame.ts';
import { FrameReader } from '../../../../harness/wire/frame-reader.ts';
import { judgeResponse } from '../../../../harness/wire/handshake.ts';
import { parseRequestHead, parseResponseHead } from '../../../../harness/wire/http-head.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const parsed = parseRequestHead(Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`));
if (parsed.kind !== 'complete') throw new Error('the request is whole');
const request = parsed.head;

const judged = (kind: OriginFaultKind | null) => {
  const fault = kind === null ? null : ({ kind } as Parameters<typeof spoilSwitch>[1]);
  const result = parseResponseHead(spoilSwitch(encodeSwitch(request), fault));
  return result.kind === 'complete' ? judgeResponse(result.head, KEY, request) : null;
};

describe('spoilSwitch', () => {
  it('leaves the 101 of a healthy origin as it is', () => {
    expect(judged(null)).toEqual({ kind: 'upgraded' });
  });

  it.each<[OriginFaultKind, object]>([
    ['wrong-accept', { kind: 'wrong-accept' }],
    ['no-accept', { kind: 'wrong-accept', received: null }],
    ['no-upgrade-header', { kind: 'malformed-response', detail: '101 without Upgrade' }],
    ['no-connection-header', { kind: 'malformed-response', detail: '101 without Connection' }],
    ['wrong-protocol', { kind: 'malformed-response', detail: '101 with a subprotocol that was not offered: graphql-ws' }],
  ])('makes a 101 that a client has to fail: %s', (kind, judgement) => {
    expect(judged(kind)).toMatchObject(judgement);
  });
});

describe('spoilSession', () => {
  const frame = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('hello') });

  it('sets a reserved bit, sends nothing, or leaves a frame as it is', () => {
    const [broken] = new FrameReader({ expectMasked: false }).push(spoilSession(frame, { kind: 'bad-frame' }) ?? Buffer.alloc(0));
    expect(broken?.kind).toBe('error');
    expect(spoilSession(frame, { kind: 'mute' })).toBeNull();
    expect(spoilSession(frame, null)).toEqual(frame);
  });
});
