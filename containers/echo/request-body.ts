import { hasToken, headerValues, type RequestHead } from '../../harness/wire/http-head.ts';

/** The body that follows a request head, by its Content-Length or chunks (RFC 9112 section 6). `byteLength` counts it as sent. */
export type BodyResult =
  | { readonly kind: 'complete'; readonly body: Buffer; readonly byteLength: number }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed'; readonly reason: string };

export const MAX_BODY_BYTES = 1_048_576;
const CRLF = '\r\n';
const malformed = (reason: string): BodyResult => ({ kind: 'malformed', reason });

/** `bytes` start after the head. */
export function readBody(head: RequestHead, bytes: Buffer): BodyResult {
  const lengths = headerValues(head, 'Content-Length');
  const codings = headerValues(head, 'Transfer-Encoding');
  if (codings.length > 0) {
    // Section 6.1: a message with both is a smuggling attempt or a broken hop.
    if (lengths.length > 0) return malformed('both Transfer-Encoding and Content-Length');
    return hasToken(head, 'Transfer-Encoding', 'chunked') ? readChunks(bytes) : malformed(`Transfer-Encoding: ${codings.join(', ')}`);
  }
  const [length = '0'] = lengths;
  if (!/^\d{1,10}$/.test(length) || lengths.some((other) => other !== length)) return malformed(`Content-Length: ${lengths.join(', ')}`);
  const byteLength = Number(length);
  if (byteLength > MAX_BODY_BYTES) return malformed(`a body of ${byteLength} bytes, over ${MAX_BODY_BYTES}`);
  return bytes.length < byteLength ? { kind: 'incomplete' } : { kind: 'complete', body: bytes.subarray(0, byteLength), byteLength };
}

function readChunks(bytes: Buffer): BodyResult {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    if (at > 2 * MAX_BODY_BYTES) return malformed(`a body over ${MAX_BODY_BYTES} bytes`);
    const lineEnd = bytes.indexOf(CRLF, at, 'latin1');
    if (lineEnd === -1) return bytes.length - at > 1024 ? malformed('a chunk size line over 1024 bytes') : { kind: 'incomplete' };
    const [, size] = /^([0-9A-Fa-f]{1,6})[ \t]*(?:;.*)?$/.exec(bytes.toString('latin1', at, lineEnd)) ?? [];
    if (size === undefined) return malformed('a chunk without a size');
    const start = lineEnd + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) return readTrailers(bytes, start, Buffer.concat(parts));
    if (bytes.length < start + length + 2) return { kind: 'incomplete' };
    if (bytes.toString('latin1', start + length, start + length + 2) !== CRLF) return malformed('a chunk that does not end where it says');
    parts.push(bytes.subarray(start, start + length));
    at = start + length + 2;
  }
}

function readTrailers(bytes: Buffer, from: number, body: Buffer): BodyResult {
  let at = from;
  for (;;) {
    const end = bytes.indexOf(CRLF, at, 'latin1');
    if (end === -1) return bytes.length - from > 8192 ? malformed('trailers over 8192 bytes') : { kind: 'incomplete' };
    if (end === at) return { kind: 'complete', body, byteLength: end + 2 };
    at = end + 2;
  }
}
