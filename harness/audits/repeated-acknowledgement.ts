import { blameLinkOf, onControlPath } from '../blame/blame-link.ts';
import { confidenceIn, doubtAboutBoth } from '../blame/capture-trust.ts';
import type { Recorded } from '../model/evidence.ts';
import type { Direction } from '../model/impairment.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

/** So many packets that nobody sent, and such a part of those that were sent: a cost in bandwidth and a storm to congestion control. */
const MIN_REPEATED = 20;
const MIN_SHARE = 0.1;

/** Packets came that neither end of a leg had sent, far more than resets: something between the two repeats acknowledgements. */
export const repeatedAcknowledgement = defineAudit({
  id: 'repeated-acknowledgement',
  title: 'Each acknowledgement came as often as it was sent',
  failureTitle: 'Acknowledgements came more often than they were sent',
  cite: 'RFC 5681 section 3.2',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate: (input) =>
    judgeLegs(
      'repeated-acknowledgement',
      input,
      (leg) => faultOf(leg, 'to-origin', input) ?? faultOf(leg, 'to-client', input),
      'nothing came that its sender had not sent',
    ),
});

function faultOf(leg: Recorded<LegEvidence>, direction: Direction, input: Input): LegFault | null {
  const { near, far, transit } = leg;
  if (near === null || far === null || transit === null) return null;
  const isOutward = direction === 'to-origin';
  const [from, to] = isOutward ? [leg.from, leg.to] : [leg.to, leg.from];
  const resets = transit.resets.filter(
    ({ arrivedAt, transitMs }) => transitMs === null && arrivedAt === (isOutward ? 'far' : 'near'),
  ).length;
  const repeated = (isOutward ? transit.appeared.atFar : transit.appeared.atNear) - resets;
  const [sent, came] = isOutward ? [near.bytes.aToB, far.bytes.aToB] : [far.bytes.bToA, near.bytes.bToA];
  const packets = isOutward ? near.packets.aToB : far.packets.bToA;
  // With bytes of their own they would be somebody's data.
  if (repeated < MIN_REPEATED || repeated < packets * MIN_SHARE || came > sent) return null;
  const crossing = onControlPath(leg, input.path, input.control);
  const links = leg.links.join(', ');
  const because = `${to} got ${repeated} packets without data in the name of ${from} that ${from} had not sent, beside the ${packets} that it had (${links})`;
  return {
    leg,
    blame: blameLinkOf(leg, direction, because, confidenceIn(leg, input.subject.captures)),
    doubt:
      doubtAboutBoth(leg, { path: input.path, ...input.subject }) ??
      (crossing === 'absent' ? `the control path does not cross ${links}` : null),
    excuse: crossing === 'same' ? `${because}; the control path crosses ${links} as well: not the subject's doing` : null,
    measures: { repeatedPackets: repeated, sentPackets: packets },
    columns: ['leg', 'client port', 'direction', 'repeated', 'sent'],
    row: [leg.leg, String(leg.clientPort), direction, String(repeated), String(packets)],
  };
}
