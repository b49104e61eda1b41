import { deflateRawSync, constants } from 'node:zlib';
import type { PlayCase } from '../../harness/index.ts';
import { bytesOf, frameOf } from './play-frames.ts';
import { bothWays } from './tunnel-case.ts';

const MESSAGES = Array.from({ length: 5 }, (_, index) => Buffer.from(`{"number":${index},"text":"the same words again and again"}`));
/** RFC 7692 section 7.2.1: the empty block at the end of a flush is not sent. */
const TAIL = 4;

const deflated = (message: Buffer, dictionary: Buffer): Buffer => {
  const options = { finishFlush: constants.Z_SYNC_FLUSH };
  const bytes = deflateRawSync(message, dictionary.length === 0 ? options : { ...options, dictionary });
  return bytes.subarray(0, bytes.length - TAIL);
};

/** With takeover a message refers to the bytes of those before it. */
const compressed = (takesOver: boolean): readonly Buffer[] =>
  MESSAGES.map((message, index) => deflated(message, takesOver ? Buffer.concat(MESSAGES.slice(0, index)) : Buffer.alloc(0)));

const NO_TAKEOVER = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';
const headOf = (offer: string): NonNullable<PlayCase['head']> => ({ extraLines: [`Sec-WebSocket-Extensions: ${offer}`] });

/** Compression is between the ends: a path that is a tunnel carries RSV1 and the deflated bytes as they are. */
export const compressionCases: readonly PlayCase[] = [
  ...bothWays(
    {
      id: 'deflate-context-takeover',
      title: 'Compressed messages that refer to those before',
      cite: 'RFC 7692 section 7.2.1',
      requirement: 'With context takeover one lost or changed byte spoils every message that follows.',
      head: headOf('permessage-deflate; client_max_window_bits'),
    },
    (from) => [bytesOf(...compressed(true).map((payload) => frameOf(from, { payload, rsv1: true })))],
    { answer: ['Sec-WebSocket-Extensions: permessage-deflate'] },
  ),
  ...bothWays(
    {
      id: 'deflate-no-context-takeover',
      title: 'Compressed messages, each for itself',
      cite: 'RFC 7692 section 7.1.1',
      requirement: 'Without context takeover every message is compressed from an empty window; RSV1 says which are.',
      head: headOf(NO_TAKEOVER),
    },
    (from) => [bytesOf(...compressed(false).map((payload) => frameOf(from, { payload, rsv1: true })))],
    { answer: [`Sec-WebSocket-Extensions: ${NO_TAKEOVER}`] },
  ),
];
