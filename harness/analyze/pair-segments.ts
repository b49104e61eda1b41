import type { SegmentLog } from './segment-log.ts';

/*
 * Recognises the packets of one direction of a stream in the captures of both of its ends. A packet is the same when its IP identification (IPv4),
 * sequence number, acknowledgement, length, flags, window and options are; no device that only forwards changes those. What is left over at the sender was
 * lost on the way; what is left over at the receiver came from somewhere else.
 */

/** One direction of a stream: who sends it, as one log and the direction's number in that log. */
export interface SentBy {
  readonly log: SegmentLog;
  readonly direction: number;
}

export interface Pairing {
  /** Indexes into the sender's log, in order of sending. */
  readonly sent: Int32Array;
  /** For each of `sent`: index into the receiver's log, or -1. */
  readonly arrivedAs: Int32Array;
  /** Indexes into the receiver's log of packets that the sender's capture has not. */
  readonly appeared: readonly number[];
  readonly reordered: number;
}

const identity = (log: SegmentLog, at: number): number => ((log.seq[at] ?? 0) >>> 0) * 65_536 + ((log.ipId[at] ?? 0) & 0xff_ff);

const isSamePacket = (a: SegmentLog, i: number, b: SegmentLog, j: number): boolean =>
  a.ack[i] === b.ack[j] && a.payloadBytes[i] === b.payloadBytes[j] && a.flags[i] === b.flags[j] && a.mark[i] === b.mark[j];

const indexesOf = ({ log, direction }: SentBy): Int32Array => {
  const all = new Int32Array(log.length);
  let count = 0;
  for (let at = 0; at < log.length; at += 1) if (log.direction[at] === direction) all[count++] = at;
  return all.subarray(0, count);
};

export function pairSegments(sender: SentBy, receiver: SentBy): Pairing {
  const sent = indexesOf(sender);
  const received = indexesOf(receiver);
  const waiting = new Map<number, number[]>();
  sent.forEach((at, place) => {
    const key = identity(sender.log, at);
    const places = waiting.get(key);
    if (places === undefined) waiting.set(key, [place]);
    else places.push(place);
  });
  const arrivedAs = new Int32Array(sent.length).fill(-1);
  const appeared: number[] = [];
  let highest = -1;
  let reordered = 0;
  for (const at of received) {
    const places = waiting.get(identity(receiver.log, at)) ?? [];
    const found = places.findIndex((place) => isSamePacket(sender.log, sent[place] ?? 0, receiver.log, at));
    if (found === -1) {
      appeared.push(at);
      continue;
    }
    const [place = 0] = places.splice(found, 1);
    arrivedAs[place] = at;
    if (place < highest) reordered += 1;
    else highest = place;
  }
  return { sent, arrivedAs, appeared, reordered };
}
