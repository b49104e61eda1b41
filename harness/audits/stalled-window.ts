import type { StallSeen } from '../model/capture-analysis.ts';
import type { LegEvidence, Recorded } from '../model/evidence.ts';
import type { Blame } from '../model/finding.ts';
import { defineAudit } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';
import { longestStall, stallOf } from './stalls.ts';

/** Windows close for moments under any burst; a reader that stops for so long holds everybody up. */
const MIN_STALL_MS = 500;

/** One end of a leg had no room for so long that the other had to wait: somebody does not read. */
export const stalledWindow = defineAudit({
  id: 'stalled-window',
  title: 'Receive windows stayed open',
  failureTitle: 'A receive window stayed closed',
  cite: 'RFC 9293 section 3.8.6.1',
  requires: ['legs', 'instruments'],
  judges: ['legs'],
  evaluate(input) {
    const control = longestStall(input.controlEvidence.legs, 'zero-window');
    return judgeLegs('stalled-window', input, (leg) => faultOf(leg, control), 'no receive window stayed closed');
  },
});

function faultOf(leg: Recorded<LegEvidence>, controlMs: number): LegFault | null {
  const stall = stallOf(leg, 'zero-window');
  if (stall === null || stall.longestMs < MIN_STALL_MS || stall.longestMs < 2 * controlMs) return null;
  const [reader, sender] = stall.by === 'a' ? [leg.from, leg.to] : [leg.to, leg.from];
  const because = `${reader} let ${sender} send nothing for ${Math.round(stall.longestMs)} ms: its receive window was closed, it did not read`;
  return { leg, blame: blameReader(leg, reader, stall, because), ...shownStall(leg, reader, stall) };
}

const blameReader = (leg: LegEvidence, host: string, stall: StallSeen, because: string): Blame => ({
  host,
  leg: leg.leg,
  direction: stall.by === 'a' ? 'to-client' : 'to-origin',
  confidence: leg.near !== null && leg.far !== null ? 'certain' : 'likely',
  because,
  config: null,
  innocent: [],
});

const shownStall = (leg: LegEvidence, host: string, stall: StallSeen) => ({
  measures: { longestMs: Math.round(stall.longestMs), totalMs: Math.round(stall.totalMs), stalls: stall.count },
  columns: ['leg', 'client port', 'by', 'times', 'longest', 'frame'],
  row: [leg.leg, String(leg.clientPort), host, String(stall.count), `${Math.round(stall.longestMs)} ms`, String(stall.frame)],
});
