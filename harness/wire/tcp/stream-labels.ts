import { LABEL, type StreamDirection } from './label.ts';
import { ackLabels } from './label-acks.ts';
import { LabelMemory, SHIFT_NONE, SHIFT_UNKNOWN } from './label-memory.ts';
import { resendLabels } from './label-resends.ts';
import { windowScaleOf } from './options.ts';
import { isAfter } from './sequence-order.ts';
import { TCP_ACK, TCP_FIN, TCP_SYN, type TcpSegment } from './tcp-segment.ts';

/** Wireshark stops remembering there, and then no longer counts SYN and FIN as a byte. */
const MOST_UNACKED = 10_000;

/**
 * Gives the segments of one connection the labels that Wireshark 4.0 gives them (`tcp.analysis.*`), in the order of the capture. Where Wireshark
 * deviates from what a TCP would say, so does this, on purpose: the numbers are for those who open the same file there.
 */
export class StreamLabels {
  /** 0 is unset, so a handshake whose packets all have one time is measured at a later ACK. */
  #irttNs = 0;
  #hasSyn = false;
  #synTimeNs = 0;
  #isReused = false;
  readonly #ab = new LabelMemory();
  readonly #ba = new LabelMemory();
  /** A SYN that is stamped with the Unix time 0 counts for Wireshark as none. */
  readonly #unixZeroNs: number;

  /** `epochSeconds`: what the times of the segments count from. */
  constructor(epochSeconds: number) {
    this.#unixZeroNs = -epochSeconds * 1e9;
  }

  /** From the latest SYN to the first ACK without SYN, of either end; -1 while unset. Wireshark's `tcp.analysis.initial_rtt`. */
  get irttNs(): number {
    return this.#irttNs === 0 ? -1 : this.#irttNs;
  }

  /** Whether a SYN (without ACK) with this number is the start of another connection between the same ports. */
  startsAnew(seq: number, direction: StreamDirection): boolean {
    const own = direction === 0 ? this.#ab : this.#ba;
    return own.isBaseKnown && own.base !== seq;
  }

  /** The next segment is the first of a connection whose ports were in use before. */
  markReused(): void {
    this.#isReused = true;
  }

  /** Bits of LABEL. Segments in file order, each once. */
  observe(segment: TcpSegment, direction: StreamDirection): number {
    const own = direction === 0 ? this.#ab : this.#ba;
    const other = direction === 0 ? this.#ba : this.#ab;
    const flags = segment.flags;
    let labels = 0;
    if ((flags & TCP_SYN) !== 0 || !own.isBaseKnown || !other.isBaseKnown) labels = this.#learnBases(segment, own, other);
    labels |= ackLabels(segment, own, other);
    const takesSpace = segment.length > 0 || (flags & (TCP_SYN | TCP_FIN)) !== 0;
    if (takesSpace && (labels & LABEL.keep_alive) === 0) labels |= resendLabels(segment, own, other, this.#irttNs);
    remember(segment, own, takesSpace, labels);
    other.unacked.dropUpTo(segment.ack);
    this.#learnHandshake(segment, own, other);
    return segment.isHeaderCut ? 0 : labels;
  }

  #learnBases(segment: TcpSegment, own: LabelMemory, other: LabelMemory): number {
    const isSyn = (segment.flags & TCP_SYN) !== 0;
    const isAck = (segment.flags & TCP_ACK) !== 0;
    let isReused = this.#isReused;
    this.#isReused = false;
    if (!own.isBaseKnown) {
      own.base = isSyn ? segment.seq : (segment.seq - 1) | 0;
      own.isBaseKnown = true;
    } else if (isSyn && isAck && own.base !== segment.seq) {
      own.base = segment.seq;
      isReused = true;
    } else if (isSyn && !isAck && own.base === segment.seq) {
      own.high = own.edge;
    }
    if (isAck && !other.isBaseKnown) {
      other.base = (segment.ack - 1) | 0;
      other.isBaseKnown = true;
    }
    return isReused ? LABEL.reused_ports : 0;
  }

  #learnHandshake(segment: TcpSegment, own: LabelMemory, other: LabelMemory): void {
    const isSyn = (segment.flags & TCP_SYN) !== 0;
    const isAck = (segment.flags & TCP_ACK) !== 0;
    const scale = windowScaleOf(segment);
    if (scale >= 0) own.shift = Math.min(scale, 14);
    if (isSyn) {
      if (!segment.isHeaderCut) learnScaling(own, other, isAck);
      own.isOpening = true;
      if (!isAck) {
        this.#synTimeNs = segment.timeNs;
        this.#hasSyn = segment.timeNs !== this.#unixZeroNs;
      }
    } else if (isAck) {
      own.isOpening = false;
      if (this.#irttNs === 0 && this.#hasSyn) this.#irttNs = segment.timeNs - this.#synTimeNs;
    }
  }
}

/** RFC 7323 section 2.2: windows are scaled only when both sides have sent the option. */
const learnScaling = (own: LabelMemory, other: LabelMemory, isAck: boolean): void => {
  if (own.shift === SHIFT_UNKNOWN) {
    own.shift = SHIFT_NONE;
    other.shift = SHIFT_NONE;
  } else if (isAck && other.shift === SHIFT_NONE) {
    own.shift = SHIFT_NONE;
  }
};

const remember = (segment: TcpSegment, own: LabelMemory, takesSpace: boolean, labels: number): void => {
  let end = (segment.seq + segment.length) | 0;
  if (takesSpace && own.unacked.count < MOST_UNACKED) {
    if ((segment.flags & (TCP_SYN | TCP_FIN)) !== 0) end = (end + 1) | 0;
    own.unacked.add(end);
  }
  if ((labels & LABEL.zero_window_probe) === 0) {
    if (own.high === 0 || isAfter(end, own.high)) {
      own.high = end;
      own.highTimeNs = segment.timeNs;
    }
    if (own.edge === 0 || segment.seq === own.edge) own.edge = own.high;
  }
  own.window = segment.window;
  own.lastAck = segment.ack;
  own.lastTimeNs = segment.timeNs;
  own.lastLabels = labels;
};
