import { ACCEPTED, CONNECTION, EITHER, HOST, KEY, PLAIN, REFUSED, UPGRADE, VERSION, type HandshakeCase } from './handshake-case.ts';

const KEY_RULE = 'The key is the base64 form of 16 bytes, in one field: anything else is no opening handshake.';
const VERSION_RULE = 'A version that the server does not speak is answered with an HTTP error such as 426 and the versions it speaks.';
const KEY_CITE = 'RFC 6455 section 4.2.1 item 5, section 11.3.1';
const VERSION_CITE = 'RFC 6455 section 4.2.2 item 4, section 4.4';

const withKey = (...keys: readonly string[]): readonly string[] => [
  HOST,
  UPGRADE,
  CONNECTION,
  ...keys.map((key) => `Sec-WebSocket-Key: ${key}`),
  VERSION,
];
const withVersion = (...versions: readonly string[]): readonly string[] => [
  HOST,
  UPGRADE,
  CONNECTION,
  KEY,
  ...versions.map((version) => `Sec-WebSocket-Version: ${version}`),
];

type Row = readonly [id: string, title: string, lines: readonly string[]];
const badKey = ([id, title, lines]: Row): HandshakeCase => ({
  id,
  title,
  cite: KEY_CITE,
  requirement: KEY_RULE,
  lines,
  acceptable: REFUSED,
});
const badVersion = ([id, title, lines]: Row): HandshakeCase => ({
  id,
  title,
  cite: VERSION_CITE,
  requirement: VERSION_RULE,
  lines,
  acceptable: ['426', ...REFUSED],
});

/** The Sec-WebSocket-* fields of the request. */
export const websocketCases: readonly HandshakeCase[] = [
  {
    id: 'missing-key',
    title: 'no Sec-WebSocket-Key',
    cite: 'RFC 6455 section 4.2.1 item 5, section 4.2.2',
    requirement: 'A request without the key is not an opening handshake: the server answers with an HTTP error such as 400.',
    lines: [HOST, UPGRADE, CONNECTION, VERSION],
    acceptable: REFUSED,
  },
  badKey(['two-keys', 'two different keys', withKey('{key}', 'AQEBAQEBAQEBAQEBAQEBAQ==')]),
  badKey(['same-key-twice', 'the same key in two lines', withKey('{key}', '{key}')]),
  badKey(['empty-key', 'an empty Sec-WebSocket-Key', withKey('')]),
  badKey(['short-key', 'a key of 5 bytes', withKey('c2hvcnQ=')]),
  badKey(['long-key', 'a key of 24 bytes', withKey('AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB')]),
  badKey(['key-not-base64', 'a key that is not base64', withKey('!!!!!!!!!!!!!!!!!!!!!!==')]),
  {
    id: 'key-in-white-space',
    title: 'white space around the key',
    cite: 'RFC 9110 section 5.5',
    requirement: 'White space before and after a field value is not part of it.',
    lines: withKey('\t  {key}  '),
    acceptable: ACCEPTED,
  },
  {
    id: 'wrong-version',
    title: 'Sec-WebSocket-Version: 8',
    cite: VERSION_CITE,
    requirement: VERSION_RULE,
    lines: withVersion('8'),
    acceptable: ['426', ...REFUSED],
  },
  badVersion(['missing-version', 'no Sec-WebSocket-Version', withVersion()]),
  badVersion(['two-versions', 'the versions 13 and 8 in two lines', withVersion('13', '8')]),
  badVersion(['version-list', 'Sec-WebSocket-Version: 13, 8', withVersion('13, 8')]),
  badVersion(['version-leading-zero', 'Sec-WebSocket-Version: 013', withVersion('013')]),
  badVersion(['version-empty', 'an empty Sec-WebSocket-Version', withVersion('')]),
  {
    id: 'subprotocols',
    title: 'subprotocols offered',
    cite: 'RFC 6455 section 4.1 item 10, section 4.2.2',
    requirement: 'A client may offer subprotocols in order of preference; the server picks one of them or none.',
    lines: [...PLAIN, 'Sec-WebSocket-Protocol: chat.v2, chat.v1'],
    acceptable: ACCEPTED,
  },
  {
    id: 'subprotocols-two-lines',
    title: 'subprotocols offered in two lines',
    cite: 'RFC 6455 section 11.3.4',
    requirement: 'In a request Sec-WebSocket-Protocol may stand several times, which means the same as one line with all values.',
    lines: [...PLAIN, 'Sec-WebSocket-Protocol: chat.v2', 'Sec-WebSocket-Protocol: chat.v1'],
    acceptable: ACCEPTED,
  },
  {
    id: 'subprotocols-many',
    title: 'sixty subprotocols offered',
    cite: 'RFC 6455 section 4.1 item 10',
    requirement: 'Nothing limits how many subprotocols are offered, and their order is that of preference.',
    lines: [...PLAIN, `Sec-WebSocket-Protocol: ${Array.from({ length: 60 }, (_, index) => `v${60 - index}.stomp`).join(', ')}`],
    acceptable: ACCEPTED,
  },
  {
    id: 'deflate-offered',
    title: 'permessage-deflate offered',
    cite: 'RFC 6455 section 9.1, RFC 7692 section 5',
    requirement: 'A client may offer extensions; the server may accept or ignore the offer.',
    lines: [...PLAIN, 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'],
    acceptable: ACCEPTED,
  },
  {
    id: 'extensions-two-lines',
    title: 'two offers of permessage-deflate in two lines',
    cite: 'RFC 6455 section 9.1, RFC 7692 section 5',
    requirement: 'Sec-WebSocket-Extensions may be split over lines; the order of the offers is kept.',
    lines: [
      ...PLAIN,
      'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover',
      'Sec-WebSocket-Extensions: permessage-deflate',
    ],
    acceptable: ACCEPTED,
  },
  {
    id: 'extension-unknown',
    title: 'an extension nobody knows, with a quoted parameter',
    cite: 'RFC 6455 section 9.1',
    requirement: 'A server ignores an extension that it does not know, and parameters may be quoted strings.',
    lines: [...PLAIN, 'Sec-WebSocket-Extensions: x-hopscope; level="7"; plain'],
    acceptable: ACCEPTED,
  },
  {
    id: 'accept-in-request',
    title: 'Sec-WebSocket-Accept in the request',
    cite: 'RFC 6455 section 11.3.3',
    requirement: 'Sec-WebSocket-Accept belongs into responses only; in a request it may be ignored or refused.',
    lines: [...PLAIN, 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
    acceptable: EITHER,
  },
];
