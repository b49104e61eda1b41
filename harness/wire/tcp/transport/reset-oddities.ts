import type { TcpSegment } from '../tcp-segment.ts';
import type { Sender } from './sender.ts';

/** Fewer steps of the IP identification show no habit. */
const FEWEST_STEPS = 3;
/** An end that counts per machine may have sent this many packets elsewhere within a second; after a longer silence nothing can be said. */
const FAR_STEP = 4096;
const RECENT_NS = 1e9;
const HABIT_FACTOR = 16;
/** An end counts on by ones, or by the segments of an offloaded frame; beyond that its numbers are drawn at random. */
const COUNTING_STEP = 256;
/** Sequence numbers that a reset in answer to an older segment may lie behind, when no larger window is known. */
const LEAST_SLACK = 65_535;

const grouped = (value: number): string => value.toLocaleString('en-US');

/**
 * Why a reset does not look like its end's other packets: a TTL that differs by more than one, an IP identification far from a sequence of theirs, a
 * sequence number that its peer would not take. A missing timestamps option is told only beside one of these: kernels leave it away in resets for
 * connections they do not know (RFC 7323 section 3.2 lets them), as they send 0 for the IP identification. So neither is odd by itself.
 */
export const resetOddities = (segment: TcpSegment, own: Sender, other: Sender, hasTimestamps: boolean): readonly string[] => {
  const oddities: string[] = [];
  if (own.maxTtl >= own.minTtl && (segment.ttl < own.minTtl - 1 || segment.ttl > own.maxTtl + 1)) {
    const others = own.minTtl === own.maxTtl ? `${own.minTtl}` : `${own.minTtl} to ${own.maxTtl}`;
    oddities.push(`TTL ${segment.ttl} where the other packets of this end have ${others}`);
  }
  const ipId = oddIpId(segment, own);
  if (ipId !== null) oddities.push(ipId);
  const sequence = oddSequence(segment, own, other);
  if (sequence !== null) oddities.push(sequence);
  if (oddities.length > 0 && own.hasTimestamps && !hasTimestamps) {
    oddities.push('no TCP timestamps, which the other packets of this end carry');
  }
  return oddities;
};

const oddIpId = (segment: TcpSegment, own: Sender): string | null => {
  if (segment.ipId <= 0 || own.ipIdSteps < FEWEST_STEPS) return null;
  if (own.ipId === 0) return own.farthestIpIdStep === 0 ? `IP-ID ${segment.ipId} where the other packets of this end have 0` : null;
  if (segment.timeNs - own.lastNs > RECENT_NS) return null;
  const step = Math.abs(((segment.ipId - own.ipId) << 16) >> 16);
  const far = Math.max(FAR_STEP, HABIT_FACTOR * own.farthestIpIdStep);
  if (own.farthestIpIdStep > COUNTING_STEP || step <= far) return null;
  return `IP-ID ${grouped(step)} away from the packet before, where the other packets of this end are at most ${own.farthestIpIdStep} apart`;
};

const oddSequence = (segment: TcpSegment, own: Sender, other: Sender): string | null => {
  // Without both SYNs the scale of the window is unknown.
  if (!own.seen.isStarted || !other.hasAcked || own.mss < 0 || other.mss < 0) return null;
  const shift = own.windowScale < 0 || other.windowScale < 0 ? 0 : Math.min(14, other.windowScale);
  const slack = Math.max(LEAST_SLACK, Math.max(0, other.window) * 2 ** shift);
  const behind = (other.maxAck - segment.seq) | 0;
  const ahead = (segment.seq - own.seen.high) | 0;
  if (behind > slack) return `sequence number ${grouped(behind)} bytes behind what its peer had acknowledged`;
  if (ahead > slack) return `sequence number ${grouped(ahead)} bytes beyond what its end had sent`;
  return null;
};
