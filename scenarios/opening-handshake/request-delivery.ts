import { ACCEPTED, PLAIN, type HandshakeCase } from './handshake-case.ts';

const STREAM_RULE = 'A message is a sequence of bytes; how TCP cuts it means nothing.';
const STREAM_CITE = 'RFC 9112 section 2.2';

const cut = (id: string, title: string, delivery: NonNullable<HandshakeCase['delivery']>): HandshakeCase => ({
  id,
  title,
  cite: STREAM_CITE,
  requirement: STREAM_RULE,
  lines: PLAIN,
  delivery,
  acceptable: ACCEPTED,
});

/** The same bytes cut and timed in other ways, and bytes behind the request. */
export const deliveryCases: readonly HandshakeCase[] = [
  cut('two-segments', 'the request in two segments', 'two-segments'),
  // On a busy machine each of the pieces may wait.
  { ...cut('tiny-segments', 'the request in segments of 8 bytes', { pieceBytes: 8, everyMs: 0 }), isSlow: true },
  { ...cut('small-segments', 'the request in segments of 16 bytes', { pieceBytes: 16, everyMs: 2 }), isSlow: true },
  cut('cut-in-last-line-end', 'the last byte of the request 20 ms late', { lastBytes: 1, afterMs: 20 }),
  cut('cut-before-empty-line', 'the empty line of the request 20 ms late', { lastBytes: 2, afterMs: 20 }),
  {
    id: 'first-frame-with-request',
    title: 'the first frame in the same segment as the request',
    // RFC 6455 section 4.1 has the client wait for the 101; clients that know the server do not, and the bytes are in order all the same.
    cite: 'RFC 9110 section 7.8, RFC 6455 section 5.1',
    requirement: 'Bytes that follow the request head belong to the new protocol once the server has switched.',
    lines: PLAIN,
    delivery: 'with-first-frame',
    acceptable: ACCEPTED,
  },
  {
    id: 'pipelined-handshake',
    title: 'a second handshake behind the first, before the answer',
    cite: 'RFC 9110 section 7.8, RFC 6455 section 5.1',
    requirement: 'What follows the head of an upgraded request is data of the new protocol, never another request.',
    lines: PLAIN,
    body: 'GET /second HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    acceptable: ACCEPTED,
    isEcholess: true,
  },
  {
    ...cut('slow-request', 'a request that takes 600 ms, in six pieces', { pieceBytes: 40, everyMs: 120 }),
    requirement: 'A recipient waits for the rest of a request for a reasonable time.',
    isSlow: true,
  },
  {
    ...cut('slow-last-byte', 'the last byte of the request 500 ms late', { lastBytes: 1, afterMs: 500 }),
    requirement: 'A recipient waits for the rest of a request for a reasonable time.',
    isSlow: true,
  },
];
