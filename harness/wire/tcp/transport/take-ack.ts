import type { TcpOptions } from '../options.ts';
import type { TcpSegment } from '../tcp-segment.ts';
import type { Sender } from './sender.ts';

/** RFC 7323 section 2.3: no window is larger, so an acknowledgement further on is of something else. */
const FARTHEST = 2 ** 30;
/** Delayed acknowledgements wait for 40 ms (Linux), 100 or 200 ms (others), and must not for 500 ms (RFC 9293 section 3.8.6.3). */
const SHORTEST_DELAY_NS = 35e6;
const LONGEST_DELAY_NS = 500e6;

/** What the ACK field of a segment says. Call it before `own.window` changes. */
export const takeAck = (segment: TcpSegment, own: Sender, other: Sender, options: TcpOptions): void => {
  const ack = segment.ack;
  const step = (ack - own.maxAck) | 0;
  if (!own.hasAcked || (step > 0 && step < FARTHEST)) takeAdvance(segment, own, other);
  else if (step === 0 && segment.length === 0 && segment.window === own.window && other.seen.high !== ack) own.dupAcks += 1;
  if (segment.optionsEnd - segment.optionsStart > own.plainOptions) takeSack(segment, own, other, options);
};

const takeAdvance = (segment: TcpSegment, own: Sender, other: Sender): void => {
  const ack = segment.ack;
  const nowNs = segment.timeNs;
  if (own.hasAcked) own.advances += 1;
  own.hasAcked = true;
  own.maxAck = ack;
  own.advanceNs = nowNs;
  own.dupAcks = 0;
  if (own.hasSack && ((ack - own.sackHigh) | 0) >= 0) own.hasSack = false;
  const rttNs = nowNs - other.inFlight.acknowledge(ack);
  if (!(rttNs >= 0)) return;
  other.timed(nowNs, rttNs);
  if (segment.length === 0 && rttNs >= SHORTEST_DELAY_NS) noteDelay(segment, rttNs, other);
};

/** The only small segment in flight was acknowledged late: see whether another one was waiting for that. */
const noteDelay = (segment: TcpSegment, heldNs: number, other: Sender): void => {
  const delayNs = heldNs - other.minRttNs;
  const isSmall = other.dataLength > 0 && other.dataLength < other.segmentLimit;
  if (!isSmall || segment.ack !== other.seen.high) return;
  if (delayNs < SHORTEST_DELAY_NS || delayNs > LONGEST_DELAY_NS) return;
  other.heldNs = heldNs;
  other.releasedNs = segment.timeNs;
};

const takeSack = (segment: TcpSegment, own: Sender, other: Sender, options: TcpOptions): void => {
  options.read(segment);
  const edges = options.sackEdges;
  const isDuplicate = isDsack(segment.ack, options);
  if (isDuplicate) noteDuplicate((edges[1] ?? 0) - (edges[0] ?? 0), segment, own, other);
  for (let n = isDuplicate ? 1 : 0; n < options.sackCount; n += 1) {
    const left = edges[2 * n] ?? 0;
    const right = edges[2 * n + 1] ?? 0;
    if (((right - segment.ack) | 0) <= 0 || other.seen.isFar(right)) continue;
    own.sackNs = segment.timeNs;
    own.longestSack = Math.max(own.longestSack, (right - left) | 0);
    if (own.hasSack && ((right - own.sackHigh) | 0) <= 0) continue;
    own.hasSack = true;
    own.sackHigh = right;
  }
};

/** RFC 2883 section 4: the first block tells of a duplicate when it lies below the acknowledgement, or within the second block. */
const isDsack = (ack: number, options: TcpOptions): boolean => {
  if (options.sackCount === 0) return false;
  const [left = 0, right = 0, left2 = 0, right2 = 0] = options.sackEdges;
  if (((left - ack) | 0) < 0) return true;
  return options.sackCount > 1 && ((left - left2) | 0) >= 0 && ((right2 - right) | 0) >= 0;
};

const noteDuplicate = (length: number, segment: TcpSegment, own: Sender, other: Sender): void => {
  const bytes = length | 0;
  // Such an ACK repeats the number of the one before, but asks for nothing.
  if (own.dupAcks > 0 && segment.ack === own.maxAck) own.dupAcks -= 1;
  if (other.resends === null || other.isLastProbe || bytes <= 0 || bytes > FARTHEST) return;
  other.resends.needlessSegs += Math.ceil(bytes / other.segmentLimit);
};
