import { defineAudit } from './audit.ts';
import { findFaults } from './client-faults.ts';

/** HTTP/2 was agreed on with a client that offered HTTP/1.1 as well, and extended CONNECT was not offered: no socket can be opened on such a connection. */
export const alpnDeadEnd = defineAudit({
  id: 'alpn-dead-end',
  title: 'What TLS agrees on can carry a socket',
  failureTitle: 'TLS agrees on a protocol that can carry no socket',
  cite: 'RFC 7301 section 3.2, RFC 8441 section 3',
  requires: ['foreignClients', 'hosts'],
  judges: ['foreignClients'],
  evaluate: (input) =>
    findFaults(input, {
      id: 'alpn-dead-end',
      did: 'agreed on h2 with clients that offered http/1.1 too, and offers no extended CONNECT there',
      // A client that offers h2 alone has no other choice, and who serves it so does it a favour.
      applies: ({ caseId, facts }) => caseId === 'alpn-h2-http11' && typeof facts['alpn'] === 'string',
      isFaulty: ({ facts }) => facts['alpn'] === 'h2' && facts['extendedConnect'] === false,
      direction: 'to-client',
      symptoms: ['offers-h2'],
    }),
});
