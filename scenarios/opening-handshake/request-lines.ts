import { ACCEPTED, CONNECTION, EITHER, HOST, KEY, PLAIN, REFUSED, UPGRADE, VERSION, type HandshakeCase } from './handshake-case.ts';

const METHOD_RULE = 'The opening handshake is a GET.';
const TARGET_RULE = 'The resource name is path and query, and reaches the server as the client sent it.';
/** Statuses that refuse a method or a version besides the usual ones. */
const REFUSED_LINE = ['405', '501', '505', ...REFUSED] as const;

const method = (id: string, name: string): HandshakeCase => ({
  id,
  title: `${name} instead of GET`,
  cite: 'RFC 6455 section 4.2.1 item 1',
  requirement: METHOD_RULE,
  method: name,
  lines: name === 'OPTIONS' || name === 'get' ? PLAIN : [...PLAIN, 'Content-Length: 0'],
  acceptable: REFUSED_LINE,
});
type Row = readonly [id: string, title: string, targetSuffix: string];
const target = ([id, title, targetSuffix]: Row, acceptable: readonly string[] = ACCEPTED): HandshakeCase => ({
  id,
  title,
  cite: 'RFC 6455 section 4.1, RFC 3986 section 6.2.2',
  requirement: TARGET_RULE,
  targetSuffix,
  lines: PLAIN,
  acceptable,
});

/** Request lines: method, target and version. */
export const lineCases: readonly HandshakeCase[] = [
  {
    id: 'plain',
    title: 'the smallest complete opening handshake',
    cite: 'RFC 6455 section 4.2.1',
    requirement: 'A GET of HTTP/1.1 or higher with Host, Upgrade, Connection, a 16-byte key and version 13 is an opening handshake.',
    lines: PLAIN,
    acceptable: ACCEPTED,
  },
  method('post', 'POST'),
  method('put', 'PUT'),
  method('options', 'OPTIONS'),
  method('lower-case-method', 'get'),
  method('unknown-method', 'HOPSCOPE'),
  {
    id: 'http10',
    title: 'HTTP/1.0',
    cite: 'RFC 6455 section 4.2.1 item 1, RFC 9110 section 7.8, RFC 9110 section 2.5',
    // An intermediary sends its own version on (RFC 9110 section 2.5), so a proxy that lifts the request to 1.1 gets a 101 for it.
    requirement: 'A server ignores Upgrade in an HTTP/1.0 request; an intermediary sends its own HTTP version on.',
    version: 'HTTP/1.0',
    lines: [HOST, UPGRADE, CONNECTION, KEY, VERSION],
    acceptable: ['505', ...EITHER],
  },
  {
    id: 'http12',
    title: 'HTTP/1.2',
    cite: 'RFC 9110 section 2.5, RFC 6455 section 4.2.1 item 1',
    requirement: 'A higher minor version of the same major one is read as the highest minor version that the recipient knows, or refused.',
    version: 'HTTP/1.2',
    lines: PLAIN,
    acceptable: ['505', ...EITHER],
  },
  {
    id: 'http20-line',
    title: 'HTTP/2.0 in a request line',
    cite: 'RFC 9110 section 15.6.6, RFC 9113 section 3',
    requirement: 'HTTP/2 has no request line: a message of another major version cannot be read and is refused.',
    version: 'HTTP/2.0',
    lines: PLAIN,
    acceptable: REFUSED_LINE,
  },
  {
    id: 'no-version',
    title: 'a request line without a version',
    cite: 'RFC 9112 section 3',
    requirement: 'A request line is method, target and version; one that is not is answered 400.',
    requestLine: 'GET {target}',
    lines: PLAIN,
    // A server that speaks HTTP/0.9 takes it for that and answers with a body alone, which opens nothing.
    acceptable: ['malformed-response', ...REFUSED_LINE],
  },
  {
    id: 'two-spaces',
    title: 'two spaces in the request line',
    cite: 'RFC 9112 section 3',
    requirement: 'One space stands between the parts; a recipient may be lenient about more, or answer 400.',
    requestLine: 'GET  {target} HTTP/1.1',
    lines: PLAIN,
    acceptable: EITHER,
  },
  {
    id: 'leading-empty-line',
    title: 'an empty line before the request line',
    cite: 'RFC 9112 section 2.2',
    requirement: 'A server ignores at least one empty line before the request line.',
    requestLine: '\r\nGET {target} HTTP/1.1',
    lines: PLAIN,
    acceptable: ACCEPTED,
  },
  {
    id: 'absolute-form',
    title: 'an absolute http:// target',
    cite: 'RFC 9112 section 3.2.2',
    requirement: 'A server accepts the absolute form of the target, although clients send it to proxies only.',
    requestLine: 'GET http://{host}{target} HTTP/1.1',
    lines: PLAIN,
    acceptable: ACCEPTED,
  },
  {
    id: 'absolute-form-ws',
    title: 'an absolute ws:// target',
    cite: 'RFC 6455 section 4.2.1 item 1, RFC 9112 section 3.2.2',
    requirement:
      'The target of an opening handshake is a path or an absolute URI of HTTP; ws is not one of its schemes, and may be refused.',
    requestLine: 'GET ws://{host}{target} HTTP/1.1',
    lines: PLAIN,
    acceptable: [...EITHER, '404'],
  },
  {
    id: 'absolute-form-other-host',
    title: 'an absolute target with another authority than Host',
    cite: 'RFC 9112 section 3.2.2',
    requirement: 'The authority of an absolute target counts, and Host is ignored; a recipient may refuse the contradiction.',
    requestLine: 'GET http://other.example{target} HTTP/1.1',
    lines: PLAIN,
    acceptable: [...EITHER, '404', '421'],
  },
  target(['query', 'a query with percent-encoded bytes', '?room=%C3%A9t%C3%A9&next=%2Fa%2Fb&empty=&token=a.b-c_d~e']),
  target(['encoded-path', 'a path with percent-encoded bytes', '/%7Eann/a%20b%2Fc']),
  target(['lower-case-escape', 'percent-encoded bytes in lower case', '/%c3%a9']),
  target(['dot-segments', 'a path with dot segments', '/a/./b/../c']),
  target(['double-slash', 'a path with an empty segment', '/a//b']),
  target(['long-query', 'a query of 4 kB', `?state=${'q'.repeat(4000)}`]),
  target(['reserved-in-query', 'a query with reserved characters', "?a=b;c=d&e=[1]&f={x}&g='h'|i"], EITHER),
  target(['raw-utf8', 'a path with bytes above 127', '/\u00c3\u00a9'], EITHER),
];
