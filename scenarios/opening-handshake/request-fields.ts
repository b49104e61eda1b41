import { ACCEPTED, CONNECTION, EITHER, KEY, PLAIN, REFUSED, UPGRADE, VERSION, type HandshakeCase } from './handshake-case.ts';

/** 8000 bytes of cookie: close to the 8 KiB that the strictest common default (one nginx header line) lets through. */
const COOKIE_BYTES = 8000;
const REST = [UPGRADE, CONNECTION, KEY, VERSION] as const;
const HOST_RULE = 'A request of HTTP/1.1 has exactly one Host header; any other number is answered 400.';
const HOST_VALUE = 'Host is the authority of the target: a name or an address, in any case of letters, with or without a port.';
const ORIGIN_RULE = 'Origin says which page opened the socket; a server may refuse by it, so nobody else may change it.';
const END_TO_END = 'A field that Connection does not name is end to end, and an intermediary passes it on.';

type Row = readonly [id: string, title: string, ...lines: readonly string[]];
const goodHost = ([id, title, ...lines]: Row): HandshakeCase => ({
  id,
  title,
  cite: 'RFC 9110 section 7.2, RFC 3986 section 3.2',
  requirement: HOST_VALUE,
  lines: [...lines, ...REST],
  acceptable: ACCEPTED,
});
const origin = ([id, title, ...lines]: Row, acceptable: readonly string[] = ACCEPTED): HandshakeCase => ({
  id,
  title,
  cite: 'RFC 6455 section 4.2.1 item 7, section 10.2',
  requirement: ORIGIN_RULE,
  lines: [...PLAIN, ...lines],
  acceptable,
});
const endToEnd = ([id, title, ...lines]: Row, keeps: readonly string[], acceptable: readonly string[] = ACCEPTED): HandshakeCase => ({
  id,
  title,
  cite: 'RFC 9110 section 7.6.1',
  requirement: END_TO_END,
  lines: [...PLAIN, ...lines],
  acceptable,
  atOrigin: { keeps },
});

/** Host, Origin, cookies and everything else that travels with the handshake. */
export const fieldCases: readonly HandshakeCase[] = [
  {
    id: 'missing-host',
    title: 'no Host header',
    cite: 'RFC 9112 section 3.2',
    requirement: HOST_RULE,
    lines: REST,
    acceptable: REFUSED,
  },
  {
    id: 'two-hosts',
    title: 'two Host headers',
    cite: 'RFC 9112 section 3.2',
    requirement: HOST_RULE,
    lines: ['Host: {host}', 'Host: other.example', ...REST],
    acceptable: REFUSED,
  },
  {
    id: 'empty-host',
    title: 'an empty Host header',
    cite: 'RFC 9112 section 3.2',
    requirement: 'An empty Host is right only for a target without an authority; a recipient may take it or refuse it.',
    lines: ['Host:', ...REST],
    acceptable: EITHER,
  },
  goodHost(['host-without-port', 'Host without a port', 'Host: hopscope.test']),
  goodHost(['host-upper-case', 'Host in upper case', 'Host: HOPSCOPE.TEST:8080']),
  goodHost(['host-ipv4', 'an IPv4 address as Host', 'Host: 192.0.2.7:8080']),
  goodHost(['host-ipv6', 'an IPv6 address as Host', 'Host: [2001:db8::7]:8080']),
  {
    id: 'browser-headers',
    title: 'the headers a browser adds: Origin, User-Agent, Pragma, Cache-Control',
    cite: 'RFC 6455 section 4.1 items 8 and 12',
    requirement: 'A browser sends Origin; other header fields may be present.',
    lines: [
      'Host: {host}',
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
  origin(['origin-null', 'Origin: null, as a sandboxed page sends it', 'Origin: null']),
  origin(['origin-with-port', 'an origin with a port', 'Origin: https://app.example:8443']),
  origin(['origin-ipv6', 'an IPv6 address as origin', 'Origin: http://[2001:db8::7]:3000']),
  origin(['two-origins', 'two Origin headers', 'Origin: https://app.example', 'Origin: https://evil.example'], [...EITHER, '403']),
  {
    id: 'forwarded-by-client',
    title: 'X-Forwarded-* and Forwarded sent by the client itself',
    cite: 'RFC 7239 section 8.1',
    requirement: 'Forwarded fields of a client cannot be trusted; an intermediary may add to them or replace them, and the socket opens.',
    lines: [
      ...PLAIN,
      'X-Forwarded-For: 203.0.113.7',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: internal.example',
      'Forwarded: for=203.0.113.7;proto=https',
    ],
    acceptable: ACCEPTED,
  },
  endToEnd(['authorization', 'HTTP credentials', 'Authorization: Bearer hopscope-token'], ['Authorization']),
  endToEnd(['own-field', 'a header of the application', 'X-Application: a; b="c, d"'], ['X-Application']),
  endToEnd(['empty-value', 'a header without a value', 'X-Empty:'], ['X-Empty']),
  endToEnd(['underscore-name', 'a header name with underscores', 'X_Application: 1'], ['X_Application']),
  endToEnd(['latin1-value', 'a header value with a byte above 127', 'X-Name: caf\u00e9'], ['X-Name'], EITHER),
  endToEnd(['same-field-twice', 'a header of the application in two lines', 'X-List: a', 'X-List: b'], ['X-List']),
  endToEnd(['long-value', 'a header of 4 kB', `X-Long: ${'l'.repeat(4000)}`], ['X-Long']),
  endToEnd(
    ['many-fields', 'sixty headers more', ...Array.from({ length: 60 }, (_, index) => `X-Field-${index}: ${index}`)],
    ['X-Field-59'],
  ),
  {
    id: 'via',
    title: 'a Via header of an earlier proxy',
    cite: 'RFC 9110 section 7.6.3',
    requirement: 'An intermediary appends to Via and does not take away what others wrote.',
    lines: [...PLAIN, 'Via: 1.1 edge.example'],
    acceptable: ACCEPTED,
  },
  {
    id: 'hop-by-hop-field',
    title: 'Connection: Upgrade, X-Hop with the field X-Hop',
    cite: 'RFC 9110 section 7.6.1',
    requirement: 'A field that Connection names is for the next hop only: an intermediary takes it off before it passes the message on.',
    lines: ['Host: {host}', UPGRADE, 'Connection: Upgrade, X-Hop', 'X-Hop: for the next hop', KEY, VERSION],
    acceptable: ACCEPTED,
    atOrigin: { drops: ['X-Hop'] },
  },
  {
    id: 'hop-by-hop-known',
    title: 'Keep-Alive, TE and Proxy-Connection beside the upgrade',
    cite: 'RFC 9110 section 7.6.1, section 10.1.4',
    requirement: 'Keep-Alive, TE and Proxy-Connection are hop by hop and have no part in the upgrade.',
    lines: [
      'Host: {host}',
      UPGRADE,
      'Connection: Upgrade, TE, Keep-Alive',
      'TE: trailers',
      'Keep-Alive: timeout=5',
      'Proxy-Connection: keep-alive',
      KEY,
      VERSION,
    ],
    acceptable: ACCEPTED,
  },
  {
    id: 'cookie-two-lines',
    title: 'two Cookie lines',
    cite: 'RFC 6265 section 5.4',
    requirement: 'A client sends one Cookie line; two are joined by a semicolon, never by a comma, or refused.',
    lines: [...PLAIN, 'Cookie: a=1', 'Cookie: b=2'],
    acceptable: EITHER,
  },
  {
    id: 'large-cookie',
    title: 'a cookie of 8 kB',
    cite: 'RFC 6455 section 4.1 item 12, RFC 9110 section 5.4',
    requirement: 'Cookies belong to the handshake; nothing in it limits them to less than a common proxy default.',
    lines: [...PLAIN, `Cookie: session=${'c'.repeat(COOKIE_BYTES - 'session='.length)}`],
    acceptable: ACCEPTED,
  },
];
