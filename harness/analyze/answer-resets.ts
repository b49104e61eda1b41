import { isSameStream, type StreamPlace } from '../measure/connections.ts';
import type { ResetSeen, ResetTransit } from '../model/capture-analysis.ts';
import { bounded } from '../wire/redact.ts';
import { heldMs } from './answer-legs.ts';
import { lasting, listed, type AnalysisFacts } from './answer-words.ts';

const PROVOKED: Readonly<Record<NonNullable<ResetSeen['provokedBy']>['what'], string>> = {
  syn: 'the SYN',
  data: 'data',
  fin: 'a FIN',
  ack: 'an acknowledgement',
};

/** `the RST came from 10.0.0.2's end 700 ms after data, far over the round trip of 0.2 ms`, and what is odd about it. */
export function resetWords(reset: ResetSeen, from: string, transit: ResetTransit | null): string {
  const { provokedBy, rttMs, isLate } = reset;
  const after = provokedBy === null ? '' : ` ${lasting(provokedBy.agoMs)} after ${PROVOKED[provokedBy.what]} of the other end`;
  return `the RST came from ${from}${after}${isLate ? lateWords(rttMs, transit) : ''}${oddWords(reset)}`;
}

/** Where its sender was captured too, that capture tells whether it was late already when it was sent. */
function lateWords(rttMs: number | null, transit: ResetTransit | null): string {
  if (rttMs === null) return ', late';
  const isQuick = transit !== null && transit.transitMs !== null && heldMs(transit) < rttMs + 1;
  const why = isQuick
    ? 'the capture at that end shows that it was sent then'
    : 'it was held back, or something other than that segment prompted it';
  return `, far more than the round trip of ${lasting(rttMs)}: ${why}`;
}

/** How the reset came from one capture to another, where two captures show its connection. */
export function transitOf({ legs }: AnalysisFacts, at: StreamPlace, { frame }: ResetSeen): ResetTransit | null {
  const leg = legs.find(({ near }) => isSameStream(near, at));
  return leg?.resets.find((it) => it.arrivedAt === 'near' && it.frame === frame) ?? null;
}

/** Nothing proves who made a packet; that it is unlike the others is all that a capture can say. */
export const oddWords = ({ oddities }: ResetSeen): string =>
  oddities.length === 0
    ? ''
    : `; it is unlike that end's other packets (${listed(oddities.slice(0, 3).map((it) => bounded(it, 100)))}), so something between may have made it`;
