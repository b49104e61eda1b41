import type { Both, ClosingEvent, Resent, StreamSeen } from '../../../model/capture-analysis.ts';
import { Resends } from './resends.ts';
import type { Sender } from './sender.ts';

/** What one stream shows of TCP itself. */
export interface TransportFacts
  extends Pick<
    StreamSeen,
    | 'firstFrame'
    | 'startedAtMs'
    | 'endedAtMs'
    | 'packets'
    | 'bytes'
    | 'resent'
    | 'mss'
    | 'offloadedFrames'
    | 'capturedTwice'
    | 'handshake'
    | 'rtt'
    | 'capturedAt'
    | 'oneSided'
    | 'resets'
    | 'idleGaps'
    | 'mtuBlackhole'
    | 'stalls'
  > {
  /** First FIN of each end and the first resets, in order of time. */
  readonly closing: readonly ClosingEvent[];
}

export const both = <T>(a: Sender, b: Sender, of: (sender: Sender) => T): Both<T> => ({ aToB: of(a), bToA: of(b) });

export const resentBy = (sender: Sender, toMs: (timeNs: number) => number): Resent => (sender.resends ?? new Resends()).resent(toMs);

/**
 * The end whose packets alone were captured, although the other one answers: they acknowledge new data, or answer a SYN, or go on
 * without ever being sent again. A connection that nobody answers was captured in both directions for all that one can tell.
 */
export const oneSided = (a: Sender, b: Sender): StreamSeen['oneSided'] => {
  if (a.packets > 0 && b.packets > 0) return null;
  const only = a.packets > 0 ? a : b;
  const isAnswering = only.advances > 0 || only.hasSynAck || (only.mss >= 0 && only.hasAcked);
  const isFlowing = only.dataSegments > 1 && (only.resends?.frames ?? 0) === 0;
  return isAnswering || isFlowing ? only.end : null;
};
