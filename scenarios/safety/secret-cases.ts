import { PLAIN, type HandshakeCase } from '../opening-handshake/handshake-case.ts';

/** Secrets on the way to a log, and the page of another site. */
export const secretCases: readonly HandshakeCase[] = [
  {
    id: 'secrets',
    title: 'a session cookie, a bearer token and a token in the query',
    cite: 'RFC 9110 section 17.9, section 17.16.3',
    requirement: 'Credentials do not belong into logs; a query is often logged, so a token in it is no secret.',
    targetSuffix: '?token=hopscope-query-secret',
    lines: [...PLAIN, 'Cookie: session=hopscope-cookie-secret', 'Authorization: Bearer hopscope-bearer-secret'],
    acceptable: ['101'],
    concern: 'secret',
  },
  {
    id: 'cross-site',
    title: 'the page of another site opens a socket with the cookie of the user',
    cite: 'RFC 6455 section 10.2',
    requirement: 'Browsers let any page open a socket to any server, with its cookies: who relies on cookies checks Origin.',
    lines: [...PLAIN, 'Origin: https://evil.example', 'Cookie: session=hopscope-cookie-secret'],
    acceptable: ['101', '400', '401', '403'],
    concern: 'origin',
  },
];
