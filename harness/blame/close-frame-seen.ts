import type { TimedBytes } from '../model/evidence.ts';
import { OPCODE } from '../wire/frame.ts';
import { FrameReader } from '../wire/frame-reader.ts';
import { parseResponseHead } from '../wire/http-head.ts';

/** Whether a client's record of what it received has a Close frame behind the 101, whatever the client made of it. */
export function hasCloseFrame(received: readonly TimedBytes[]): boolean {
  const bytes = Buffer.concat(received.map(({ base64 }) => Buffer.from(base64, 'base64')));
  const result = parseResponseHead(bytes);
  if (result.kind !== 'complete' || result.head.status !== 101) return false;
  const frames = new FrameReader({ expectMasked: false }).push(bytes.subarray(result.head.byteLength));
  return frames.some((frame) => frame.kind !== 'error' && frame.opcode === OPCODE.close);
}
