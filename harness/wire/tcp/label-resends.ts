import { LABEL } from './label.ts';
import type { LabelMemory } from './label-memory.ts';
import { isAtOrBefore, isBefore } from './sequence-order.ts';
import { TCP_FIN, TCP_SYN, type TcpSegment } from './tcp-segment.ts';

const FAST_WITHIN_NS = 20_000_000;
const OUT_OF_ORDER_WITHIN_NS = 3_000_000;

/** At most one of: spurious, fast, plain retransmission, out of order. For a segment that carries data, SYN or FIN. */
export const resendLabels = (segment: TcpSegment, own: LabelMemory, other: LabelMemory, irttNs: number): number => {
  const { seq, length, timeNs } = segment;
  const end = (seq + length) | 0;
  if (length > 0 && other.lastAck !== 0 && isAtOrBefore(end, other.lastAck)) return LABEL.retransmission | LABEL.spurious_retransmission;
  if (!isBehind(seq, length, own.high)) return 0;
  if (isFast(segment, other)) return LABEL.retransmission | LABEL.fast_retransmission;
  const endWithFlag = (segment.flags & (TCP_SYN | TCP_FIN)) === 0 ? end : (end + 1) | 0;
  const within = irttNs === 0 ? OUT_OF_ORDER_WITHIN_NS : irttNs;
  if (isShorter(timeNs - own.highTimeNs, within) && endWithFlag !== own.high) return LABEL.out_of_order;
  return LABEL.retransmission;
};

/** One byte before the end with more than one byte of data is not behind: it is how some stacks repeat a probed byte. */
const isBehind = (seq: number, length: number, high: number): boolean =>
  high !== 0 && isBefore(seq, high) && !(length > 1 && seq === ((high - 1) | 0));

/** The duplicate count of -1 is as good as many, because Wireshark stores it unsigned. */
const isFast = (segment: TcpSegment, other: LabelMemory): boolean =>
  (other.duplicates >= 2 || other.duplicates < 0) &&
  segment.seq === other.lastAck &&
  isShorter(segment.timeNs - other.lastTimeNs, FAST_WITHIN_NS);

/** Times are compared as unsigned numbers: a clock that steps back makes them enormous. */
const isShorter = (elapsedNs: number, limitNs: number): boolean => (elapsedNs < 0 === limitNs < 0 ? elapsedNs < limitNs : elapsedNs >= 0);
