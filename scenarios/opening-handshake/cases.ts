/*
 * Opening handshakes as values. `lines` are the header lines after the request line, exactly as they go out; `{host}` and `{key}`
 * stand for this attempt's values. What a correct path may answer is what a strict origin answers, whatever stands in between.
 */

/** How the request's bytes are cut: all at once, in two writes, or followed at once by the first frame. */
export type Delivery = 'whole' | 'two-segments' | 'with-first-frame';

export interface HandshakeCase {
  readonly id: string;
  readonly title: string;
  readonly cite: string;
  readonly requirement: string;
  readonly method?: string;
  readonly version?: string;
  /** Appended to the path's request-target. */
  readonly targetSuffix?: string;
  readonly lines: readonly string[];
  readonly delivery?: Delivery;
  /** Outcome labels that a correct path may end with. */
  readonly acceptable: readonly string[];
}

const HOST = 'Host: {host}';
const UPGRADE = 'Upgrade: websocket';
const CONNECTION = 'Connection: Upgrade';
const KEY = 'Sec-WebSocket-Key: {key}';
const VERSION = 'Sec-WebSocket-Version: 13';
const ACCEPTED = ['101'] as const;
/** 8000 bytes of cookie: close to the 8 KiB that the strictest common default (one nginx header line) lets through. */
const COOKIE_BYTES = 8000;

export const handshakeCases: readonly HandshakeCase[] = [
  {
    id: 'plain',
    title: 'the smallest complete opening handshake',
    cite: 'RFC 6455 section 4.2.1',
    requirement: 'A GET of HTTP/1.1 or higher with Host, Upgrade, Connection, a 16-byte key and version 13 is an opening handshake.',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION],
    acceptable: ACCEPTED,
  },
  {
    id: 'connection-list',
    title: 'Connection: keep-alive, Upgrade, as Firefox sends it',
    cite: 'RFC 6455 section 4.2.1, RFC 9110 section 7.6.1',
    requirement: 'Connection is a list that contains the token Upgrade in any case.',
    lines: [HOST, 'Connection: keep-alive, Upgrade', UPGRADE, KEY, VERSION],
    acceptable: ACCEPTED,
  },
  {
    id: 'connection-two-lines',
    title: 'two Connection lines',
    cite: 'RFC 9110 section 5.3',
    requirement: 'Several lines of a list-valued field mean the same as one line with the values joined by commas.',
    lines: [HOST, 'Connection: keep-alive', CONNECTION, UPGRADE, KEY, VERSION],
    acceptable: ACCEPTED,
  },
  {
    id: 'lower-case',
    title: 'field names and tokens in lower case',
    cite: 'RFC 9110 section 5.1, RFC 6455 section 4.2.1',
    requirement: 'Field names and the tokens websocket and upgrade are compared without regard to case.',
    lines: ['host: {host}', 'upgrade: websocket', 'connection: upgrade', 'sec-websocket-key: {key}', 'sec-websocket-version: 13'],
    acceptable: ACCEPTED,
  },
  {
    id: 'mixed-case',
    title: 'UPGRADE: WebSocket, CONNECTION: UPGRADE',
    cite: 'RFC 9110 section 5.1, RFC 6455 section 4.2.1',
    requirement: 'Field names and the tokens websocket and upgrade are compared without regard to case.',
    lines: ['HOST: {host}', 'UPGRADE: WebSocket', 'CONNECTION: UPGRADE', 'SEC-WEBSOCKET-KEY: {key}', 'SEC-WEBSOCKET-VERSION: 13'],
    acceptable: ACCEPTED,
  },
  {
    id: 'subprotocols',
    title: 'subprotocols offered',
    cite: 'RFC 6455 section 4.1 item 10, section 4.2.2',
    requirement: 'A client may offer subprotocols in order of preference; the server picks one of them or none.',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION, 'Sec-WebSocket-Protocol: chat.v2, chat.v1'],
    acceptable: ACCEPTED,
  },
  {
    id: 'deflate-offered',
    title: 'permessage-deflate offered',
    cite: 'RFC 6455 section 9.1, RFC 7692 section 5',
    requirement: 'A client may offer extensions; the server may accept or ignore the offer.',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION, 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'],
    acceptable: ACCEPTED,
  },
  {
    id: 'browser-headers',
    title: 'the headers a browser adds: Origin, User-Agent, Pragma, Cache-Control',
    cite: 'RFC 6455 section 4.1 items 8 and 12',
    requirement: 'A browser sends Origin; other header fields may be present.',
    lines: [
      HOST,
      'Connection: Upgrade',
      'Pragma: no-cache',
      'Cache-Control: no-cache',
      'User-Agent: Mozilla/5.0 (hopscope)',
      UPGRADE,
      'Origin: https://app.example',
      VERSION,
      'Accept-Encoding: gzip, deflate, br',
      KEY,
    ],
    acceptable: ACCEPTED,
  },
  {
    id: 'missing-key',
    title: 'no Sec-WebSocket-Key',
    cite: 'RFC 6455 section 4.2.1 item 5, section 4.2.2',
    requirement: 'A request without the key is not an opening handshake: the server answers with an HTTP error such as 400.',
    lines: [HOST, UPGRADE, CONNECTION, VERSION],
    acceptable: ['400', '426'],
  },
  {
    id: 'wrong-version',
    title: 'Sec-WebSocket-Version: 8',
    cite: 'RFC 6455 section 4.2.2 item 4, section 4.4',
    requirement: 'A version that the server does not speak is answered with an HTTP error such as 426 and the versions it speaks.',
    lines: [HOST, UPGRADE, CONNECTION, KEY, 'Sec-WebSocket-Version: 8'],
    acceptable: ['426', '400'],
  },
  {
    id: 'post',
    title: 'POST instead of GET',
    cite: 'RFC 6455 section 4.2.1 item 1',
    requirement: 'The opening handshake is a GET.',
    method: 'POST',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION, 'Content-Length: 0'],
    // A close without an answer refuses it as well; RFC 6455 asks servers for an HTTP error, and says nothing of proxies.
    acceptable: ['405', '400', '426', '501', 'closed'],
  },
  {
    id: 'http10',
    title: 'HTTP/1.0',
    cite: 'RFC 6455 section 4.2.1 item 1, RFC 9110 section 7.8, RFC 9110 section 2.5',
    // An intermediary sends its own version on (RFC 9110 section 2.5), so a proxy that lifts the request to 1.1 gets a 101 for it.
    requirement: 'A server ignores Upgrade in an HTTP/1.0 request; an intermediary sends its own HTTP version on.',
    version: 'HTTP/1.0',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION],
    acceptable: ['400', '426', '505', '101'],
  },
  {
    id: 'large-cookie',
    title: 'a cookie of 8 kB',
    cite: 'RFC 6455 section 4.1 item 12, RFC 9110 section 5.4',
    requirement: 'Cookies belong to the handshake; nothing in it limits them to less than a common proxy default.',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION, `Cookie: session=${'c'.repeat(COOKIE_BYTES - 'session='.length)}`],
    acceptable: ACCEPTED,
  },
  {
    id: 'query',
    title: 'a query with percent-encoded bytes',
    cite: 'RFC 6455 section 4.1, RFC 3986 section 2.4',
    requirement: 'The resource name is path and query; percent-encoded bytes are not to be decoded or encoded again on the way.',
    targetSuffix: '?room=%C3%A9t%C3%A9&next=%2Fa%2Fb&empty=&token=a.b-c_d~e',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION],
    acceptable: ACCEPTED,
  },
  {
    id: 'encoded-path',
    title: 'a path with percent-encoded bytes',
    cite: 'RFC 6455 section 4.1, RFC 3986 section 6.2.2',
    requirement: 'The resource name reaches the server as the client sent it.',
    targetSuffix: '/%7Eann/a%20b%2Fc',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION],
    acceptable: ACCEPTED,
  },
  {
    id: 'two-segments',
    title: 'the request in two segments',
    cite: 'RFC 9112 section 2.2',
    requirement: 'A message is a sequence of bytes; how TCP cuts it means nothing.',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION],
    delivery: 'two-segments',
    acceptable: ACCEPTED,
  },
  {
    id: 'first-frame-with-request',
    title: 'the first frame in the same segment as the request',
    // RFC 6455 section 4.1 has the client wait for the 101; clients that know the server do not, and the bytes are in order all the same.
    cite: 'RFC 9110 section 7.8, RFC 6455 section 5.1',
    requirement: 'Bytes that follow the request head belong to the new protocol once the server has switched.',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION],
    delivery: 'with-first-frame',
    acceptable: ACCEPTED,
  },
];
