import { head, type ResponseCase, REQUEST, SAMPLE_KEY, send } from '../opening-handshake/response-case.ts';

/** No HTTP at all: who reads HTTP answers it 400 or hangs up, who passes it on has opened a tunnel. */
const SMUGGLED = 'HOPSCOPE SMUGGLED THIS';
const RULE = 'Only a 101 of the origin opens a tunnel: after any other answer the next bytes are read as HTTP by every hop.';
/** How long the origin waits for bytes that must not come. */
const WAIT_MS = 120;

interface Refusal {
  readonly id: string;
  readonly title: string;
  readonly request: readonly string[];
  /** Status line and fields of the origin's answer, which leaves the connection open. */
  readonly answer: readonly string[];
}

const withVersion = (version: string): readonly string[] =>
  REQUEST.map((line) => (line.includes('-Version') ? `Sec-WebSocket-Version: ${version}` : line));
const refused = ({ id, title, request, answer }: Refusal): ResponseCase => ({
  id,
  title,
  cite: 'RFC 9110 section 7.8, RFC 6455 section 4.2.2',
  requirement: RULE,
  request,
  origin: [send(head([...answer, 'Content-Length: 0'])), { do: 'sleep', ms: WAIT_MS }],
  client: [{ do: 'await-head' }, send(`${SMUGGLED}\r\n\r\n`), { do: 'sleep', ms: WAIT_MS }],
  expectation: { neverAtOrigin: SMUGGLED },
});

const PREFACE = 'PRI * HTTP/2.0';

/** Connections that a careless hop takes for a tunnel, so that what follows passes by its rules. */
export const smugglingCases: readonly ResponseCase[] = [
  refused({
    id: 'tunnel-after-426',
    title: 'bytes behind a 426 to a version that nobody speaks',
    request: withVersion('777'),
    answer: ['HTTP/1.1 426 Upgrade Required', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'],
  }),
  refused({ id: 'tunnel-after-400', title: 'bytes behind a 400', request: withVersion('777'), answer: ['HTTP/1.1 400 Bad Request'] }),
  refused({ id: 'tunnel-after-200', title: 'bytes behind a 200', request: REQUEST, answer: ['HTTP/1.1 200 OK'] }),
  refused({
    id: 'tunnel-after-403',
    title: 'bytes behind a 403 to a right handshake',
    request: REQUEST,
    answer: ['HTTP/1.1 403 Forbidden'],
  }),
  refused({
    id: 'tunnel-without-key',
    title: 'bytes behind a 400 to a handshake without a key',
    request: REQUEST.filter((line) => !line.includes(SAMPLE_KEY)),
    answer: ['HTTP/1.1 400 Bad Request'],
  }),
  {
    id: 'h2c-tunnel',
    title: 'an upgrade to h2c that the origin accepts',
    cite: 'RFC 9113 section 3.1, RFC 9110 section 7.8',
    requirement: 'h2c is obsolete, and an intermediary that passes the upgrade on without speaking it lets HTTP/2 requests by its rules.',
    request: ['Host: {host}', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__', 'Connection: Upgrade, HTTP2-Settings'],
    origin: [send(head(['HTTP/1.1 101 Switching Protocols', 'Upgrade: h2c', 'Connection: Upgrade'])), { do: 'sleep', ms: WAIT_MS }],
    client: [{ do: 'await-head' }, send(`${PREFACE}\r\n\r\nSM\r\n\r\n`), { do: 'sleep', ms: WAIT_MS }],
    expectation: { neverAtOrigin: PREFACE },
  },
  {
    id: 'internal-behind-426',
    title: 'a request for an internal page behind a 426',
    cite: 'RFC 9110 section 7.8',
    requirement: 'A request behind a refused upgrade meets the same rules as any other; it does not reach the origin as it was sent.',
    request: withVersion('777'),
    origin: [
      send(head(['HTTP/1.1 426 Upgrade Required', 'Upgrade: websocket', 'Connection: Upgrade', 'Content-Length: 0'])),
      { do: 'sleep', ms: WAIT_MS },
    ],
    // A hop that reads it as HTTP refuses the header name; unread it arrives whole.
    client: [
      { do: 'await-head' },
      send('GET /internal/secret HTTP/1.1\r\nHost: internal.example\r\nHopscope Smuggled : yes\r\n\r\n'),
      { do: 'sleep', ms: WAIT_MS },
    ],
    expectation: { neverAtOrigin: 'Hopscope Smuggled : yes' },
  },
];
