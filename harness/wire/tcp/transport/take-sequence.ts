import { LABEL } from '../label.ts';
import { TCP_FIN, TCP_SYN, type TcpSegment } from '../tcp-segment.ts';
import { followStuck } from './mtu-black-hole.ts';
import { resendCause } from './resend-cause.ts';
import { Resends } from './resends.ts';
import { segmentLimit } from './segment-size.ts';
import { MARK_DATA, type Sender } from './sender.ts';
import { StallMeter } from './stall-meter.ts';

/** As many segments from somewhere else in the sequence space make another connection. */
const MANY_STRAYS = 3;
/** What a program takes to hand on the next bytes: a held segment leaves at once when the acknowledgement comes. */
const RELEASE_NS = 2e6;

/**
 * Keep-alives and window probes: kernels do not count them as sent again. Linux sends no byte, others the last or the next one. One byte that is
 * not acknowledged while the window is open is data: RFC 9293 section 3.8.4 sends keep-alives only when nothing is outstanding.
 */
export const isProbe = (segment: TcpSegment, own: Sender, other: Sender, labels: number): boolean => {
  if (segment.length > 1) return false;
  if ((labels & LABEL.zero_window_probe) !== 0) return true;
  const isBehind = own.seen.isStarted && segment.seq === ((own.seen.high - 1) | 0);
  if (!isBehind && (labels & LABEL.keep_alive) === 0) return false;
  return segment.length === 0 || other.window === 0 || (other.hasAcked && ((other.maxAck - segment.seq) | 0) > 0);
};

/** The next bytes in order: nearly all of a capture. */
export const takeNext = (segment: TcpSegment, own: Sender, other: Sender): void => {
  const length = segment.length;
  const end = (segment.seq + length) | 0;
  if (own.seen.high === other.maxAck) own.flightStartNs = segment.timeNs;
  own.seen.extend(end);
  own.inFlight.sent(end, length, segment.timeNs);
  if (length > own.longest) noteLongest(segment, own, other);
  noteData(segment, own, other);
};

const noteLongest = (segment: TcpSegment, own: Sender, other: Sender): void => {
  own.longest = segment.length;
  own.segmentLimit = segmentLimit(own, other, segment.ipVersion);
};

const noteData = (segment: TcpSegment, own: Sender, other: Sender): void => {
  const length = segment.length;
  if (length > own.segmentLimit) own.offloadedFrames += 1;
  if (own.heldNs > 0) noteRelease(segment, own, other);
  other.heldNs = 0;
  own.dataNs = segment.timeNs;
  own.dataFrame = segment.frame;
  own.dataLength = length;
  own.dataSegments += 1;
  own.mark(MARK_DATA, segment);
};

/** Nagle's algorithm (RFC 9293 section 3.7.4) held a small segment back until the delayed acknowledgement of the one before. */
const noteRelease = (segment: TcpSegment, own: Sender, other: Sender): void => {
  const waitNs = segment.timeNs - own.releasedNs;
  if (segment.length < own.segmentLimit && waitNs >= 0 && waitNs <= RELEASE_NS + Math.max(0, other.minRttNs)) {
    other.delayedAck ??= new StallMeter('delayed-ack', other.end);
    other.delayedAck.add(own.heldNs, own.dataFrame);
  }
  own.heldNs = 0;
};

/** Data, SYN or FIN that is not simply the next: after a gap, before what was seen, or sent again. True when it was sent again. */
export const takeOther = (segment: TcpSegment, own: Sender, other: Sender): boolean => {
  const isSyn = (segment.flags & TCP_SYN) !== 0;
  const dataStart = isSyn ? (segment.seq + 1) | 0 : segment.seq;
  const dataEnd = (dataStart + segment.length) | 0;
  const end = (segment.flags & TCP_FIN) === 0 ? dataEnd : (dataEnd + 1) | 0;
  if (!isPlaced(segment, own, other, isSyn)) return false;
  const seen = own.seen;
  const overlap = seen.overlap(segment.seq, end);
  if (overlap > 0) {
    const sentAgain = end - dataStart === segment.length && !isSyn ? overlap : seen.overlap(dataStart, dataEnd);
    noteResend(segment, end, sentAgain, own, other);
  } else if (((end - seen.high) | 0) > 0) {
    if (segment.length > 0) own.inFlight.sent(end, segment.length, segment.timeNs);
    if (!other.hasAcked || seen.high === other.maxAck) own.flightStartNs = segment.timeNs;
  } else {
    own.resends ??= new Resends();
    if (((segment.seq - seen.base) | 0) >= 0) own.resends.holeFills += 1;
    own.inFlight.spoil(seen.high);
  }
  seen.add(segment.seq, end);
  // Resends may join what was sent in pieces.
  if (overlap === 0 && segment.length > own.longest) noteLongest(segment, own, other);
  if (segment.length > 0) noteData(segment, own, other);
  return overlap > 0;
};

/** False for a segment that cannot belong here: it is left out. */
const isPlaced = (segment: TcpSegment, own: Sender, other: Sender, isSyn: boolean): boolean => {
  const seen = own.seen;
  const seq = segment.seq;
  if (!seen.isStarted) {
    seen.start(seq);
    return true;
  }
  const isFar = seen.isFar(seq);
  const isAnew = isSyn ? seq !== seen.base && ((seq + 1) | 0) !== seen.base : isFar;
  if (!isAnew) {
    own.strays = 0;
    return true;
  }
  own.strays += 1;
  if (!isSyn && own.strays < MANY_STRAYS) return false;
  own.restart(seq);
  other.hasAcked = false;
  return true;
};

const noteResend = (segment: TcpSegment, end: number, sentAgain: number, own: Sender, other: Sender): void => {
  own.resends ??= new Resends();
  const cause = resendCause(segment, end, own, other, own.resends);
  own.resends.count(cause, Math.max(1, Math.ceil(sentAgain / own.segmentLimit)), sentAgain, segment);
  own.inFlight.spoil(((end - own.seen.high) | 0) > 0 ? end : own.seen.high);
  if (sentAgain > 0) followStuck(own.resends, own, other, segment.seq, segment.length, segment.frame);
};
