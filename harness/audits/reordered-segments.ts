import { blameLinkOf, onControlPath } from '../blame/blame-link.ts';
import { confidenceIn, doubtAboutBoth } from '../blame/capture-trust.ts';
import type { Recorded } from '../model/evidence.ts';
import type { Direction } from '../model/impairment.ts';
import type { LegEvidence, LegStream } from '../model/wire-evidence.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

/** Fewer are told of in no finding: two CPUs of one machine may swap packets, and a resend or two is no cost. */
const MIN_OVERTAKEN = 10;
const MIN_NEEDLESS = 5;

/** Segments overtook each other between the two ends of a leg, and senders took that for loss: they sent again what had arrived. */
export const reorderedSegments = defineAudit({
  id: 'reordered-segments',
  title: 'Segments came in the order in which they were sent, or at no cost in another',
  failureTitle: 'Segments came in another order and were sent again needlessly',
  cite: 'RFC 4653 section 1, RFC 8985 section 3.2',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate: (input) =>
    judgeLegs(
      'reordered-segments',
      input,
      (leg) => faultOf(leg, 'to-origin', input) ?? faultOf(leg, 'to-client', input),
      'no order was lost at a cost',
    ),
});

interface Overtaken {
  readonly overtaken: number;
  readonly packets: number;
}

const packetsOf = ({ packets }: LegStream, direction: Direction): number => (direction === 'to-origin' ? packets.aToB : packets.bToA);

/** The connection and direction with the largest share of packets that were overtaken; null where no more than a few were. */
function mostOvertaken(legs: readonly LegEvidence[]): Overtaken | null {
  const all = legs.flatMap(({ near, far, transit }) => [
    { overtaken: transit?.reordered.nearToFar ?? 0, packets: near === null ? 0 : packetsOf(near, 'to-origin') },
    { overtaken: transit?.reordered.farToNear ?? 0, packets: far === null ? 0 : packetsOf(far, 'to-client') },
  ]);
  const many = all.filter(({ overtaken, packets }) => overtaken >= MIN_OVERTAKEN && packets > 0);
  return many.toSorted((one, other) => other.overtaken / other.packets - one.overtaken / one.packets)[0] ?? null;
}

function faultOf(leg: Recorded<LegEvidence>, direction: Direction, input: Input): LegFault | null {
  const isOutward = direction === 'to-origin';
  const sender = isOutward ? leg.near : leg.far;
  const overtaken = isOutward ? leg.transit?.reordered.nearToFar : leg.transit?.reordered.farToNear;
  const fates = isOutward ? leg.transit?.resent.nearToFar : leg.transit?.resent.farToNear;
  if (sender === null || overtaken === undefined || fates === undefined || overtaken < MIN_OVERTAKEN) return null;
  // What was sent again although it was on its way, or was there already.
  const needless = fates.delayed + fates.needless;
  if (needless < MIN_NEEDLESS) return null;
  const [from, to] = isOutward ? [leg.from, leg.to] : [leg.to, leg.from];
  const crossing = onControlPath(leg, input.path, input.control);
  const links = leg.links.join(', ');
  const packets = packetsOf(sender, direction);
  const elsewhere = mostOvertaken(input.controlEvidence.legs);
  const isOfLab = elsewhere !== null && elsewhere.overtaken / elsewhere.packets >= overtaken / packets / 2;
  const because = `${overtaken} packets from ${from} to ${to} were overtaken on the way (${links}), and ${from} sent ${needless} segments again that were not lost`;
  return {
    leg,
    blame: blameLinkOf(leg, direction, because, confidenceIn(leg, input.subject.captures)),
    doubt:
      doubtAboutBoth(leg, { path: input.path, ...input.subject }) ??
      (crossing === 'absent' ? `the control path does not cross ${links}` : null),
    excuse:
      crossing === 'same'
        ? `${because}; the control path crosses ${links} as well: not the subject's doing`
        : isOfLab
          ? `${because}; so were ${elsewhere.overtaken} of ${elsewhere.packets} on one leg of the control path: this machine swaps packets by itself`
          : null,
    measures: { overtakenPackets: overtaken, needlessSegs: needless },
    columns: ['leg', 'client port', 'direction', 'overtaken', 'sent again needlessly', 'segments'],
    row: [leg.leg, String(leg.clientPort), direction, String(overtaken), String(needless), String(packets)],
  };
}
