import type { ResendCause } from '../harness/model/capture-analysis.ts';
import type { Direction } from '../harness/model/impairment.ts';
import { isControl } from '../harness/model/path.ts';
import type { LegSummary, PathRecord, RunRecord } from '../harness/model/record.ts';
import { formatCount, formatShare } from './numbers.ts';

/** A direction with the arrow of a drawing that has the client on its left. */
export const ARROW_WORDS: Readonly<Record<Direction, string>> = { 'to-origin': '→ to origin', 'to-client': '← to client' };

const CAUSES: Readonly<Record<ResendCause, string>> = {
  'fast-recovery': 'fast recovery',
  'tail-loss-probe': 'tail-loss probe',
  timeout: 'timeout',
  handshake: 'handshake',
  unknown: 'not shown',
};

/** `fast recovery 574`, `tail-loss probe 31`: the most frequent first; none when nothing was sent again. */
export const causesOf = ({ byCause }: Pick<LegSummary, 'byCause'>): readonly string[] =>
  (Object.keys(CAUSES) as ResendCause[])
    .filter((cause) => byCause[cause] > 0)
    .toSorted((a, b) => byCause[b] - byCause[a])
    .map((cause) => `${CAUSES[cause]} ${formatCount(byCause[cause])}`);

/** Of a capture at the sender, which has its resends among its segments: `1.96 %`; null where nothing was sent. */
export const shareOfLeg = ({ resentSegs, segs }: LegSummary): string | null => formatShare(resentSegs, segs);

/**
 * The same direction of the leg that the control path has in its place: the one of the same name, or the only one it has. Null where there is none
 * to compare with.
 */
export function controlLeg(record: RunRecord, { path }: PathRecord, { leg, direction }: LegSummary): LegSummary | null {
  if (isControl(path)) return null;
  const there = (record.paths.find((other) => other.path.id === path.control)?.legs ?? []).filter((other) => other.direction === direction);
  return there.find((other) => other.leg === leg) ?? (there.length === 1 ? there[0] : null) ?? null;
}

/** Both directions of a leg together: `1,227 lost, 1,209 sent again`; empty where neither happened. */
export function lossWords(legs: readonly LegSummary[]): string {
  const sum = (of: (leg: LegSummary) => number | null): number => legs.reduce((total, leg) => total + (of(leg) ?? 0), 0);
  const [lost, again] = [sum(({ lostPackets }) => lostPackets), sum(({ resentSegs }) => resentSegs)];
  return [...(lost > 0 ? [`${formatCount(lost)} lost`] : []), ...(again > 0 ? [`${formatCount(again)} sent again`] : [])].join(', ');
}
