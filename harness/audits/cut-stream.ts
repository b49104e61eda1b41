import { defineAudit } from './audit.ts';
import { findFaults } from './client-faults.ts';

/** A socket inside HTTP/2 that the path ended while its proxy was reloaded. */
export const cutStream = defineAudit({
  id: 'cut-stream',
  title: 'Streams outlive a GOAWAY',
  failureTitle: 'A socket inside HTTP/2 is cut by a reload',
  cite: 'RFC 9113 section 6.8',
  requires: ['foreignClients', 'hosts'],
  judges: ['foreignClients'],
  evaluate: (input) =>
    findFaults(input, {
      id: 'cut-stream',
      did: 'cut sockets inside HTTP/2 when it was reloaded',
      applies: ({ caseId, facts }) => caseId === 'h2-reload' && facts['endedByPath'] !== undefined,
      isFaulty: ({ facts }) => facts['endedByPath'] === true,
      direction: 'to-client',
      symptoms: ['cuts-on-reload'],
    }),
});
