import type { ResendCause } from '../model/capture-analysis.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Direction } from '../model/impairment.ts';

/** What the captures show of all connections of one leg in one direction. Segments of the end that sends in it. */
export interface LegLoss {
  readonly leg: string;
  readonly links: readonly string[];
  readonly direction: Direction;
  readonly segs: number;
  /** By the capture at the sender; needless ones included. */
  readonly resentSegs: number;
  readonly byCause: Readonly<Record<ResendCause, number>>;
  /** Of them: those that the receiver had already, as it said itself. */
  readonly needlessSegs: number;
  /** Packets that left the sender and did not come to the other end, among `segs`; null unless every connection was captured at both. */
  readonly lostPackets: number | null;
}

const DIRECTIONS = ['to-origin', 'to-client'] as const satisfies readonly Direction[];

/** Both directions of every leg that was captured at its sender. A capture elsewhere does not show what was lost before it. */
export function legLosses(legs: readonly LegEvidence[]): readonly LegLoss[] {
  return [...Map.groupBy(legs, ({ leg }) => leg)].flatMap(([leg, connections]) =>
    DIRECTIONS.flatMap((direction) => lossOf(leg, direction, connections) ?? []),
  );
}

function lossOf(leg: string, direction: Direction, connections: readonly LegEvidence[]): LegLoss | null {
  const isOutward = direction === 'to-origin';
  const way = isOutward ? 'aToB' : 'bToA';
  const byCause = { timeout: 0, 'tail-loss-probe': 0, 'fast-recovery': 0, handshake: 0, unknown: 0 };
  const sum = { segs: 0, resentSegs: 0, needlessSegs: 0, lost: 0, seen: 0 };
  let isBothEnds = true;
  for (const { near, far, transit } of connections) {
    const sender = isOutward ? near : far;
    if (transit === null) isBothEnds = false;
    else sum.lost += isOutward ? transit.lost.nearToFar : transit.lost.farToNear;
    if (sender === null) continue;
    sum.seen += 1;
    sum.segs += sender.packets[way];
    sum.resentSegs += sender.resent[way].segs;
    sum.needlessSegs += sender.resent[way].needlessSegs;
    for (const cause of Object.keys(byCause) as ResendCause[]) byCause[cause] += sender.resent[way].byCause[cause];
  }
  if (sum.seen === 0) return null;
  const { segs, resentSegs, needlessSegs } = sum;
  const lostPackets = isBothEnds ? sum.lost : null;
  return { leg, links: connections[0]?.links ?? [], direction, segs, resentSegs, byCause, needlessSegs, lostPackets };
}

const CAUSES: Readonly<Record<ResendCause, string>> = {
  'fast-recovery': 'by fast recovery',
  timeout: 'after a timeout',
  'tail-loss-probe': 'as tail loss probes',
  handshake: 'in handshakes',
  unknown: 'for no cause that the captures show',
};

/** `31 of 38 segments were sent again by fast recovery`: the commonest cause; empty when nothing was sent again. */
export function causeWords(losses: readonly LegLoss[]): string {
  const total = losses.reduce((sum, { byCause }) => sum + Object.values(byCause).reduce((all, count) => all + count, 0), 0);
  const counts = (Object.keys(CAUSES) as ResendCause[]).map(
    (cause) => [cause, losses.reduce((sum, { byCause }) => sum + byCause[cause], 0)] as const,
  );
  const [top] = counts.toSorted((one, other) => other[1] - one[1]);
  if (top === undefined || total === 0) return '';
  return `${top[1]} of ${total} resent segments were sent again ${CAUSES[top[0]]}`;
}
