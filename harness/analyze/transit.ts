import type { Deafness, TransitTime } from '../model/capture-analysis.ts';
import { TCP_RST } from '../wire/tcp/tcp-segment.ts';
import { sequenceBytes } from './fates.ts';
import type { Pairing } from './pair-segments.ts';
import type { SegmentLog } from './segment-log.ts';

/** Smallest difference of the two clocks over one direction: transit time plus offset. Null when nothing arrived. */
export function leastTransitNs(pairing: Pairing, sender: SegmentLog, receiver: SegmentLog): number | null {
  let least: number | null = null;
  pairing.sent.forEach((at, place) => {
    const arrival = pairing.arrivedAs[place] ?? -1;
    if (arrival === -1) return;
    const difference = (receiver.timeNs[arrival] ?? 0) - (sender.timeNs[at] ?? 0);
    if (least === null || difference < least) least = difference;
  });
  return least;
}

/** Mean and longest time that packets of a direction took; null when none arrived. `toSenderNs` turns the receiver's clock into the sender's. */
export function transitTimeOf(pairing: Pairing, sender: SegmentLog, receiver: SegmentLog, toSenderNs: number): TransitTime | null {
  let [count, sum, longest] = [0, 0, -Infinity];
  pairing.sent.forEach((at, place) => {
    const arrival = pairing.arrivedAs[place] ?? -1;
    if (arrival === -1) return;
    const took = (receiver.timeNs[arrival] ?? 0) + toSenderNs - (sender.timeNs[at] ?? 0);
    count += 1;
    sum += took;
    if (took > longest) longest = took;
  });
  return count === 0 ? null : { meanMs: sum / count / 1e6, maxMs: longest / 1e6 };
}

const MAX_RESETS = 10;

/** A reset that arrived; `transitNs` null when the other end's capture has it not. */
export interface ArrivedReset {
  readonly frame: number;
  readonly arrivedNs: number;
  readonly transitNs: number | null;
  readonly leastNs: number | null;
}

/** The resets that a receiver got, with the time they took. `toSenderNs` turns the receiver's clock into the sender's. */
export function resetsOf(pairing: Pairing, sender: SegmentLog, receiver: SegmentLog, toSenderNs: number): readonly ArrivedReset[] {
  const least = leastTransitNs(pairing, sender, receiver);
  const leastNs = least === null ? null : least + toSenderNs;
  const isReset = (at: number): boolean => ((receiver.flags[at] ?? 0) & TCP_RST) !== 0;
  const seen = (at: number, transitNs: number | null): ArrivedReset => ({
    frame: receiver.frame[at] ?? 0,
    arrivedNs: receiver.timeNs[at] ?? 0,
    transitNs,
    leastNs,
  });
  const sent: ArrivedReset[] = [];
  pairing.arrivedAs.forEach((at, place) => {
    if (at !== -1 && isReset(at))
      sent.push(seen(at, (receiver.timeNs[at] ?? 0) + toSenderNs - (sender.timeNs[pairing.sent[place] ?? 0] ?? 0)));
  });
  const strange = pairing.appeared.filter(isReset).map((at) => seen(at, null));
  return [...sent, ...strange].toSorted((a, b) => a.arrivedNs - b.arrivedNs).slice(0, MAX_RESETS);
}

/** The packets at the end of a direction of which none arrived; null when the last one did. `toUnixMs` takes times of the sender's log. */
export function deafnessOf({ sent, arrivedAs }: Pairing, sender: SegmentLog, toUnixMs: (ns: number) => number): Deafness | null {
  const first = arrivedAs.findLastIndex((at) => at !== -1) + 1;
  const at = sent[first];
  const last = sent[sent.length - 1];
  if (at === undefined || last === undefined || first === 0) return null;
  const startedNs = sender.timeNs[at] ?? 0;
  const payload = (places: Int32Array): readonly number[] => [...places].map((place) => sender.payloadBytes[place] ?? 0);
  const longestArrived = payload(sent.filter((_, place) => arrivedAs[place] !== -1)).reduce((most, bytes) => Math.max(most, bytes), 0);
  const before = at === 0 ? startedNs : (sender.timeNs[at - 1] ?? startedNs);
  return {
    sinceMs: toUnixMs(startedNs),
    lostPackets: sent.length - first,
    resends: resendsFrom(first, sent, sender),
    areLongest: payload(sent.subarray(first)).every((bytes) => bytes > longestArrived),
    lastedMs: ((sender.timeNs[last] ?? 0) - startedNs) / 1e6,
    silentForMs: (startedNs - before) / 1e6,
    frame: sender.frame[at] ?? 0,
  };
}

function resendsFrom(first: number, sent: Int32Array, log: SegmentLog): number {
  const seen = new Set<number>();
  let resends = 0;
  for (const at of sent.subarray(first)) {
    if (sequenceBytes(log, at) === 0) continue;
    const seq = log.seq[at] ?? 0;
    if (seen.has(seq)) resends += 1;
    seen.add(seq);
  }
  return resends;
}
