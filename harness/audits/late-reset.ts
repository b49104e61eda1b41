import { blameLinkOf, confidenceIn } from '../blame/blame-link.ts';
import type { ResetTransit } from '../model/capture-analysis.ts';
import type { LegEvidence, Recorded } from '../model/evidence.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

/** A queue on the way delays every packet alike; a reset that takes so much longer than the quickest packet was held back. */
const MIN_EXTRA_MS = 50;

/** A reset that was on its way for much longer than other packets of the same connection: a device held it back. */
export const lateReset = defineAudit({
  id: 'late-reset',
  title: 'Resets arrived as fast as other packets',
  failureTitle: 'A reset was held back on its way',
  cite: 'RFC 9293 section 3.5.2',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate: (input) => judgeLegs('late-reset', input, (leg) => faultOf(leg, input), 'no reset was held back on its way'),
});

const extraMs = ({ transitMs, leastTransitMs }: ResetTransit): number =>
  transitMs === null || leastTransitMs === null ? 0 : transitMs - leastTransitMs;

function faultOf(leg: Recorded<LegEvidence>, input: Input): LegFault | null {
  const late = (leg.transit?.resets ?? []).filter((reset) => extraMs(reset) >= MIN_EXTRA_MS);
  const [first] = late.toSorted((a, b) => extraMs(b) - extraMs(a));
  if (first === undefined) return null;
  const [sender, receiver] = first.arrivedAt === 'near' ? [leg.to, leg.from] : [leg.from, leg.to];
  const because =
    `a reset from ${sender} took ${Math.round(first.transitMs ?? 0)} ms to reach ${receiver}, ` +
    `other packets of the connection ${(first.leastTransitMs ?? 0).toFixed(1)} ms`;
  return {
    leg,
    blame: blameLinkOf(leg, first.arrivedAt === 'near' ? 'to-client' : 'to-origin', because, confidenceIn(leg, input.subject.captures)),
    measures: { heldMs: Math.round(extraMs(first)), lateResets: late.length },
    columns: ['leg', 'client port', 'arrived at', 'frame', 'on its way', 'quickest packet'],
    row: [
      leg.leg,
      String(leg.clientPort),
      receiver,
      String(first.frame),
      `${Math.round(first.transitMs ?? 0)} ms`,
      `${(first.leastTransitMs ?? 0).toFixed(1)} ms`,
    ],
  };
}
