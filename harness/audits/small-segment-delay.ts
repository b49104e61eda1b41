import type { StallSeen, StreamEnd } from '../model/capture-analysis.ts';
import type { Recorded } from '../model/evidence.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';
import { longestStall } from './stalls.ts';

/** Delayed acknowledgements come now and then on any connection; a pattern of them costs every message. */
const MIN_STALLS = 5;

/** Small segments waited for acknowledgements that the other end put off: Nagle's algorithm meets delayed acknowledgements. */
export const smallSegmentDelay = defineAudit({
  id: 'small-segment-delay',
  title: 'Small segments left at once',
  failureTitle: 'Small segments waited for delayed acknowledgements',
  cite: 'RFC 9293 sections 3.7.4 and 3.8.6.3',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate(input) {
    const { path, controlEvidence } = input;
    const scenarios = new Set(input.subject.legs.map(({ scenario }) => scenario));
    // A sender that pauses as long as acknowledgements are put off looks the same, and does so on both paths.
    const excused = new Set(
      [...scenarios].filter((scenario) => !isControl(path) && longestStall(controlEvidence.legs, scenario, 'delayed-ack') > 0),
    );
    const faultOf = (leg: Recorded<LegEvidence>): LegFault | null => (excused.has(leg.scenario) ? null : faultOn(leg));
    return judgeLegs('small-segment-delay', input, faultOf, 'small segments left at once');
  },
});

function faultOn(leg: Recorded<LegEvidence>): LegFault | null {
  const stall = delayOf(leg, 'a') ?? delayOf(leg, 'b');
  if (stall === null) return null;
  const [sender, receiver] = stall.by === 'b' ? [leg.from, leg.to] : [leg.to, leg.from];
  const because =
    `${sender} held ${stall.count} small segments back until ${receiver} acknowledged the one before, ` +
    `for up to ${Math.round(stall.longestMs)} ms each, as a host does without TCP_NODELAY`;
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

/** Of what one end put off: by the capture at the end that waited, the only one that shows when it could have sent. */
function delayOf({ near, far }: LegEvidence, by: StreamEnd): StallSeen | null {
  const seen = by === 'b' ? (near ?? far) : (far ?? near);
  return seen?.stalls.find((stall) => stall.kind === 'delayed-ack' && stall.by === by && stall.count >= MIN_STALLS) ?? null;
}
