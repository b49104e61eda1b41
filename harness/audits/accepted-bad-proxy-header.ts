import { defineAudit } from './audit.ts';
import { findFaults } from './client-faults.ts';

/** A socket opened behind a PROXY header that cannot be read, on a path that demands one: what it says of the client is then made up. */
export const acceptedBadProxyHeader = defineAudit({
  id: 'accepted-bad-proxy-header',
  title: 'Broken PROXY headers are refused',
  failureTitle: 'A broken PROXY header is accepted',
  cite: 'PROXY protocol section 2',
  requires: ['foreignClients', 'hosts'],
  judges: ['foreignClients'],
  evaluate: (input) =>
    findFaults(input, {
      id: 'accepted-bad-proxy-header',
      did: 'took a PROXY header that cannot be read',
      applies: ({ caseId }) => /^proxy-header-.*-mangled$/.test(caseId),
      isFaulty: ({ outcome, acceptable }) => outcome.kind === 'upgraded' && !acceptable.includes('101'),
      direction: 'to-origin',
      symptoms: [],
    }),
});
