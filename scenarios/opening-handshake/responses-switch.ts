import { ACCEPT, CONNECTION, head, just, orBadGateway, REQUEST, type ResponseCase, SWITCHING, send, UPGRADE } from './response-case.ts';

const RULE = 'A right 101 reaches the client with every end-to-end field.';
const CITE = 'RFC 6455 section 4.2.2 item 5, RFC 9110 section 7.6.1';
const STREAM_RULE = 'A message is a sequence of bytes; how TCP cuts it means nothing.';
const INTERIM_RULE =
  'A client takes any number of interim answers before the final one, and an intermediary passes them on or leaves them out.';

type Row = readonly [id: string, title: string, ...lines: readonly string[]];
const withFields = ([id, title, ...lines]: Row, request: readonly string[] = []): ResponseCase => ({
  id,
  title,
  cite: CITE,
  requirement: RULE,
  ...(request.length === 0 ? {} : { request: [...REQUEST, ...request] }),
  origin: [send(head([SWITCHING, UPGRADE, CONNECTION, ACCEPT, ...lines]))],
  expectation: just('101'),
});
const spelt = ([id, title, ...lines]: Row): ResponseCase => ({
  id,
  title,
  cite: 'RFC 6455 section 4.1, RFC 9110 section 5.1, RFC 9112 section 4',
  requirement: 'Names and tokens are compared without regard to case, Connection is a list, and the reason phrase means nothing.',
  origin: [send(head(lines))],
  expectation: just('101'),
});
const WHOLE = head([SWITCHING, UPGRADE, CONNECTION, ACCEPT]);
/** `hi` as an unmasked text frame. */
const FRAME = '\x81\x02hi';
const cut = (id: string, title: string, writeBytes: number, everyMs: number): ResponseCase => ({
  id,
  title,
  cite: 'RFC 9112 section 2.2',
  requirement: STREAM_RULE,
  origin: [send(WHOLE, { writeBytes, everyMs })],
  expectation: just('101'),
});
const interim = (id: string, title: string, ...before: readonly string[]): ResponseCase => ({
  id,
  title,
  cite: 'RFC 9110 section 15.2',
  requirement: INTERIM_RULE,
  origin: [send(`${before.join('')}${WHOLE}`)],
  expectation: just('101'),
  // Where the interim answer is taken for the final one, the client waits until its deadline.
  isSlow: true,
});

/** Answers of 101 that are right, in every form. */
export const switchResponses: readonly ResponseCase[] = [
  withFields(['smallest-101', 'the smallest right 101']),
  withFields(['set-cookies', 'three Set-Cookie fields', 'Set-Cookie: a=1; Path=/', 'Set-Cookie: b=2, two', 'Set-Cookie: a=3; HttpOnly']),
  withFields(['own-fields', 'fields of the application', 'X-Session: 42', 'X-List: a', 'X-List: b', 'X-Empty:']),
  withFields(
    ['subprotocol', 'a subprotocol that was offered', 'Sec-WebSocket-Protocol: chat.v1'],
    ['Sec-WebSocket-Protocol: chat.v2, chat.v1'],
  ),
  withFields(
    ['extension', 'permessage-deflate with parameters', 'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=12'],
    ['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=12'],
  ),
  withFields(['hundred-fields', 'a hundred fields', ...Array.from({ length: 90 }, (_, index) => `X-Field-${index}: ${index}`)]),
  withFields(['field-of-2k', 'a field of 2 kB', `X-Long: ${'l'.repeat(2000)}`]),
  {
    id: 'headers-of-64k',
    title: '64 KiB of response headers',
    cite: 'RFC 9110 section 5.4, RFC 9110 section 15.6.3',
    requirement: 'No size of a response head is guaranteed to pass; one that is too large is answered 502, or ends the connection.',
    origin: [
      send(
        head([
          SWITCHING,
          UPGRADE,
          CONNECTION,
          ACCEPT,
          ...Array.from({ length: 64 }, (_, index) => `X-Field-${index}: ${'f'.repeat(1000)}`),
        ]),
      ),
    ],
    expectation: orBadGateway('101', '500', 'closed', 'reset', 'malformed-response'),
  },
  spelt([
    'lower-case-101',
    'names and tokens in lower case',
    SWITCHING,
    'upgrade: websocket',
    'connection: upgrade',
    ACCEPT.replace('Sec-WebSocket-Accept', 'sec-websocket-accept'),
  ]),
  spelt(['mixed-case-101', 'Upgrade: WebSocket, Connection: UPGRADE', SWITCHING, 'UPGRADE: WebSocket', 'CONNECTION: UPGRADE', ACCEPT]),
  spelt(['connection-list-101', 'Connection: keep-alive, Upgrade', SWITCHING, UPGRADE, 'Connection: keep-alive, Upgrade', ACCEPT]),
  spelt(['other-reason', 'another reason phrase', 'HTTP/1.1 101 Web Socket Protocol Handshake', UPGRADE, CONNECTION, ACCEPT]),
  spelt(['no-reason', 'an empty reason phrase', 'HTTP/1.1 101 ', UPGRADE, CONNECTION, ACCEPT]),
  cut('101-byte-by-byte', 'the 101 byte by byte', 1, 0),
  cut('101-in-segments', 'the 101 in segments of 20 bytes', 20, 2),
  {
    id: 'early-frame',
    title: 'a frame in the same segment as the 101',
    cite: 'RFC 6455 section 5.1, RFC 9110 section 7.8',
    requirement: 'From the empty line of the 101 on the bytes are frames, and all of them reach the client.',
    origin: [send(`${WHOLE}${FRAME}`)],
    bodyBytes: FRAME.length,
    expectation: { ...just('101'), toClient: 'prefix' },
  },
  {
    id: 'early-frames-64k',
    title: '60 kB of frames in the same write as the 101',
    cite: 'RFC 6455 section 5.1, RFC 9110 section 7.8',
    requirement: 'From the empty line of the 101 on the bytes are frames, and all of them reach the client.',
    origin: [send(`${WHOLE}${`\x82\x7e\x03\xe8${'d'.repeat(1000)}`.repeat(60)}`)],
    bodyBytes: 60 * 1004,
    expectation: { ...just('101'), toClient: 'prefix' },
  },
  {
    id: 'late-frame',
    title: 'a frame 20 ms behind the 101',
    cite: 'RFC 6455 section 5.1',
    requirement: 'A server may speak first.',
    origin: [send(WHOLE), { do: 'sleep', ms: 20 }, send(FRAME)],
    bodyBytes: FRAME.length,
    expectation: { ...just('101'), toClient: 'prefix' },
  },
  interim('103-before-101', 'an interim 103 before the 101', head(['HTTP/1.1 103 Early Hints', 'Link: </app.js>; rel=preload'])),
  interim('100-before-101', 'an interim 100 before the 101', head(['HTTP/1.1 100 Continue'])),
  interim('two-103', 'two interim answers before the 101', head(['HTTP/1.1 103 Early Hints']), head(['HTTP/1.1 103 Early Hints'])),
  {
    id: 'stall-before-101',
    title: 'a 101 that comes after 500 ms',
    cite: 'RFC 6455 section 4.1',
    requirement: 'Nothing says how soon a server answers; half a second is no reason to give up.',
    origin: [{ do: 'sleep', ms: 500 }, send(WHOLE)],
    expectation: just('101'),
    isSlow: true,
    isStalled: true,
  },
];
