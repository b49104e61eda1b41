import type { TransitFate } from '../model/capture-analysis.ts';
import { TCP_ACK, TCP_FIN, TCP_SYN } from '../wire/tcp/tcp-segment.ts';
import type { Pairing } from './pair-segments.ts';
import type { SegmentLog } from './segment-log.ts';

/** First sendings in order, as bytes counted from the first sequence number of the direction: never falls, so that it can be searched. */
interface FirstSendings {
  readonly starts: number[];
  readonly ends: number[];
  readonly places: number[];
}

/**
 * What became of the first sending of each segment that was sent again. `lost`: one of the packets that carried its bytes before never arrived. `delayed`: they
 * arrived, but after the resend had left. Else they had arrived before it left: `unaccepted` when the receiver still waited for just these bytes when the resend
 * came, `needless` when it had acknowledged them. `toSenderNs` turns the receiver's clock into the sender's.
 */
export function fatesOfResent(pairing: Pairing, sender: SegmentLog, receiver: SegmentLog, toSenderNs: number): Record<TransitFate, number> {
  const fates: Record<TransitFate, number> = { lost: 0, delayed: 0, unaccepted: 0, needless: 0, unknown: 0 };
  const acks = acksOf(receiver, pairing);
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
      const resentNs = (sender.timeNs[at] ?? 0) - toSenderNs;
      const fate = fateOf(earlier, pairing, receiver, resentNs);
      const cameAs = pairing.arrivedAs[place] ?? -1;
      const cameNs = cameAs === -1 ? resentNs : (receiver.timeNs[cameAs] ?? resentNs);
      fates[fate === 'needless' ? takenOrNot(ackedBefore(acks, cameNs), sender.seq[at] ?? 0, bytes) : fate] += 1;
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

interface Acks {
  readonly timesNs: readonly number[];
  readonly numbers: readonly number[];
}

/** What the receiver acknowledged, in order of time. */
function acksOf(receiver: SegmentLog, { arrivedAs, appeared }: Pairing): Acks {
  const anyArrival = arrivedAs.find((at) => at !== -1) ?? appeared[0];
  const inward = anyArrival === undefined ? -1 : receiver.direction[anyArrival];
  const timesNs: number[] = [];
  const numbers: number[] = [];
  for (let at = 0; at < receiver.length; at += 1) {
    if (receiver.direction[at] === inward || ((receiver.flags[at] ?? 0) & TCP_ACK) === 0) continue;
    timesNs.push(receiver.timeNs[at] ?? 0);
    numbers.push(receiver.ack[at] ?? 0);
  }
  return { timesNs, numbers };
}

/** `acked`: the next byte that the receiver waited for when a segment came that it had been sent before. Behind a hole it says nothing of the segment. */
function takenOrNot(acked: number | undefined, seq: number, bytes: number): TransitFate {
  if (acked === undefined) return 'unknown';
  if (acked === seq) return 'unaccepted';
  return ((acked - ((seq + bytes) | 0)) | 0) >= 0 ? 'needless' : 'unknown';
}

/** The last acknowledgement that the receiver had sent by then. */
function ackedBefore({ timesNs, numbers }: Acks, ns: number): number | undefined {
  let low = 0;
  let high = timesNs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesNs[middle] ?? 0) < ns) low = middle + 1;
    else high = middle;
  }
  return numbers[low - 1];
}
