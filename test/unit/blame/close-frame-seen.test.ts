import { expect, it } from 'vitest';
import { hasCloseFrame } from '../../../harness/blame/close-frame-seen.ts';
import { encodeClose, encodeFrame, OPCODE } from '../../../harness/wire/frame.ts';

const HEAD = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
const received = (...parts: readonly Buffer[]) => parts.map((part, atMs) => ({ atMs, base64: part.toString('base64') }));

it('sees a Close frame behind the 101, however the bytes were cut', () => {
  const text = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('hi') });
  const close = encodeClose(1002);
  expect(hasCloseFrame(received(HEAD, text, close.subarray(0, 1), close.subarray(1)))).toBe(true);
  expect(hasCloseFrame(received(HEAD, text))).toBe(false);
  expect(hasCloseFrame(received(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), close))).toBe(false);
  expect(hasCloseFrame([])).toBe(false);
});
