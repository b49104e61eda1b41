import { blameLinkOf, onControlPath } from '../blame/blame-link.ts';
import { confidenceIn, doubtAboutBoth } from '../blame/capture-trust.ts';
import type { ResetTransit } from '../model/capture-analysis.ts';
import type { Recorded } from '../model/evidence.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Direction } from '../model/impairment.ts';
import { isControl } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import { defineAudit } from './audit.ts';
import type { AuditInput } from './audit.ts';
import { judgeLegs, type LegFault } from './leg-faults.ts';

type Input = AuditInput<'legs' | 'captures' | 'instruments'>;

/** A busy machine delays any packet now and then, by less. */
const MIN_EXTRA_MS = 50;

/**
 * A reset that was on its way for much longer than other packets of the same connection: a device held it back. One that does so on the control path too is
 * not what is under test, and breaks nothing by itself.
 */
export const lateReset = defineAudit({
  id: 'late-reset',
  title: 'Resets arrived as fast as other packets',
  failureTitle: 'A reset was held back on its way',
  cite: 'RFC 9293 section 3.5.2; differential: against the quickest packet of the same connection',
  requires: ['legs', 'captures', 'instruments'],
  judges: ['legs'],
  evaluate: (input) => judgeLegs('late-reset', input, (leg) => faultOf(leg, input), 'no reset was held back on its way'),
});

/** The difference alone is free of what the two clocks are apart. */
const extraMs = ({ transitMs, leastTransitMs }: ResetTransit): number =>
  transitMs === null || leastTransitMs === null ? 0 : transitMs - leastTransitMs;

const directionOf = ({ arrivedAt }: ResetTransit): Direction => (arrivedAt === 'near' ? 'to-client' : 'to-origin');

function faultOf(leg: Recorded<LegEvidence>, input: Input): LegFault | null {
  const slowestMs = slowestRoundTripMs(leg);
  const late = (leg.transit?.resets ?? []).filter(
    (reset) => extraMs(reset) >= MIN_EXTRA_MS && extraMs(reset) > slowestMs && !isQueued(leg, directionOf(reset), input.path),
  );
  const [first] = late.toSorted((a, b) => extraMs(b) - extraMs(a));
  if (first === undefined) return null;
  const [sender, receiver] = first.arrivedAt === 'near' ? [leg.to, leg.from] : [leg.from, leg.to];
  const heldMs = Math.round(extraMs(first));
  const because = `a reset from ${sender} took ${heldMs} ms longer to reach ${receiver} than the quickest packet of the connection`;
  const crossing = onControlPath(leg, input.path, input.control);
  const links = leg.links.join(', ');
  return {
    leg,
    blame: blameLinkOf(leg, directionOf(first), because, confidenceIn(leg, input.subject.captures)),
    doubt:
      doubtAboutBoth(leg, { path: input.path, ...input.subject }) ??
      (crossing === 'absent' ? `the control path does not cross ${links}` : null),
    excuse: crossing === 'same' ? `${because}; ${excuseOf(links, input.path)}` : null,
    measures: { heldMs, lateResets: late.length },
    columns: ['leg', 'client port', 'arrived at', 'frame', 'longer than the quickest packet', 'longest round trip'],
    row: [leg.leg, String(leg.clientPort), receiver, String(first.frame), `${heldMs} ms`, `${slowestMs.toFixed(1)} ms`],
  };
}

const excuseOf = (links: string, path: Path): string =>
  isControl(path)
    ? `this is the control path: whatever crosses ${links} has that`
    : `held back by ${links}, which the control path crosses as well: not the subject's doing`;

/** Where other packets took as long, the reset waited in a queue like them. */
const slowestRoundTripMs = ({ near, far }: LegEvidence): number =>
  Math.max(0, ...[near, far].flatMap((seen) => [seen?.rtt.aToB?.maxMs ?? 0, seen?.rtt.bToA?.maxMs ?? 0]));

/** Behind the last burst of a connection a reset waits in the queue of a narrow link, and no packet after it tells how long that was. */
const isQueued = ({ links }: LegEvidence, direction: Direction, path: Path): boolean =>
  path.links
    .filter(({ name }) => links.includes(name))
    .some(({ impairments }) => impairments.some((one) => one.kind === 'rate' && (one.direction === 'both' || one.direction === direction)));
