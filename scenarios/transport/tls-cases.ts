import { OPENED, REFUSED, type TransportCase } from './transport-case.ts';

const ALPN = 'RFC 7301 section 3.2';
const SNI = 'RFC 6066 section 3';

/** What is agreed on in TLS before the handshake. */
export const tlsCases: readonly TransportCase[] = [
  {
    id: 'alpn-http11',
    title: 'a client that offers http/1.1 alone',
    cite: ALPN,
    requirement: 'The server selects a protocol that the client offered; with http/1.1 the upgrade of RFC 6455 works.',
    on: 'tls',
    alpn: ['http/1.1'],
    speak: 'upgrade',
    acceptable: OPENED,
  },
  {
    id: 'alpn-none',
    title: 'a client without ALPN',
    cite: ALPN,
    requirement: 'A client that offers nothing speaks HTTP/1.1, and is served so.',
    on: 'tls',
    alpn: [],
    speak: 'upgrade',
    acceptable: OPENED,
  },
  {
    id: 'alpn-h2-http11',
    title: 'a client that offers h2 and http/1.1 and speaks what is agreed on',
    cite: 'RFC 7301 section 3.2, RFC 8441 section 3',
    requirement: 'A server that selects h2 for sockets must offer extended CONNECT: in HTTP/2 there is no upgrade (RFC 9113 section 8.6).',
    on: 'tls',
    alpn: ['h2', 'http/1.1'],
    speak: 'agreed',
    acceptable: OPENED,
    // The dead end of h2 without extended CONNECT is judged by an audit of its own, which can name who agreed to it.
    onlyWhereOffered: true,
  },
  {
    id: 'alpn-h2-http11-upgrade',
    title: 'a client that offers h2 and http/1.1 and speaks HTTP/1.1 whatever is agreed on',
    cite: ALPN,
    requirement: 'Where h2 was agreed on, HTTP/1.1 bytes are an error, and no socket may come of them.',
    on: 'tls',
    alpn: ['h2', 'http/1.1'],
    speak: 'upgrade',
    acceptable: [...OPENED, ...REFUSED],
  },
  {
    id: 'alpn-h2',
    title: 'a client that offers h2 alone and speaks HTTP/1.1 where nothing is agreed on',
    cite: ALPN,
    requirement:
      'A server that does not speak h2 says so in TLS (no_application_protocol) or agrees on nothing; one that does opens sockets with extended CONNECT.',
    on: 'tls',
    alpn: ['h2'],
    speak: 'agreed',
    acceptable: OPENED,
    onlyWhereOffered: true,
  },
  {
    id: 'sni-other',
    title: 'a server name that the certificate does not have',
    cite: SNI,
    requirement:
      'A server that does not know the name may end TLS (unrecognized_name), refuse the request (421), or go on with its default.',
    on: 'tls',
    serverName: 'other.example',
    speak: 'upgrade',
    acceptable: [...OPENED, ...REFUSED],
  },
  {
    id: 'sni-none',
    title: 'no server name',
    cite: SNI,
    requirement: 'Clients that connect to an address send no name; a server with one certificate has no reason to refuse them, but may.',
    on: 'tls',
    serverName: '',
    speak: 'upgrade',
    acceptable: [...OPENED, ...REFUSED],
  },
];
