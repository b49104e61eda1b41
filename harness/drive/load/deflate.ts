import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { headerValues, type ResponseHead } from '../../wire/http-head.ts';

/** Every message stands alone: no compressor is kept for a session. */
export const DEFLATE_OFFER = 'permessage-deflate; client_no_context_takeover; server_no_context_takeover';

/** RFC 7692 section 7.2.1: these four end every sync flush and are not sent. */
const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
const ALLOWED = /^(?:server_no_context_takeover|client_no_context_takeover|server_max_window_bits=(?:"?(?:[89]|1[0-5])"?))$/;

/** `plain`: not accepted. `wrong`: an answer to DEFLATE_OFFER that a client must fail on (RFC 7692 sections 5.1 and 7.1). */
export function deflateAnswer(head: ResponseHead): 'accepted' | 'plain' | 'wrong' {
  const answers = headerValues(head, 'Sec-WebSocket-Extensions');
  if (answers.length === 0) return 'plain';
  const [name, ...parameters] = answers
    .join(',')
    .split(';')
    .map((part) => part.trim().replace(/\s*=\s*/, '='));
  const isRight =
    name === 'permessage-deflate' &&
    parameters.every((parameter) => ALLOWED.test(parameter)) &&
    parameters.includes('server_no_context_takeover') &&
    new Set(parameters.map((parameter) => parameter.split('=')[0])).size === parameters.length;
  return isRight ? 'accepted' : 'wrong';
}

/** One message, compressed (section 7.2.1). */
export function compress(message: Buffer): Buffer {
  const flushed = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH });
  return flushed.subarray(0, flushed.length - TAIL.length);
}

/** One message, whole again (section 7.2.2); null when it is not compressed data, or longer than `mostBytes`. */
export function inflate(parts: readonly Buffer[], mostBytes: number): Buffer | null {
  try {
    return inflateRawSync(Buffer.concat([...parts, TAIL]), {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: Math.max(1, mostBytes),
    });
  } catch {
    return null;
  }
}
