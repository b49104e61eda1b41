import { LABEL } from './label.ts';
import { SHIFT_UNKNOWN, type LabelMemory } from './label-memory.ts';
import { isAfter, isBefore } from './sequence-order.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type TcpSegment } from './tcp-segment.ts';

/** Labels about windows, keep-alives, gaps and acknowledgements. They depend on each other's order. */
export const ackLabels = (segment: TcpSegment, own: LabelMemory, other: LabelMemory): number => {
  let labels = 0;
  if (segment.length === 1 && segment.seq === own.high && other.window === 0) labels = LABEL.zero_window_probe;
  else labels = gapLabels(segment, own, other);
  if (segment.ack !== own.lastAck) own.duplicates = 0;
  if ((segment.flags & TCP_ACK) !== 0 && other.edge !== 0 && isAfter(segment.ack, other.edge) && isUnseenAck(other)) {
    labels |= LABEL.ack_lost_segment;
  }
  return labels;
};

const gapLabels = (segment: TcpSegment, own: LabelMemory, other: LabelMemory): number => {
  let labels = 0;
  const isLost = own.high !== 0 && isAfter(segment.seq, own.high) && (segment.flags & TCP_RST) === 0;
  if (isLost) labels |= LABEL.lost_segment;
  if ((segment.flags & (TCP_SYN | TCP_FIN | TCP_RST)) !== 0) return labels;
  if (segment.window === 0) labels |= LABEL.zero_window;
  if (segment.length <= 1 && segment.seq === ((own.high - 1) | 0)) labels |= LABEL.keep_alive;
  if (segment.length > 0) return fillsWindow(segment, other) ? labels | LABEL.window_full : labels;
  return segment.seq === own.high && segment.ack === own.lastAck ? labels | standingAckLabel(segment, own, other) : labels;
};

/** RFC 7323 section 2.2: the window of a SYN is never scaled. */
const fillsWindow = (segment: TcpSegment, other: LabelMemory): boolean => {
  if (other.shift === SHIFT_UNKNOWN) return false;
  const shift = other.isOpening || other.shift < 0 ? 0 : other.shift;
  return ((segment.seq + segment.length) | 0) === ((other.lastAck + (other.window << shift)) | 0);
};

/** A segment without data that repeats the last sequence and acknowledgement numbers. */
const standingAckLabel = (segment: TcpSegment, own: LabelMemory, other: LabelMemory): number => {
  if (segment.window !== own.window) return segment.window === 0 ? 0 : LABEL.window_update;
  if (segment.window === 0) return (other.lastLabels & LABEL.zero_window_probe) === 0 ? 0 : LABEL.zero_window_probe_ack;
  if ((other.lastLabels & LABEL.keep_alive) !== 0) return LABEL.keep_alive_ack;
  own.duplicates = own.duplicates < 0 ? 1 : own.duplicates + 1;
  return LABEL.duplicate_ack;
};

/** Moves the frontier of the acknowledged side as it looks. */
const isUnseenAck = (other: LabelMemory): boolean => {
  if (isBefore(other.edge, other.high)) {
    other.edge = other.high;
    return true;
  }
  const isFirst = other.duplicates === 0;
  other.duplicates = -1;
  return isFirst;
};
