import { describe, expect, it } from 'vitest';
import { encodeClose, encodeFrame, OPCODE, parseClose } from '../../../harness/wire/frame.ts';

describe('encodeFrame', () => {
  // RFC 6455 section 5.7, the examples.
  it.each([
    ['an unmasked text', { opcode: OPCODE.text, payload: Buffer.from('Hello') }, '810548656c6c6f'],
    [
      'a masked text',
      { opcode: OPCODE.text, payload: Buffer.from('Hello'), maskKey: Buffer.from('37fa213d', 'hex') },
      '818537fa213d7f9f4d5158',
    ],
    ['a first fragment', { opcode: OPCODE.text, payload: Buffer.from('Hel'), fin: false }, '010348656c'],
    ['a ping', { opcode: OPCODE.ping, payload: Buffer.from('Hello') }, '890548656c6c6f'],
    ['a compressed frame', { opcode: OPCODE.text, payload: Buffer.from('x'), rsv1: true }, 'c10178'],
  ])('writes %s', (_what, fields, hex) => {
    expect(encodeFrame(fields).toString('hex')).toBe(hex);
  });

  it.each([
    [125, '827d'],
    [126, '827e007e'],
    [65_535, '827effff'],
    [65_536, '827f0000000000010000'],
  ])('writes the length of %i bytes in the shortest form', (length, hex) => {
    expect(encodeFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(length) }).toString('hex', 0, hex.length / 2)).toBe(hex);
  });

  it('leaves the payload as it was', () => {
    const payload = Buffer.from('Hello');
    encodeFrame({ opcode: OPCODE.text, payload, maskKey: Buffer.from('37fa213d', 'hex') });
    expect(payload.toString()).toBe('Hello');
  });
});

describe('Close', () => {
  it('writes and reads code and reason', () => {
    const frame = encodeClose(1000, 'bye');
    expect(frame.toString('hex')).toBe('880503e8627965');
    expect(parseClose(frame.subarray(2))).toEqual({ code: 1000, reason: 'bye', problem: null });
  });

  it('may be empty', () => {
    expect(encodeClose(null).toString('hex')).toBe('8800');
    expect(parseClose(Buffer.alloc(0))).toEqual({ code: null, reason: '', problem: null });
  });

  it('cuts a reason that a control frame cannot hold', () => {
    expect(encodeClose(1000, 'x'.repeat(200)).length).toBe(127);
  });

  // RFC 6455 section 7.4.
  it.each([0, 999, 1004, 1005, 1006, 1015, 2999, 5000])('says that %i is never sent', (code) => {
    expect(parseClose(encodeClose(code).subarray(2)).problem).toContain(String(code));
  });

  it('says that one byte is no code', () => {
    expect(parseClose(Buffer.from([3])).problem).toBe('a Close payload of one byte');
  });
});
