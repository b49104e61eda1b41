import { isControl, MAX_CONTROL_PAYLOAD } from '../frame.ts';

/** What is wrong with the first two bytes of a frame, so that it cannot be one; null when nothing is (RFC 6455 sections 5.2 and 5.5). */
export function faultOfHeader(first: number, second: number): string | null {
  const opcode = first & 0x0f;
  if ((first & 0x30) !== 0) return 'a reserved bit is set';
  if ((opcode > 2 && opcode < 8) || opcode > 10) return `reserved opcode ${String(opcode)}`;
  if (isControl(opcode) && first < 0x80) return 'a fragmented control frame';
  if (isControl(opcode) && (second & 0x7f) > MAX_CONTROL_PAYLOAD) return 'a control frame over 125 bytes';
  return null;
}

/** Whether these bytes look like what a client sends: no head of HTTP begins so. */
export const beginsMaskedFrame = (bytes: Buffer): boolean =>
  bytes.length >= 2 && faultOfHeader(bytes[0] ?? 0, bytes[1] ?? 0) === null && (bytes[1] ?? 0) >= 0x80;
