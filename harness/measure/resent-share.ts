import type { StreamSeen } from '../model/capture-analysis.ts';
import type { Proportion } from './proportion.ts';

type Counted = Pick<StreamSeen, 'packets' | 'bytes' | 'resent' | 'mss' | 'offloadedFrames' | 'capturedTwice'>;

/**
 * Segments that both ends of a stream sent again, among all that they sent. An offloaded capture has frames of many segments, so there the
 * total is reckoned from the bytes and the agreed segment size, and is a lower bound.
 */
export function resentShare({ packets, bytes, resent, mss, offloadedFrames, capturedTwice }: Counted): Proportion {
  const inFrames = (frames: number, payload: number, segment: number | null): number =>
    offloadedFrames > 0 && segment !== null && segment > 0 ? Math.max(frames, Math.ceil(payload / segment)) : frames;
  const hits = resent.aToB.segs + resent.bToA.segs;
  const total = inFrames(packets.aToB, bytes.aToB, mss.aToB) + inFrames(packets.bToA, bytes.bToA, mss.bToA) - capturedTwice;
  return { hits, total: Math.max(hits, total) };
}

/** Several streams together. */
export const resentShareOf = (streams: readonly Counted[]): Proportion =>
  streams.map(resentShare).reduce((sum, { hits, total }) => ({ hits: sum.hits + hits, total: sum.total + total }), { hits: 0, total: 0 });
