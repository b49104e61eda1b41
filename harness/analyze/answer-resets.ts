import type { ResetSeen } from '../model/capture-analysis.ts';
import { bounded } from '../wire/redact.ts';
import { lasting, listed } from './answer-words.ts';

const PROVOKED: Readonly<Record<NonNullable<ResetSeen['provokedBy']>['what'], string>> = {
  syn: 'the SYN',
  data: 'data',
  fin: 'a FIN',
  ack: 'an acknowledgement',
};

/** `the RST came from 10.0.0.2's end 700 ms after data, far over the round trip of 0.2 ms`, and what is odd about it. */
export function resetWords(reset: ResetSeen, from: string): string {
  const { provokedBy, rttMs, isLate } = reset;
  const after = provokedBy === null ? '' : ` ${lasting(provokedBy.agoMs)} after ${PROVOKED[provokedBy.what]} of the other end`;
  return `the RST came from ${from}${after}${isLate ? lateWords(rttMs) : ''}${oddWords(reset)}`;
}

const lateWords = (rttMs: number | null): string =>
  rttMs === null
    ? ', late'
    : `, far more than the round trip of ${lasting(rttMs)}: it was held back, or something other than that segment prompted it`;

/** Nothing proves who made a packet; that it is unlike the others is all that a capture can say. */
export const oddWords = ({ oddities }: ResetSeen): string =>
  oddities.length === 0
    ? ''
    : `; it is unlike that end's other packets (${listed(oddities.slice(0, 3).map((it) => bounded(it, 100)))}), so something between may have made it`;
