import type { ResendCause } from '../../../model/capture-analysis.ts';
import { TCP_SYN, type TcpSegment } from '../tcp-segment.ts';
import type { Resends } from './resends.ts';
import type { Sender } from './sender.ts';

/** RFC 5681 section 3.2. */
const DUP_ACKS = 3;
/**
 * Linux does not let the retransmission timer run shorter than 200 ms (TCP_RTO_MIN) on top of the round-trip time (RFC 6298 asks for 1 s); less
 * two ticks of its slowest clock, because a capture and the timer are not stamped at the same moment.
 */
const SHORTEST_RTO_NS = 180e6;
/** RFC 8985 section 7.2: the probe timer runs two round-trip times, of which the capture may see one and a part. */
const PROBE_RTTS = 1.5;
/** A lone segment's probe waits for a delayed ACK as well (RFC 8985: 200 ms). What comes much later was sent by the retransmission timer. */
const LATEST_LONE_PROBE_NS = 400e6;
const LATEST_LONE_PROBE_RTTS = 3;
/** A repair and the acknowledgement that makes it needless may pass each other between the kernel and the capture. */
const CROSSING_NS = 1e6;

/**
 * Why `segment` was sent again, from what the capture shows up to it, in this order: it is a SYN; the retransmission timer ran out (silence of at least
 * the shortest timeout, and the first unacknowledged byte), or the recovery from that goes on; the other end asks for it (SACK blocks beyond it, three
 * duplicate ACKs: RFC 5681, 6675, 8985) or that recovery goes on; a tail loss probe (RFC 8985 section 7: the last segment, once, without any such
 * sign). Else it stays unknown. A lone segment in flight is its own tail, so its first repeat is the probe where SACK is in use, and the next a timeout.
 */
export const resendCause = (segment: TcpSegment, end: number, own: Sender, other: Sender, resends: Resends): ResendCause => {
  if ((segment.flags & TCP_SYN) !== 0) return 'handshake';
  const nowNs = segment.timeNs;
  forgetReached(resends, other);
  const isHead = !other.hasAcked || (((segment.seq - other.maxAck) | 0) <= 0 && ((end - other.maxAck) | 0) > 0);
  const timerNs = Math.max(other.advanceNs, own.flightStartNs, resends.headNs);
  const isTimeout = isHead && nowNs - timerNs >= SHORTEST_RTO_NS + Math.max(0, own.minRttNs);
  if (isHead) resends.headNs = nowNs;
  const isAskedFor = other.dupAcks >= DUP_ACKS || (other.hasSack && ((other.sackHigh - segment.seq) | 0) > 0);
  const isTail = end === own.seen.high;
  if (isTail && !isAskedFor && isProbe(nowNs, isHead, own, other, resends)) {
    resends.probePoint = own.seen.high;
    return 'tail-loss-probe';
  }
  if (isTimeout) {
    resends.lossPoint = own.seen.high;
    resends.recoveryPoint = null;
    return 'timeout';
  }
  if (resends.lossPoint !== null) return 'timeout';
  if (isAskedFor) resends.recoveryPoint = own.seen.high;
  const wasAskedFor = nowNs - other.sackNs <= CROSSING_NS + Math.max(0, own.minRttNs);
  return resends.recoveryPoint !== null || wasAskedFor ? 'fast-recovery' : 'unknown';
};

const isProbe = (nowNs: number, isHead: boolean, own: Sender, other: Sender, resends: Resends): boolean => {
  if (resends.probePoint !== null || resends.lossPoint !== null || resends.recoveryPoint !== null) return false;
  const isSackRefused = own.mss >= 0 && other.mss >= 0 && !(own.isSackPermitted && other.isSackPermitted);
  if (isSackRefused) return false;
  const rttNs = Math.max(0, own.minRttNs);
  const silenceNs = nowNs - Math.max(own.dataNs, other.advanceNs);
  return silenceNs >= PROBE_RTTS * rttNs && !(isHead && silenceNs > LATEST_LONE_PROBE_NS + LATEST_LONE_PROBE_RTTS * rttNs);
};

const forgetReached = (resends: Resends, other: Sender): void => {
  const isReached = (point: number | null): boolean => point !== null && other.hasAcked && ((other.maxAck - point) | 0) >= 0;
  if (isReached(resends.recoveryPoint)) resends.recoveryPoint = null;
  if (isReached(resends.lossPoint)) resends.lossPoint = null;
  if (isReached(resends.probePoint)) resends.probePoint = null;
};
