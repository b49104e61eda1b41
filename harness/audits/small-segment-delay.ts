import type { LegEvidence, Recorded } from '../model/evidence.ts';
import { defineAudit } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';
import { longestStall, stallOf } from './stalls.ts';

/** Delayed acknowledgements come now and then on any connection; a pattern of them costs every message. */
const MIN_STALLS = 5;

/** Small segments waited for acknowledgements that the other end put off: Nagle's algorithm meets delayed acknowledgements. */
export const smallSegmentDelay = defineAudit({
  id: 'small-segment-delay',
  title: 'Small segments left at once',
  failureTitle: 'Small segments waited for delayed acknowledgements',
  cite: 'RFC 9293 section 3.7.4, RFC 1122 section 4.2.3.2',
  requires: ['legs', 'instruments'],
  judges: ['legs'],
  evaluate(input) {
    const hasOnControl = longestStall(input.controlEvidence.legs, 'delayed-ack') > 0;
    return judgeLegs('small-segment-delay', input, (leg) => faultOf(leg, hasOnControl), 'small segments left at once');
  },
});

function faultOf(leg: Recorded<LegEvidence>, hasOnControl: boolean): LegFault | null {
  const stall = stallOf(leg, 'delayed-ack');
  if (stall === null || stall.count < MIN_STALLS || hasOnControl) return null;
  const [sender, receiver] = stall.by === 'b' ? [leg.from, leg.to] : [leg.to, leg.from];
  const because =
    `${sender} held ${stall.count} small segments back until ${receiver} acknowledged the one before, ` +
    `for up to ${Math.round(stall.longestMs)} ms each: TCP_NODELAY is not set there`;
  return {
    leg,
    blame: {
      host: sender,
      leg: leg.leg,
      direction: stall.by === 'b' ? 'to-origin' : 'to-client',
      confidence: 'likely',
      because,
      config: null,
      innocent: [],
    },
    measures: { delayedSegs: stall.count, longestMs: Math.round(stall.longestMs), totalMs: Math.round(stall.totalMs) },
    columns: ['leg', 'client port', 'held back by', 'segments', 'longest', 'frame'],
    row: [leg.leg, String(leg.clientPort), sender, String(stall.count), `${Math.round(stall.longestMs)} ms`, String(stall.frame)],
  };
}
