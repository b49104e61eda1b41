import type { StreamSeen } from '../../../model/capture-analysis.ts';
import { TCP_ACK, TCP_SYN, type TcpSegment } from '../tcp-segment.ts';
import type { TcpOptions } from '../options.ts';

/** SYNs, and SYN-ACKs, that are remembered. */
const MAX_TRIES = 8;

interface Try {
  readonly timeNs: number;
  readonly hasTimestamps: boolean;
  readonly tsVal: number;
}

/**
 * Times the opening of a connection. When a SYN or SYN-ACK was sent several times, only the timestamps tell which one was answered
 * (RFC 7323 section 4); without them there is no time (Karn's algorithm).
 */
export class Handshake {
  /** From the SYN to the SYN-ACK that answers it, and from there to the ACK; -1 while unknown. */
  synToSynAckNs = -1;
  synAckToAckNs = -1;
  isDone = false;
  readonly #syns: Try[] = [];
  readonly #synAcks: Try[] = [];
  #ackOfSynAck = 0;

  /** `options` are those of the segment. SYN and SYN-ACK only. */
  open(segment: TcpSegment, options: TcpOptions): void {
    const isSynAck = (segment.flags & TCP_ACK) !== 0;
    if (isSynAck && this.#synAcks.length === 0) {
      this.synToSynAckNs = since(this.#syns, segment.timeNs, options);
      this.#ackOfSynAck = (segment.seq + 1) | 0;
    }
    const tries = isSynAck ? this.#synAcks : this.#syns;
    if (tries.length < MAX_TRIES) tries.push({ timeNs: segment.timeNs, hasTimestamps: options.hasTimestamps, tsVal: options.tsVal });
  }

  /** Whether the segment may be the ACK that ends the handshake; it comes from the end that sent the SYN. */
  isEndedBy(segment: TcpSegment): boolean {
    if (this.#synAcks.length === 0 || (segment.flags & (TCP_SYN | TCP_ACK)) !== TCP_ACK) return false;
    return ((segment.ack - this.#ackOfSynAck) | 0) >= 0;
  }

  end(segment: TcpSegment, options: TcpOptions): void {
    this.isDone = true;
    this.synAckToAckNs = since(this.#synAcks, segment.timeNs, options);
  }

  seen(): StreamSeen['handshake'] {
    if (this.synToSynAckNs < 0 || this.synAckToAckNs < 0) return null;
    return { synToSynAckMs: this.synToSynAckNs / 1e6, synAckToAckMs: this.synAckToAckNs / 1e6 };
  }
}

/** Time since the try that is answered; -1 when that is not certain. */
const since = (tries: readonly Try[], nowNs: number, answer: TcpOptions): number => {
  const echoed = answer.hasTimestamps ? tries.filter((one) => one.hasTimestamps && one.tsVal === answer.tsEcr) : [];
  const candidates = tries.length === 1 ? tries : echoed;
  const [only] = candidates;
  if (only === undefined || candidates.length > 1) return -1;
  return Math.max(-1, nowNs - only.timeNs);
};
