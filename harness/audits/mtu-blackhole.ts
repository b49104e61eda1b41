import { blameLinkOf, onControlPath } from '../blame/blame-link.ts';
import { confidenceIn, doubtAbout, doubtAboutBoth } from '../blame/capture-trust.ts';
import { isOrdinaryLoss } from '../blame/ordinary-loss.ts';
import { isSwallowedForSize, stuckOf } from '../blame/swallowed-size.ts';
import { unknownBlame } from '../blame/unknown-blame.ts';
import type { Recorded } from '../model/evidence.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Direction } from '../model/impairment.ts';
import { isControl } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

/** The two captures of a leg are ended within less. */
const ENDED_TOGETHER_MS = 100;

/** Full-sized segments vanish while small ones pass, and no ICMP message says why: path MTU discovery cannot work. */
export const mtuBlackhole = defineAudit({
  id: 'mtu-blackhole',
  title: 'Segments of every size arrived',
  failureTitle: 'Full-sized segments vanished',
  cite: 'RFC 2923 section 2.1, RFC 9293 section 3.7.2',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate: (input) =>
    judgeLegs(
      'mtu-blackhole',
      input,
      (leg) => faultOf(leg, 'to-origin', input) ?? faultOf(leg, 'to-client', input),
      'no full-sized segment vanished again and again',
    ),
});

function faultOf(leg: Recorded<LegEvidence>, direction: Direction, input: Input): LegFault | null {
  const stuck = stuckOf(leg, direction);
  const ground = { path: input.path, ...input.subject };
  if (stuck === null || isOrdinaryLoss(stuck.tries, leg, direction, ground)) return null;
  const [sender, receiver] = direction === 'to-origin' ? [leg.from, leg.to] : [leg.to, leg.from];
  const tried = `${sender} sent a segment of ${stuck.segmentBytes} bytes ${stuck.tries} times`;
  const because = `${tried} and none arrived at ${receiver}, while smaller ones did`;
  const shown = {
    leg,
    measures: { segmentBytes: stuck.segmentBytes, tries: stuck.tries },
    columns: ['leg', 'client port', 'direction', 'segment', 'tries', 'frame'],
    row: [leg.leg, String(leg.clientPort), direction, `${stuck.segmentBytes} bytes`, String(stuck.tries), String(stuck.frame)],
  };
  if (leg.transit === null) {
    const blame = unknownBlame(`${tried} and it was never acknowledged, while smaller ones were; it was captured at one end only`);
    return { ...shown, blame };
  }
  // Nothing at all arrived any more, or the tries did: not the size.
  if (!isSwallowedForSize(leg, direction)) return null;
  const crossing = onControlPath(leg, input.path, input.control);
  const links = leg.links.join(', ');
  const endedMs = (direction === 'to-origin' ? leg.near?.endedAtMs : leg.far?.endedAtMs) ?? leg.endedAtMs;
  const doubt =
    doubtAboutBoth(leg, ground) ?? doubtAbout(leg, direction === 'to-origin' ? 'far' : 'near', endedMs - ENDED_TOGETHER_MS, ground);
  return {
    ...shown,
    blame: blameLinkOf(leg, direction, because, confidenceIn(leg, input.subject.captures)),
    doubt: doubt ?? (crossing === 'absent' ? `the control path does not cross ${links}` : null),
    excuse:
      crossing === 'same' && !isControl(input.path)
        ? `${because}; swallowed by ${links}, which the control path crosses as well: not the subject's doing`
        : null,
  };
}
