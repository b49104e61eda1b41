import { head, just, type ResponseCase, send } from './response-case.ts';

const RULE = 'An answer other than 101 is ordinary HTTP: the client gets its status, its end-to-end fields and its body.';

interface Refusal {
  readonly id: string;
  readonly status: string;
  readonly title: string;
  readonly cite: string;
  readonly fields?: readonly string[];
  readonly body?: string;
}

function refusal({ id, status, title, cite, fields = [], body = '' }: Refusal): ResponseCase {
  const length = status.startsWith('204') ? [] : [`Content-Length: ${body.length}`];
  return {
    id,
    title,
    cite,
    requirement: RULE,
    origin: [send(`${head([`HTTP/1.1 ${status}`, ...fields, ...length])}${body}`)],
    bodyBytes: body.length,
    expectation: just(status.slice(0, 3)),
  };
}

const TEXT = 'Content-Type: text/plain';

/** Refusals with the fields that matter to whoever has to find out why. */
export const refusalResponses: readonly ResponseCase[] = [
  refusal({
    id: '200',
    status: '200 OK',
    title: '200 with a page',
    cite: 'RFC 6455 section 4.1',
    fields: ['Content-Type: text/html'],
    body: '<p>a page</p>',
  }),
  refusal({ id: '204', status: '204 No Content', title: '204', cite: 'RFC 9110 section 15.3.5' }),
  refusal({
    id: '301',
    status: '301 Moved Permanently',
    title: '301 with Location',
    cite: 'RFC 9110 section 15.4.2',
    fields: ['Location: https://other.example/socket'],
    body: 'moved\n',
  }),
  refusal({
    id: '302',
    status: '302 Found',
    title: '302 with Location and Set-Cookie',
    cite: 'RFC 9110 section 15.4.3',
    fields: ['Location: https://login.example/?next=%2Fsocket', 'Set-Cookie: next=socket', 'Set-Cookie: seen=1'],
  }),
  refusal({
    id: '307',
    status: '307 Temporary Redirect',
    title: '307 with Location',
    cite: 'RFC 9110 section 15.4.8',
    fields: ['Location: /elsewhere'],
  }),
  refusal({
    id: '400',
    status: '400 Bad Request',
    title: '400 with a body',
    cite: 'RFC 6455 section 4.2.1',
    fields: [TEXT],
    body: 'no such room\n',
  }),
  refusal({
    id: '401',
    status: '401 Unauthorized',
    title: '401 with two challenges',
    cite: 'RFC 9110 section 15.5.2, section 11.6.1',
    fields: ['WWW-Authenticate: Bearer realm="sockets", error="invalid_token"', 'WWW-Authenticate: Basic realm="sockets"', TEXT],
    body: 'who are you\n',
  }),
  refusal({
    id: '403',
    status: '403 Forbidden',
    title: '403 with a body',
    cite: 'RFC 6455 section 4.2.2 item 2',
    fields: [TEXT, 'X-Reason: origin'],
    body: 'origin not allowed\n',
  }),
  refusal({
    id: '403-connection-close',
    status: '403 Forbidden',
    title: '403 with Connection: close',
    cite: 'RFC 9112 section 9.6',
    fields: [TEXT, 'Connection: close'],
    body: 'no\n',
  }),
  refusal({
    id: '404',
    status: '404 Not Found',
    title: '404 with a body',
    cite: 'RFC 6455 section 4.2.2 item 3',
    fields: [TEXT],
    body: 'no socket here\n',
  }),
  refusal({
    id: '426',
    status: '426 Upgrade Required',
    title: '426 with Upgrade and the versions',
    cite: 'RFC 9110 section 15.5.22, RFC 6455 section 4.4',
    fields: ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13, 8, 7', TEXT],
    body: 'version 13\n',
  }),
  refusal({
    id: '429',
    status: '429 Too Many Requests',
    title: '429 with Retry-After',
    cite: 'RFC 6585 section 4',
    fields: ['Retry-After: 30', TEXT],
    body: 'slow down\n',
  }),
  refusal({
    id: '500',
    status: '500 Internal Server Error',
    title: '500 with a body',
    cite: 'RFC 9110 section 15.6.1',
    fields: [TEXT],
    body: 'a fault of the origin\n',
  }),
  refusal({
    id: '502',
    status: '502 Bad Gateway',
    title: '502 of the origin itself',
    cite: 'RFC 9110 section 15.6.3',
    fields: [TEXT],
    body: 'the origin says 502\n',
  }),
  refusal({
    id: '503',
    status: '503 Service Unavailable',
    title: '503 with Retry-After',
    cite: 'RFC 9110 section 15.6.4, section 10.2.3',
    fields: ['Retry-After: 5', TEXT],
    body: 'come back later\n',
  }),
  refusal({
    id: '299',
    status: '299 Hopscope',
    title: 'a status that nobody knows',
    cite: 'RFC 9110 section 15',
    fields: [TEXT],
    body: 'unknown\n',
  }),
  refusal({
    id: 'body-of-40k',
    status: '403 Forbidden',
    title: '403 with a body of 40 kB',
    cite: 'RFC 9110 section 6.4',
    fields: [TEXT],
    body: 'because '.repeat(5000),
  }),
  {
    id: 'chunked-refusal',
    title: '403 with a chunked body',
    cite: 'RFC 9112 section 7.1',
    requirement: RULE,
    origin: [send(`${head(['HTTP/1.1 403 Forbidden', TEXT, 'Transfer-Encoding: chunked'])}6\r\nfirst \r\n7\r\nsecond\n\r\n0\r\n\r\n`)],
    bodyBytes: 13,
    expectation: just('403'),
  },
  {
    id: 'refusal-without-length',
    title: '403 with a body that the end of the connection ends',
    cite: 'RFC 9112 section 6.3 item 8',
    requirement: RULE,
    origin: [send(`${head(['HTTP/1.1 403 Forbidden', TEXT, 'Connection: close'])}until the end\n`), { do: 'fin' }],
    bodyBytes: 14,
    expectation: just('403'),
  },
  {
    id: 'refusal-in-segments',
    title: '404 in segments of 10 bytes',
    cite: 'RFC 9112 section 2.2',
    requirement: RULE,
    origin: [send(`${head(['HTTP/1.1 404 Not Found', TEXT, 'Content-Length: 15'])}no socket here\n`, { writeBytes: 10, everyMs: 1 })],
    bodyBytes: 15,
    expectation: just('404'),
  },
];
