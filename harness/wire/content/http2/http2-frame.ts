/** Frame types of RFC 9113 section 6 that are read. */
export const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, pushPromise: 5, goAway: 7, continuation: 9 } as const;

/** Flags; ACK and END_STREAM share a bit. */
export const FLAG = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

export const FRAME_HEADER_BYTES = 9;

/** RFC 9113 section 3.4. */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** RFC 8441 section 3. */
export const SETTINGS_ENABLE_CONNECT_PROTOCOL = 0x8;

export const frameLength = (header: Buffer): number => header.readUIntBE(0, 3);
export const frameStream = (header: Buffer): number => header.readUInt32BE(5) & 0x7fff_ffff;

/** RFC 9113 section 7. */
const ERRORS = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
] as const;

/** `REFUSED_STREAM`; `error 0x1234` for one that is not registered. */
export const http2ErrorName = (code: number): string => ERRORS[code] ?? `error 0x${code.toString(16)}`;

/**
 * The part of a HEADERS, PUSH_PROMISE or CONTINUATION frame that belongs to the header block (RFC 9113 sections 6.2, 6.6, 6.10).
 * Null: its lengths contradict each other.
 */
export function headerFragment(type: number, flags: number, body: Buffer): Buffer | null {
  if (type === FRAME.continuation) return body;
  const isPadded = (flags & FLAG.padded) !== 0;
  const padding = isPadded ? (body[0] ?? 0) : 0;
  let start = isPadded ? 1 : 0;
  if (type === FRAME.pushPromise) start += 4;
  else if ((flags & FLAG.priority) !== 0) start += 5;
  return start + padding <= body.length ? body.subarray(start, body.length - padding) : null;
}
