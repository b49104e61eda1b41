import type { ResetSeen } from '../../../model/capture-analysis.ts';
import { MARK_DATA, MARK_NONE, MARK_SYN, type Sender } from './sender.ts';

/** Above what a busy machine or a delayed acknowledgement (40 ms) takes; a kernel itself answers within microseconds. */
const LATE_NS = 50e6;
const LATE_RTTS = 5;
/** Without any measured time the initial timeout of RFC 6298 stands in: paths are meant to be faster. */
const LATE_ON_UNKNOWN_PATH_NS = 1e9;

/**
 * Round-trip time between the ends, to compare a reset of `own` with: the longer of the two ways from the place of the capture. -1 when the way to
 * `own` and back was never measured: the other way is no hint.
 */
export const pathRttNs = (own: Sender, other: Sender): number => (other.minRttNs < 0 ? -1 : Math.max(own.minRttNs, other.minRttNs));

/** Whether a reset came later than its end's kernel would have sent it. */
export const isLateReset = (agoMs: number, rttNs: number): boolean =>
  agoMs * 1e6 > (rttNs < 0 ? LATE_ON_UNKNOWN_PATH_NS : Math.max(LATE_NS, LATE_RTTS * rttNs));

/**
 * What provoked a reset from `own`: the last SYN, data or FIN of the other end that `own` has not answered with such a segment itself, else the very last
 * segment of the other end, and always that when it was a keep-alive (it asks whether the connection is still there).
 */
export const provokerOf = (own: Sender, other: Sender, nowNs: number): ResetSeen['provokedBy'] => {
  if (other.packets === 0) return null;
  const isAnswered = other.markKind === MARK_NONE || (own.markKind !== MARK_NONE && own.markFrame > other.markFrame);
  if (isAnswered || other.isLastProbe) {
    const isMark = other.markKind !== MARK_NONE && other.lastFrame === other.markFrame;
    return { frame: other.lastFrame, what: isMark ? markName(other) : 'ack', agoMs: elapsedMs(other.lastNs, nowNs) };
  }
  return { frame: other.markFrame, what: markName(other), agoMs: elapsedMs(other.markNs, nowNs) };
};

const markName = (sender: Sender): 'syn' | 'data' | 'fin' => {
  if (sender.markKind === MARK_SYN) return 'syn';
  return sender.markKind === MARK_DATA ? 'data' : 'fin';
};

const elapsedMs = (fromNs: number, toNs: number): number => Math.max(0, toNs - fromNs) / 1e6;
