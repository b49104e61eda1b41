import type { CaptureAnalysis, StreamSeen } from '../model/capture-analysis.ts';
import type { UpgradeSeen } from '../model/content-analysis.ts';

/** Index of a capture, and of a stream of it. */
export interface StreamPlace {
  readonly capture: number;
  readonly stream: number;
}

type Seen = Pick<CaptureAnalysis, 'legs' | 'streams' | 'upgrades'>;

export const streamKey = ({ capture, stream }: StreamPlace): string => `${String(capture)} ${String(stream)}`;

export const placeOf = ({ capture, index }: Pick<StreamSeen, 'capture' | 'index'>): StreamPlace => ({ capture, stream: index });

export const isSameStream = (one: StreamPlace, other: StreamPlace): boolean => one.capture === other.capture && one.stream === other.stream;

/** Finds a stream by its capture and index. */
export function streamFinder(streams: readonly StreamSeen[]): (at: StreamPlace) => StreamSeen | undefined {
  const byKey = new Map(streams.map((stream) => [streamKey(placeOf(stream)), stream]));
  return (at) => byKey.get(streamKey(at));
}

/**
 * Each connection once, so that nothing is told or counted twice. Of one that was captured at both ends, each direction's numbers are from the capture
 * that saw more of it sent again: that is the sender's, because what was lost on the way did not reach the other.
 */
export function connectionsOf({ legs, streams }: Pick<Seen, 'legs' | 'streams'>): readonly StreamSeen[] {
  const farOf = new Map(legs.map(({ near, far }) => [streamKey(near), far]));
  const seenFromFar = new Set(legs.map(({ far }) => streamKey(far)));
  const finder = streamFinder(streams);
  return streams.flatMap((stream) => {
    const key = streamKey(placeOf(stream));
    if (seenFromFar.has(key)) return [];
    const far = farOf.get(key);
    const other = far === undefined ? undefined : finder(far);
    return [other === undefined ? stream : joined(stream, other)];
  });
}

function joined(near: StreamSeen, far: StreamSeen): StreamSeen {
  if (near.a !== far.a && near.b !== far.b) return near;
  const forth = far.resent.aToB.segs > near.resent.aToB.segs ? far : near;
  const back = far.resent.bToA.segs > near.resent.bToA.segs ? far : near;
  return {
    ...near,
    resent: { aToB: forth.resent.aToB, bToA: back.resent.bToA },
    packets: { aToB: forth.packets.aToB, bToA: back.packets.bToA },
    bytes: { aToB: forth.bytes.aToB, bToA: back.bytes.bToA },
  };
}

/** Each upgrade once: as the near end of its connection saw it, and as the far end did where that is another story. */
export function upgradesOnce({ legs, upgrades }: Pick<Seen, 'legs' | 'upgrades'>): readonly UpgradeSeen[] {
  const nearOf = new Map(legs.map(({ near, far }) => [streamKey(far), near]));
  const byStream = Map.groupBy(upgrades, streamKey);
  return upgrades.filter((upgrade) => {
    const near = nearOf.get(streamKey(upgrade));
    const seenNear = near === undefined ? undefined : byStream.get(streamKey(near));
    return !seenNear?.some(({ target, outcome }) => target === upgrade.target && outcome === upgrade.outcome);
  });
}
