import { UnackedEnds } from './label-unacked.ts';

/** Window scaling of one side: nothing known yet, or known to be off; else the shift count (RFC 7323 section 2). */
export const SHIFT_UNKNOWN = -2;
export const SHIFT_NONE = -1;

/**
 * What labels remember of one direction. For `high`, `edge` and `lastAck` 0 means unset: a real 0 is taken for unset too, which is what Wireshark
 * does. Times are nanoseconds since the capture's `epochSeconds`.
 */
export class LabelMemory {
  /** Highest end of a segment seen, and when that was. */
  high = 0;
  highTimeNs = Number.NEGATIVE_INFINITY;
  /** Up to here nothing is missing. */
  edge = 0;
  /** ACK field and time of the last segment that this side sent, whether its ACK flag was set or not. */
  lastAck = 0;
  lastTimeNs = Number.NEGATIVE_INFINITY;
  /** Duplicate ACKs in a row; -1 after this side's data was acknowledged without having been seen. */
  duplicates = 0;
  /** Unscaled window of its last segment; -1: none yet. */
  window = -1;
  shift = SHIFT_UNKNOWN;
  /** Has sent a SYN and no ACK without SYN after it. */
  isOpening = false;
  /** Labels of its last segment. */
  lastLabels = 0;
  /** Initial sequence number. */
  base = 0;
  isBaseKnown = false;
  readonly unacked = new UnackedEnds();
}
