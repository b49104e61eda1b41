import { encodeFrame, OPCODE, type PlayBytes, type Step } from '../../harness/index.ts';

/** Frames as bytes of a play. The client's are masked; under a key of zeros the payload goes as it is, so that it may come from a seed. */

const ZERO_KEY = Buffer.alloc(4);
const KEY = Buffer.from('37fa213d', 'hex');
const FIN = 0x80;
const MASK = 0x80;

export type Sender = 'client' | 'origin';

export interface FrameShape {
  readonly opcode?: number;
  readonly payload?: string | Buffer;
  readonly fin?: boolean;
  readonly rsv1?: boolean;
}

export const bytesOf = (...parts: readonly Buffer[]): PlayBytes => ({ base64: Buffer.concat(parts).toString('base64') });

/** A whole frame of one end, a text frame unless said otherwise. */
export const frameOf = (from: Sender, { opcode = OPCODE.text, payload = '', fin = true, rsv1 = false }: FrameShape): Buffer =>
  encodeFrame({ opcode, payload: Buffer.from(payload), fin, rsv1, maskKey: from === 'client' ? KEY : null });

/** A binary frame whose payload is made where it is sent. */
export function bigFrame(from: Sender, count: number, seed: number): readonly PlayBytes[] {
  const head = Buffer.alloc(10);
  head[0] = FIN | OPCODE.binary;
  const mask = from === 'client' ? MASK : 0;
  const long = count > 65_535;
  const length = count < 126 ? 0 : long ? 8 : 2;
  head[1] = mask | (count < 126 ? count : long ? 127 : 126);
  if (length === 2) head.writeUInt16BE(count, 2);
  if (length === 8) head.writeBigUInt64BE(BigInt(count), 2);
  const start = bytesOf(head.subarray(0, 2 + length), from === 'client' ? ZERO_KEY : Buffer.alloc(0));
  return count === 0 ? [start] : [start, { seed, count }];
}

export const lengthOf = (bytes: readonly PlayBytes[]): number =>
  bytes.reduce((sum, one) => sum + ('base64' in one ? Buffer.byteLength(one.base64, 'base64') : one.count), 0);

export const sendOf = (bytes: readonly PlayBytes[], more: { readonly writeBytes?: number; readonly everyMs?: number } = {}): Step => ({
  do: 'send',
  bytes,
  ...more,
});

export const awaitOf = (count: number): Step => ({ do: 'await-bytes', count });
