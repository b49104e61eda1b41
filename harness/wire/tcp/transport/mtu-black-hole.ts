import type { StreamSeen } from '../../../model/capture-analysis.ts';
import type { Resends } from './resends.ts';
import type { Sender } from './sender.ts';

/** Below that any path lets it through (RFC 8200 section 5 asks for 1280 bytes with the headers). */
const SMALLEST_BLOCKED = 1000;
const FEWEST_TRIES = 3;

/** Follows the full-sized segment that is sent again; `end` is one past its last byte. Call it for every segment with data that is sent again. */
export const followStuck = (resends: Resends, own: Sender, other: Sender, seq: number, length: number, frame: number): void => {
  if (resends.stuckTries > 0 && other.hasAcked && ((other.maxAck - resends.stuckSeq) | 0) > 0) resends.stuckTries = 0;
  if (length <= SMALLEST_BLOCKED || length < fullSize(own)) return;
  if (resends.stuckTries > 0) {
    if (seq === resends.stuckSeq) resends.stuckTries += 1;
    return;
  }
  resends.stuckSeq = seq;
  resends.stuckLength = Math.min(length, own.segmentLimit);
  resends.stuckFrame = frame;
  resends.stuckTries = 2;
};

const fullSize = (own: Sender): number => Math.min(own.longest, own.segmentLimit);

/**
 * A path that swallows full-sized segments and lets small ones through (RFC 2923 section 2.1): the one at the head was sent three times and more and
 * never acknowledged, nothing as long ever was, and something shorter was (the SYN at least).
 */
export const mtuBlackHole = (own: Sender, other: Sender): StreamSeen['mtuBlackhole'] => {
  const resends = own.resends;
  if (resends === null || resends.stuckTries < FEWEST_TRIES || own.longest <= SMALLEST_BLOCKED) return null;
  const length = resends.stuckLength;
  const hasPassed = other.hasAcked && ((other.maxAck - own.seen.base) | 0) > 0;
  const isStuck = hasPassed && ((other.maxAck - resends.stuckSeq) | 0) <= 0;
  if (!isStuck || own.inFlight.longestAcked >= length || other.longestSack >= length) return null;
  return { from: own.end, frame: resends.stuckFrame, segmentBytes: length, tries: resends.stuckTries };
};
