import type { TransitFate } from '../model/capture-analysis.ts';
import { TCP_FIN, TCP_SYN } from '../wire/tcp/tcp-segment.ts';
import type { Pairing } from './pair-segments.ts';
import type { SegmentLog } from './segment-log.ts';

/** First sendings in order, as bytes counted from the first sequence number of the direction: never falls, so that it can be searched. */
interface FirstSendings {
  readonly starts: number[];
  readonly ends: number[];
  readonly places: number[];
}

/**
 * What became of the first sending of each segment that was sent again. `lost`: one of the packets that carried its bytes before never
 * arrived. `delayed`: they arrived, but after the resend had left. `needless`: they had arrived before it left.
 * `toSenderNs` turns the receiver's clock into the sender's.
 */
export function fatesOfResent(pairing: Pairing, sender: SegmentLog, receiver: SegmentLog, toSenderNs: number): Record<TransitFate, number> {
  const fates: Record<TransitFate, number> = { lost: 0, delayed: 0, needless: 0, unknown: 0 };
  const first: FirstSendings = { starts: [], ends: [], places: [] };
  /** Resends of bytes, by the byte they begin with: they may be lost too, and the next resend is then for them. */
  const again = new Map<number, number[]>();
  let base: number | null = null;
  let high = 0;
  pairing.sent.forEach((at, place) => {
    const bytes = sequenceBytes(sender, at);
    if (bytes === 0) return;
    base ??= sender.seq[at] ?? 0;
    const start = high + (((sender.seq[at] ?? 0) - ((base + high) | 0)) | 0);
    const end = start + bytes;
    // A keep-alive repeats the byte before the next one, and a kernel counts it as no retransmission (RFC 9293 section 3.8.4).
    const isKeepAlive = bytes <= 1 && start === high - 1 && ((sender.flags[at] ?? 0) & (TCP_SYN | TCP_FIN)) === 0;
    if (start >= high) {
      first.starts.push(start);
      first.ends.push(end);
      first.places.push(place);
    } else if (!isKeepAlive) {
      const earlier = [...carriersOf(first, start, end), ...(again.get(start) ?? [])];
      fates[fateOf(earlier, pairing, receiver, (sender.timeNs[at] ?? 0) - toSenderNs)] += 1;
      again.set(start, [place]);
    }
    high = Math.max(high, end);
  });
  return fates;
}

/** Bytes of sequence space that a segment takes: SYN and FIN take one each (RFC 9293 section 3.4). */
export const sequenceBytes = (log: SegmentLog, at: number): number => {
  const flags = log.flags[at] ?? 0;
  return (log.payloadBytes[at] ?? 0) + ((flags & TCP_SYN) === 0 ? 0 : 1) + ((flags & TCP_FIN) === 0 ? 0 : 1);
};

/** Places of the first sendings that carried any byte of a range. */
function carriersOf({ starts, ends, places }: FirstSendings, start: number, end: number): readonly number[] {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (let at = low; at < starts.length && (starts[at] ?? 0) < end; at += 1) found.push(places[at] ?? 0);
  return found;
}

/** `resentNs` by the receiver's clock. */
function fateOf(earlier: readonly number[], pairing: Pairing, receiver: SegmentLog, resentNs: number): TransitFate {
  if (earlier.length === 0) return 'unknown';
  const arrivals = earlier.map((place) => pairing.arrivedAs[place] ?? -1);
  if (arrivals.includes(-1)) return 'lost';
  return arrivals.some((at) => (receiver.timeNs[at] ?? 0) > resentNs) ? 'delayed' : 'needless';
}
