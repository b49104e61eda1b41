import type { LoggedStream } from '../../../harness/analyze/match-legs.ts';
import { newSegmentBudget, SegmentLog } from '../../../harness/analyze/segment-log.ts';
import type { StreamSeen } from '../../../harness/model/capture-analysis.ts';
import { TCP_ACK, TCP_SYN, TcpSegment } from '../../../harness/wire/tcp/tcp-segment.ts';

/** One packet of a made-up connection: `at` in milliseconds. */
export interface Sent {
  readonly at: number;
  readonly by: 'a' | 'b';
  readonly id: number;
  readonly seq: number;
  readonly ack?: number;
  readonly bytes?: number;
  readonly flags?: number;
}

export const A = '10.0.0.1:50000';
export const B = '10.0.0.2:80';

/** A stream as a capture with these packets shows it. */
export function loggedStream(capture: number, packets: readonly Sent[], synToSynAckMs = 1): LoggedStream {
  const log = new SegmentLog(newSegmentBudget());
  packets.forEach(({ at, by, id, seq, ack = 0, bytes = 0, flags = TCP_ACK }, index) => {
    const segment = new TcpSegment();
    Object.assign(segment, { frame: index + 1, timeNs: at * 1e6, ipId: id, seq, ack, length: bytes, flags });
    log.add(segment, by === 'a' ? 0 : 1);
  });
  const handshake = { synToSynAckMs, synAckToAckMs: 0.01 };
  return { seen: { capture, index: 0, a: A, b: B, handshake } as StreamSeen, log, epochSeconds: 1_700_000_000 };
}

/** SYN, SYN-ACK and ACK, a millisecond apart; data of `a` goes on at 101 and of `b` at 501. */
export const opening = (at = 0): readonly Sent[] => [
  { at, by: 'a', id: 1, seq: 100, flags: TCP_SYN },
  { at: at + 1, by: 'b', id: 1, seq: 500, flags: TCP_SYN | TCP_ACK },
  { at: at + 1.1, by: 'a', id: 2, seq: 101 },
];

/** The same packets at the other end of the way: later or earlier, and without those that were lost. */
export const elsewhere = (
  packets: readonly Sent[],
  shiftMs: { readonly a: number; readonly b: number },
  lost: readonly number[] = [],
): readonly Sent[] =>
  packets
    .filter((_, index) => !lost.includes(index))
    .map((packet) => ({ ...packet, at: packet.at + shiftMs[packet.by] }))
    .toSorted((one, other) => one.at - other.at);
