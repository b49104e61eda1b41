import { deliveryCases } from './request-delivery.ts';
import { ACCEPTED, CONNECTION, HOST, type HandshakeCase, KEY, PLAIN, UPGRADE, VERSION } from './handshake-case.ts';

/*
 * What the entries of a user's own config are asked for: requests that real clients send and that any entry for WebSockets lets through. Everything else in the
 * catalogue asks for another host, target or origin than the config may serve, and a refusal would be no fault.
 */

/** Deliveries of the plain handshake that happen to real clients. */
const DELIVERED = new Set(['two-segments', 'cut-before-empty-line']);

export const entryCases: readonly HandshakeCase[] = [
  {
    id: 'entry-browser',
    title: 'the handshake of a browser on a page of the same site',
    cite: 'RFC 6455 section 4.1',
    requirement: 'A browser says which page opened the socket, and offers compression.',
    lines: [
      HOST,
      CONNECTION,
      'Pragma: no-cache',
      'Cache-Control: no-cache',
      'User-Agent: Mozilla/5.0 (hopscope)',
      UPGRADE,
      'Origin: https://{host}',
      VERSION,
      'Accept-Encoding: gzip, deflate, br',
      'Accept-Language: en',
      KEY,
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    ],
    acceptable: ACCEPTED,
  },
  {
    id: 'entry-plain',
    title: 'the smallest complete handshake',
    cite: 'RFC 6455 section 4.1',
    requirement: 'Nothing more is needed to open a socket.',
    lines: PLAIN,
    acceptable: ACCEPTED,
  },
  {
    id: 'entry-subprotocol',
    title: 'an offer of a subprotocol',
    cite: 'RFC 6455 section 4.1 item 10',
    requirement: 'A client may offer subprotocols.',
    lines: [...PLAIN, 'Sec-WebSocket-Protocol: chat'],
    acceptable: ACCEPTED,
  },
  ...deliveryCases.filter(({ id }) => DELIVERED.has(id)),
];
