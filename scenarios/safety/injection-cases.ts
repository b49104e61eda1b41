import { EITHER, PLAIN, type HandshakeCase } from '../opening-handshake/handshake-case.ts';

const RULE = 'A value cannot hold a line end: it is refused or replaced by a space, and never read as another field.';

type Row = readonly [id: string, title: string, value: string];
const injected = ([id, title, value]: Row): HandshakeCase => ({
  id,
  title,
  cite: 'RFC 9110 section 5.5, RFC 9112 section 5.2, section 2.2',
  requirement: RULE,
  lines: [...PLAIN, `Sec-WebSocket-Protocol: ${value}`],
  acceptable: EITHER,
  isEcholess: true,
  concern: 'injection',
});

/** Values that a careless hop turns into a header of its own, `X-Injected`. */
export const injectionCases: readonly HandshakeCase[] = [
  injected(['folded-subprotocol', 'a folded line in Sec-WebSocket-Protocol that looks like a header', 'chat\r\n X-Injected: yes']),
  injected(['bare-cr-subprotocol', 'a bare CR in Sec-WebSocket-Protocol', 'chat\rX-Injected: yes']),
  injected(['nul-subprotocol', 'a NUL in Sec-WebSocket-Protocol', 'chat\u0000X-Injected: yes']),
  injected(['encoded-subprotocol', 'an encoded line end in Sec-WebSocket-Protocol', 'chat%0d%0aX-Injected:%20yes']),
  {
    id: 'encoded-target',
    title: 'an encoded line end in the target',
    cite: 'RFC 3986 section 2.4, RFC 9112 section 3.2',
    requirement: 'Percent-encoded bytes of a target stay encoded on the way.',
    targetSuffix: '?next=%20HTTP/1.1%0d%0aX-Injected:%20yes',
    lines: PLAIN,
    acceptable: EITHER,
    isEcholess: true,
    concern: 'injection',
  },
];
