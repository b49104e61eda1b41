import { defineAudit } from './audit.ts';
import { findFaults } from './client-faults.ts';
import type { ForeignClientEvidence } from '../model/client-evidence.ts';

/** Signatures of both versions; that of version 2 ends its first line with an empty one. */
const SIGNATURES: readonly Buffer[] = [Buffer.from('PROXY '), Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')];

/** Whether what reached the origin begins with a PROXY header that its client did not send. */
export function hasStrangeProxyHeader({ originHeadBase64, facts }: ForeignClientEvidence): boolean {
  if (originHeadBase64 === null || facts['proxyHeaderSent'] === true) return false;
  const bytes = Buffer.from(originHeadBase64, 'base64');
  return SIGNATURES.some((signature) => bytes.subarray(0, signature.length).equals(signature));
}

/** The bytes that reached the origin begin with a PROXY header that the client did not send. */
export const unexpectedProxyHeader = defineAudit({
  id: 'unexpected-proxy-header',
  title: 'The origin gets HTTP first',
  failureTitle: 'A PROXY header reaches an origin that knows none',
  cite: 'PROXY protocol section 2',
  requires: ['foreignClients', 'hosts'],
  judges: ['foreignClients'],
  evaluate: (input) =>
    findFaults(input, {
      id: 'unexpected-proxy-header',
      did: 'sent a PROXY header to the origin, which does not know the protocol',
      applies: ({ originHeadBase64 }) => originHeadBase64 !== null,
      isFaulty: hasStrangeProxyHeader,
      direction: 'to-origin',
      symptoms: ['sends-proxy-header'],
    }),
});
