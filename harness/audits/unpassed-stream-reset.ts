import { defineAudit } from './audit.ts';
import { findFaults } from './client-faults.ts';

/** The client reset the stream of a socket inside HTTP/2 and kept the connection, and the socket of the origin stayed open. */
export const unpassedStreamReset = defineAudit({
  id: 'unpassed-stream-reset',
  title: 'A reset stream ends its socket',
  failureTitle: 'A reset stream leaves its socket open',
  cite: 'RFC 8441 section 5',
  requires: ['foreignClients', 'hosts'],
  judges: ['foreignClients'],
  evaluate: (input) =>
    findFaults(input, {
      id: 'unpassed-stream-reset',
      did: 'let the origin keep a socket whose stream the client had reset',
      applies: ({ facts }) => facts['originEnd'] !== undefined,
      isFaulty: ({ facts }) => facts['originEnd'] === 'open',
      direction: 'to-origin',
      symptoms: [],
    }),
});
