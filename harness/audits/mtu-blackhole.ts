import { blameLinkOf, confidenceIn } from '../blame/blame-link.ts';
import type { LegEvidence, Recorded } from '../model/evidence.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

/** Full-sized segments vanish while small ones pass, and no ICMP message says why: path MTU discovery cannot work. */
export const mtuBlackhole = defineAudit({
  id: 'mtu-blackhole',
  title: 'Segments of every size arrived',
  failureTitle: 'Full-sized segments vanished',
  cite: 'RFC 2923 section 2.1, RFC 4821 section 1',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate: (input) => judgeLegs('mtu-blackhole', input, (leg) => faultOf(leg, input), 'no full-sized segment vanished again and again'),
});

function faultOf(leg: Recorded<LegEvidence>, input: Input): LegFault | null {
  const atNear = leg.near?.mtuBlackhole ?? null;
  const atFar = leg.far?.mtuBlackhole ?? null;
  // The sender's own capture is the one that has all its tries; `a` is the end that opened the connection.
  const seen = atNear?.from === 'a' ? atNear : atFar?.from === 'b' ? atFar : null;
  if (seen === null) return null;
  const direction = seen.from === 'a' ? 'to-origin' : 'to-client';
  const sender = seen.from === 'a' ? leg.from : leg.to;
  const because = `${sender} sent a segment of ${seen.segmentBytes} bytes ${seen.tries} times and none arrived, while smaller ones did`;
  return {
    leg,
    blame: blameLinkOf(leg, direction, because, leg.transit === null ? 'likely' : confidenceIn(leg, input.subject.captures)),
    measures: { segmentBytes: seen.segmentBytes, tries: seen.tries },
    columns: ['leg', 'client port', 'direction', 'segment', 'tries', 'frame'],
    row: [leg.leg, String(leg.clientPort), direction, `${seen.segmentBytes} bytes`, String(seen.tries), String(seen.frame)],
  };
}
