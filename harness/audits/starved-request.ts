import { defineAudit } from './audit.ts';
import { findFaults } from './client-faults.ts';

/** Ordinary requests on the HTTP/2 connection of an open socket that were not answered with 200. */
export const starvedRequest = defineAudit({
  id: 'starved-request',
  title: 'Requests beside a socket are answered',
  failureTitle: 'Requests beside a socket on one HTTP/2 connection are not answered',
  cite: 'RFC 9113 section 5',
  requires: ['foreignClients', 'hosts'],
  judges: ['foreignClients'],
  evaluate: (input) =>
    findFaults(input, {
      id: 'starved-request',
      did: 'left ordinary requests on the HTTP/2 connection of a socket without a good answer',
      applies: ({ facts }) => typeof facts['requestsBeside'] === 'number',
      isFaulty: ({ facts }) => Number(facts['requestsAnswered']) < Number(facts['requestsBeside']),
      direction: null,
      symptoms: [],
    }),
});
