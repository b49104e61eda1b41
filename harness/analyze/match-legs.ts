import type { LegSeen, ResetTransit, StreamSeen } from '../model/capture-analysis.ts';
import { fatesOfResent } from './fates.ts';
import { type ArrivedReset, deafnessOf, leastTransitNs, resetsOf, transitTimeOf } from './transit.ts';
import { pairSegments, type Pairing } from './pair-segments.ts';
import { unixMs } from './unix-ms.ts';
import type { SegmentLog } from './segment-log.ts';
import { TCP_ACK, TCP_SYN } from '../wire/tcp/tcp-segment.ts';

/** A stream with the log of its segments. Times in the log count from `epochSeconds` of its capture. */
export interface LoggedStream {
  readonly seen: StreamSeen;
  readonly log: SegmentLog;
  readonly epochSeconds: number;
}

/** Pairs must be found for this share of the packets that both captures could have, else something merges or cuts packets between the two. */
const LEAST_PAIRED = 0.5;

/**
 * Finds streams that two captures of one path both show, and compares them packet by packet. `near` is the capture at the end that opened
 * the connection, as far as the round-trip times say.
 */
export function matchLegs(captures: readonly (readonly LoggedStream[])[]): readonly LegSeen[] {
  const legs: LegSeen[] = [];
  const byKey = captures.map((streams) => Map.groupBy(streams, keyOf));
  captures.forEach((streams, first) => {
    for (const stream of streams) {
      for (let second = first + 1; second < captures.length; second += 1) {
        const candidates = byKey[second]?.get(keyOf(stream)) ?? [];
        const other = candidates.find((candidate) => isSameConnection(stream, candidate));
        const leg = other === undefined ? null : compareEnds(...nearFirst(stream, other));
        if (leg !== null) legs.push(leg);
      }
    }
  });
  return legs;
}

const keyOf = ({ seen }: LoggedStream): string => [seen.a, seen.b].toSorted().join(' ');

/** Ports are used again: the two streams must share a first sequence number, or, begun in mid-life, bytes. */
function isSameConnection(one: LoggedStream, other: LoggedStream): boolean {
  const isTurned = one.seen.a !== other.seen.a;
  const mine = synOf(one.log, 0);
  const theirs = synOf(other.log, isTurned ? 1 : 0);
  if (mine !== null && theirs !== null) return mine === theirs;
  return pairSegments({ log: one.log, direction: 0 }, { log: other.log, direction: isTurned ? 1 : 0 }).arrivedAs.some((at) => at !== -1);
}

function synOf(log: SegmentLog, direction: number): number | null {
  for (let at = 0; at < log.length; at += 1)
    if (log.direction[at] === direction && ((log.flags[at] ?? 0) & (TCP_SYN | TCP_ACK)) === TCP_SYN) return log.seq[at] ?? 0;
  return null;
}

/**
 * Compares one stream at its two ends; null when the packets of one are not those of the other. `nearEnd` is the endpoint that the near capture was taken
 * at: the one that opened the connection, unless it is known to be the other.
 */
export function compareEnds(near: LoggedStream, far: LoggedStream, nearEnd: string = near.seen.a): LegSeen | null {
  const [nearSends, farHears] = [near, far].map(({ seen }) => (seen.a === nearEnd ? 0 : 1)) as [number, number];
  const outward = pairSegments({ log: near.log, direction: nearSends }, { log: far.log, direction: farHears });
  const homeward = pairSegments({ log: far.log, direction: 1 - farHears }, { log: near.log, direction: 1 - nearSends });
  if (!isPaired(outward) || !isPaired(homeward)) return null;
  const clock = clockOf(outward, homeward, near, far);
  return {
    near: { capture: near.seen.capture, stream: near.seen.index },
    far: { capture: far.seen.capture, stream: far.seen.index },
    clockOffsetMs: clock.offsetNs / 1e6,
    clockUncertaintyMs: clock.uncertaintyNs === null ? null : clock.uncertaintyNs / 1e6,
    lost: { nearToFar: countLost(outward), farToNear: countLost(homeward) },
    appeared: { atNear: homeward.appeared.length, atFar: outward.appeared.length },
    reordered: { nearToFar: outward.reordered, farToNear: homeward.reordered },
    transitMs: {
      nearToFar: transitTimeOf(outward, near.log, far.log, clock.offsetInLogsNs),
      farToNear: transitTimeOf(homeward, far.log, near.log, -clock.offsetInLogsNs),
    },
    resent: {
      nearToFar: fatesOfResent(outward, near.log, far.log, clock.offsetInLogsNs),
      farToNear: fatesOfResent(homeward, far.log, near.log, -clock.offsetInLogsNs),
    },
    deaf: {
      nearToFar: deafnessOf(outward, near.log, (ns) => unixMs(near.epochSeconds, ns)),
      farToNear: deafnessOf(homeward, far.log, (ns) => unixMs(far.epochSeconds, ns) + clock.offsetNs / 1e6),
    },
    resets: [
      ...resetsOf(homeward, far.log, near.log, -clock.offsetInLogsNs).map((reset) => ({
        ...arrival(reset, near.epochSeconds),
        arrivedAt: 'near' as const,
      })),
      ...resetsOf(outward, near.log, far.log, clock.offsetInLogsNs).map((reset) => ({
        ...arrival(reset, far.epochSeconds),
        arrivedAt: 'far' as const,
      })),
    ],
  };
}

const arrival = ({ frame, arrivedNs, transitNs, leastNs }: ArrivedReset, epochSeconds: number): Omit<ResetTransit, 'arrivedAt'> => ({
  frame,
  atMs: unixMs(epochSeconds, arrivedNs),
  transitMs: transitNs === null ? null : transitNs / 1e6,
  leastTransitMs: leastNs === null ? null : leastNs / 1e6,
});

/** The end that opened the connection is near: there the SYN-ACK comes a round trip after the SYN, at the other end at once. */
function nearFirst(one: LoggedStream, other: LoggedStream): readonly [LoggedStream, LoggedStream] {
  const wait = ({ seen }: LoggedStream): number => seen.handshake?.synToSynAckMs ?? 0;
  return wait(one) >= wait(other) ? [one, other] : [other, one];
}

const countLost = ({ arrivedAs }: Pairing): number => arrivedAs.reduce((count, at) => count + (at === -1 ? 1 : 0), 0);

function isPaired({ sent, arrivedAs, appeared }: Pairing): boolean {
  const paired = sent.length - countLost({ sent, arrivedAs, appeared, reordered: 0 });
  const comparable = Math.min(sent.length, paired + appeared.length);
  return comparable === 0 || paired / comparable >= LEAST_PAIRED;
}

interface Clock {
  /** What to add to the far capture's clock to get the near one's. */
  readonly offsetNs: number;
  readonly offsetInLogsNs: number;
  readonly uncertaintyNs: number | null;
}

/** The quickest packet of each direction took the same time, or the offset is wrong by at most half of what the two took together. */
function clockOf(outward: Pairing, homeward: Pairing, near: LoggedStream, far: LoggedStream): Clock {
  const epochsNs = (far.epochSeconds - near.epochSeconds) * 1e9;
  const there = leastTransitNs(outward, near.log, far.log);
  const back = leastTransitNs(homeward, far.log, near.log);
  if (there === null && back === null) return { offsetNs: 0, offsetInLogsNs: epochsNs, uncertaintyNs: null };
  const offsetInLogsNs = there === null ? (back ?? 0) : back === null ? -there : (back - there) / 2;
  const uncertaintyNs = there === null || back === null ? null : Math.abs(there + back) / 2;
  return { offsetNs: offsetInLogsNs - epochsNs, offsetInLogsNs, uncertaintyNs };
}
