import {
  ACCEPT,
  CONNECTION,
  head,
  orBadGateway,
  REQUEST,
  type ResponseCase,
  SAMPLE_KEY,
  SWITCHING,
  send,
  UPGRADE,
} from './response-case.ts';

const CLIENT_RULE = 'RFC 6455 section 4.1';
const SERVER_RULE = 'RFC 6455 section 4.2.2 item 5';
const PASS_OR_REFUSE =
  'A client fails a connection whose 101 is not right; an intermediary passes it on as it is or refuses it, and never repairs it.';

type Row = readonly [id: string, title: string, lines: readonly string[]];
/** A 101 that a client has to fail. */
const invalid = ([id, title, lines]: Row, label: string, cite = `${CLIENT_RULE}, ${SERVER_RULE}`): ResponseCase => ({
  id,
  title,
  cite,
  requirement: PASS_OR_REFUSE,
  // With a key of its own the client judges the accept value, which is then wrong.
  ...(label === 'wrong-accept' ? { request: REQUEST.map((line) => line.replace(SAMPLE_KEY, '{key}')) } : {}),
  origin: [send(head(lines))],
  expectation: orBadGateway(label),
});
const FRAMING = 'A 101 has no body, so a server must not announce one; a recipient ignores what is announced or refuses the answer.';
/** A 101 with a field that must not be there, and that a client may overlook. */
const framed = ([id, title, lines]: Row): ResponseCase => ({
  id,
  title,
  cite: 'RFC 9110 section 8.6, RFC 9112 section 6.1',
  requirement: FRAMING,
  origin: [send(head([SWITCHING, UPGRADE, CONNECTION, ACCEPT, ...lines]))],
  expectation: orBadGateway('101'),
});

/** Answers of 101 that are not right, and answers that are no HTTP. */
export const invalidResponses: readonly ResponseCase[] = [
  invalid(['no-accept', 'a 101 without Sec-WebSocket-Accept', [SWITCHING, UPGRADE, CONNECTION]], 'wrong-accept'),
  invalid(
    [
      'wrong-accept',
      'a 101 with the accept value of another key',
      [SWITCHING, UPGRADE, CONNECTION, 'Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    ],
    'wrong-accept',
  ),
  invalid(['accept-twice', 'a 101 with two accept values', [SWITCHING, UPGRADE, CONNECTION, ACCEPT, ACCEPT]], 'wrong-accept'),
  invalid(['no-connection', 'a 101 without Connection', [SWITCHING, UPGRADE, ACCEPT]], 'malformed-response'),
  invalid(['no-upgrade', 'a 101 without Upgrade', [SWITCHING, CONNECTION, ACCEPT]], 'malformed-response'),
  invalid(['connection-close', 'a 101 with Connection: close', [SWITCHING, UPGRADE, 'Connection: close', ACCEPT]], 'malformed-response'),
  invalid(['other-protocol', 'a 101 to another protocol', [SWITCHING, 'Upgrade: x-other', CONNECTION, ACCEPT]], 'malformed-response'),
  {
    id: 'http10',
    title: 'a 101 of HTTP/1.0',
    cite: 'RFC 9110 section 2.5, section 7.8',
    requirement: 'HTTP/1.0 knows no switch of protocols; an intermediary answers in its own version, refuses, or passes it on as it is.',
    origin: [send(head(['HTTP/1.0 101 Switching Protocols', UPGRADE, CONNECTION, ACCEPT]))],
    expectation: orBadGateway('101', 'malformed-response'),
  },
  invalid(
    [
      'subprotocol-not-offered',
      'a subprotocol that was not offered',
      [SWITCHING, UPGRADE, CONNECTION, ACCEPT, 'Sec-WebSocket-Protocol: chat'],
    ],
    'malformed-response',
    'RFC 6455 section 4.1 item 6 of the answer',
  ),
  invalid(
    [
      'extension-not-offered',
      'an extension that was not offered',
      [SWITCHING, UPGRADE, CONNECTION, ACCEPT, 'Sec-WebSocket-Extensions: permessage-deflate'],
    ],
    'malformed-response',
    'RFC 6455 section 4.1 item 5 of the answer',
  ),
  framed(['length-zero', 'a 101 with Content-Length: 0', ['Content-Length: 0']]),
  framed(['length-five', 'a 101 with Content-Length: 5', ['Content-Length: 5']]),
  framed(['transfer-encoding', 'a 101 with Transfer-Encoding: chunked', ['Transfer-Encoding: chunked']]),
  {
    id: 'unrequested-101',
    title: 'a 101 that nobody asked for',
    cite: 'RFC 9110 section 7.8',
    requirement: 'A server switches only to a protocol that the client named; an intermediary does not leave the client without an answer.',
    request: ['Host: {host}', 'Accept: */*'],
    origin: [send(head([SWITCHING, UPGRADE, CONNECTION]))],
    expectation: orBadGateway('101', 'closed', 'reset', 'malformed-response'),
    isSlow: true,
  },
  {
    id: 'no-http',
    title: 'an answer that is no HTTP',
    cite: 'RFC 9112 section 4, RFC 9110 section 15.6.3',
    requirement: 'An answer that cannot be read is an error of the origin: 502, or the end of the connection.',
    origin: [send('hello, this is no HTTP\r\n\r\n'), { do: 'fin' }],
    expectation: orBadGateway('malformed-response', 'closed', 'reset'),
  },
  {
    id: 'bad-status-line',
    title: 'a status line with letters for digits',
    cite: 'RFC 9112 section 4',
    requirement: 'A status is three digits; an answer with another is an error of the origin.',
    origin: [send(head(['HTTP/1.1 1O1 Switching Protocols', UPGRADE, CONNECTION, ACCEPT])), { do: 'fin' }],
    expectation: orBadGateway('malformed-response', 'closed', 'reset'),
  },
  {
    id: 'space-before-colon',
    title: 'a 101 with a space before a colon',
    cite: 'RFC 9112 section 5.1',
    requirement: 'An intermediary takes white space before a colon out of a response, or refuses it.',
    origin: [send(head([SWITCHING, 'Upgrade : websocket', CONNECTION, ACCEPT])), { do: 'fin' }],
    expectation: orBadGateway('101', 'malformed-response', 'closed', 'reset'),
  },
];
