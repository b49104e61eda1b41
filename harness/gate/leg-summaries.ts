import type { ResendCause, Resent } from '../model/capture-analysis.ts';
import type { InstrumentEvidence, LegEvidence, LegStream } from '../model/wire-evidence.ts';
import type { Direction } from '../model/impairment.ts';
import type { InstrumentSummary, LegSummary } from '../model/record.ts';

/** What one connection adds to the summary of a direction of its leg: numbers of the capture at the sender, where that was taken. */
interface Part {
  readonly segs: number;
  readonly resent: Resent;
  readonly lostPackets: number | null;
  readonly resets: number;
}

const DIRECTIONS = ['to-origin', 'to-client'] as const satisfies readonly Direction[];

/** The legs of one path, both directions of each. */
export function legSummaries(legs: readonly LegEvidence[]): readonly LegSummary[] {
  return [...Map.groupBy(legs, ({ leg }) => leg)].flatMap(([leg, connections]) =>
    DIRECTIONS.map((direction) => summaryOf(leg, direction, connections)),
  );
}

function summaryOf(leg: string, direction: Direction, connections: readonly LegEvidence[]): LegSummary {
  const parts = connections.flatMap((connection) => partOf(connection, direction) ?? []);
  const sum = (of: (part: Part) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const isBothEnds = parts.length > 0 && parts.every(({ lostPackets }) => lostPackets !== null);
  const byCause = { timeout: 0, 'tail-loss-probe': 0, 'fast-recovery': 0, handshake: 0, unknown: 0 };
  for (const { resent } of parts) for (const cause of Object.keys(byCause) as ResendCause[]) byCause[cause] += resent.byCause[cause];
  return {
    leg,
    direction,
    connections: connections.reduce((count, { alike }) => count + 1 + (alike?.connections ?? 0), 0),
    segs: sum(({ segs }) => segs),
    resentSegs: sum(({ resent }) => resent.segs),
    byCause,
    lostPackets: isBothEnds ? sum(({ lostPackets }) => lostPackets ?? 0) : null,
    resets: sum(({ resets }) => resets),
  };
}

/** In a leg's evidence `a` is the nearer host. A sender's own capture has everything it sent; the other end's only what arrived. */
function partOf(leg: LegEvidence, direction: Direction): Part | null {
  const { near, far, alike } = leg;
  const isOutward = direction === 'to-origin';
  const seen: LegStream | null = isOutward ? (near ?? far) : (far ?? near);
  if (seen === null) return null;
  const [way, sender] = isOutward ? (['aToB', 'a'] as const) : (['bToA', 'b'] as const);
  return {
    segs: seen.packets[way] + (alike?.packets[way] ?? 0),
    resent: seen.resent[way],
    lostPackets: lostOf(leg, isOutward),
    resets: seen.resets.filter(({ from }) => from === sender).length,
  };
}

/**
 * A connection of which one end's capture has nothing, while the other shows packets in one direction only, lost all of them. Where something came back, it is
 * the capture that lacks it (an older file was overwritten), and what was lost is not known.
 */
function lostOf({ near, far, transit, nearFile, farFile }: LegEvidence, isOutward: boolean): number | null {
  if (transit !== null) return isOutward ? transit.lost.nearToFar : transit.lost.farToNear;
  if (nearFile === null || farFile === null) return null;
  const { aToB, bToA } = (near ?? far)?.packets ?? { aToB: 0, bToA: 0 };
  const [sent, cameBack] = far === null ? [aToB, bToA] : [bToA, aToB];
  if (cameBack > 0 || (near !== null && far !== null)) return null;
  return isOutward === (far === null) ? sent : 0;
}

export const instrumentSummaries = (instruments: readonly InstrumentEvidence[]): readonly InstrumentSummary[] =>
  instruments.map(({ scenario, leg, agree, because }) => ({ scenario, leg, agree, because }));
