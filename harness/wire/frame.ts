/** Writes WebSocket frames (RFC 6455 section 5.2). */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One frame as it was read; `payload` is unmasked. */
export interface Frame {
  readonly kind: 'frame';
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv1: boolean;
  readonly masked: boolean;
  readonly payload: Buffer;
}

/** Why a stream of frames cannot be read on. `closeCode` is the status that RFC 6455 section 7.4.1 gives for it. */
export interface FrameError {
  readonly kind: 'error';
  readonly reason: string;
  readonly closeCode: number;
}

export interface FrameFields {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Four bytes; null or absent: not masked. */
  readonly maskKey?: Buffer | null;
  readonly fin?: boolean;
  readonly rsv1?: boolean;
}

export const MAX_CONTROL_PAYLOAD = 125;
const FIN = 0x80;
const RSV1 = 0x40;
const MASK = 0x80;

export const isControl = (opcode: number): boolean => opcode >= OPCODE.close;

/** One frame with the shortest length form. Masks nothing it was not given a key for, checks nothing: a test may send what is wrong. */
export function encodeFrame({ opcode, payload, maskKey = null, fin = true, rsv1 = false }: FrameFields): Buffer {
  const lengthBytes = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
  const start = 2 + lengthBytes + (maskKey === null ? 0 : 4);
  const frame = Buffer.allocUnsafe(start + payload.length);
  frame[0] = opcode | (fin ? FIN : 0) | (rsv1 ? RSV1 : 0);
  const mask = maskKey === null ? 0 : MASK;
  if (lengthBytes === 0) frame[1] = mask | payload.length;
  else if (lengthBytes === 2) {
    frame[1] = mask | 126;
    frame.writeUInt16BE(payload.length, 2);
  } else {
    frame[1] = mask | 127;
    frame.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  payload.copy(frame, start);
  if (maskKey !== null) {
    maskKey.copy(frame, start - 4, 0, 4);
    applyMask(frame, start, maskKey);
  }
  return frame;
}

/** Masks or unmasks in place from `start` to the end; the two are one operation (RFC 6455 section 5.3). */
export function applyMask(bytes: Buffer, start: number, key: Buffer): void {
  for (let at = start; at < bytes.length; at += 1) bytes[at] = (bytes[at] ?? 0) ^ (key[(at - start) & 3] ?? 0);
}

/** A whole Close frame (section 5.5.1). `code` null: an empty one. The reason is cut to what a control frame holds. */
export function encodeClose(code: number | null, reason = '', maskKey: Buffer | null = null): Buffer {
  if (code === null) return encodeFrame({ opcode: OPCODE.close, payload: Buffer.alloc(0), maskKey });
  const text = Buffer.from(reason).subarray(0, MAX_CONTROL_PAYLOAD - 2);
  const payload = Buffer.alloc(2 + text.length);
  payload.writeUInt16BE(code, 0);
  text.copy(payload, 2);
  return encodeFrame({ opcode: OPCODE.close, payload, maskKey });
}

/** What a Close frame says. `code` null: it carries none; `problem` says what is wrong with its payload, if anything. */
export interface CloseStatus {
  readonly code: number | null;
  readonly reason: string;
  readonly problem: string | null;
}

export function parseClose(payload: Buffer): CloseStatus {
  if (payload.length === 0) return { code: null, reason: '', problem: null };
  if (payload.length === 1) return { code: null, reason: '', problem: 'a Close payload of one byte' };
  const code = payload.readUInt16BE(0);
  // Section 7.4: 1004 to 1006 and 1015 are never sent, 1012 to 1014 are registered with IANA, 3000 to 4999 are free.
  const isSendable = (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
  return { code, reason: payload.toString('utf8', 2), problem: isSendable ? null : `Close code ${code} is never sent` };
}
