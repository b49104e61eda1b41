import type { StallSeen } from '../model/capture-analysis.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { PacketGround } from './packet-ground.ts';

/** Why a host let its peer wait: it did not read; or the next host did not, so that it had no room itself; or that cannot be told. */
export type WhyNotRead = 'itself' | 'next-host' | 'unclear';

/** A proxy that waits for the next host waits about as long as it makes others wait. */
const EXPLAINING_SHARE = 0.5;

/**
 * Who made the reader of a leg stop reading. A proxy stops when it cannot pass on what it has: because the host behind it closed its window too, or because
 * the network there is slow or loses packets, which no window shows.
 */
export function whyNotRead(leg: LegEvidence, stall: StallSeen, { path, legs }: Pick<PacketGround, 'path' | 'legs'>): WhyNotRead {
  const reader = stall.by === 'a' ? leg.from : leg.to;
  if (!path.proxies.some(({ name }) => name === reader)) return 'itself';
  const isOutward = stall.by === 'b';
  const onward = legs.filter((other) => other.scenario === leg.scenario && (isOutward ? other.from : other.to) === reader);
  if (onward.some((other) => hasStalled(other, stall))) return 'next-host';
  const links = path.links.filter(({ name }) => onward.some((other) => other.links.includes(name)));
  const isClean =
    onward.length > 0 && links.every(({ impairments }) => impairments.length === 0) && onward.every((other) => isFlowing(other, isOutward));
  return isClean ? 'itself' : 'unclear';
}

const hasStalled = ({ near, far }: LegEvidence, { by, longestMs }: StallSeen): boolean =>
  [near, far].some((seen) =>
    seen?.stalls.some((other) => other.kind === 'zero-window' && other.by === by && other.longestMs >= EXPLAINING_SHARE * longestMs),
  );

/** Nothing was lost and nothing had to be sent again in the direction of the data. */
function isFlowing({ near, far, transit }: LegEvidence, isOutward: boolean): boolean {
  const sent = isOutward ? near?.resent.aToB : far?.resent.bToA;
  const lost = isOutward ? transit?.lost.nearToFar : transit?.lost.farToNear;
  return sent !== undefined && lost !== undefined && sent.segs === sent.needlessSegs && lost === 0;
}
