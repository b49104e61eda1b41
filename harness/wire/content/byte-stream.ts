import type { StreamDirection } from '../tcp/label.ts';
import type { TcpSegment } from '../tcp/tcp-segment.ts';
import type { ByteBudget } from './content-budget.ts';
import type { ByteOrigin, Conversation } from './conversation.ts';
import { type HeldSegment, SegmentShelf } from './segment-shelf.ts';

/** A segment so far ahead that no window allows it; without an acknowledgement it is taken for a stray. */
const STRAY_DISTANCE = 16 * 1024 * 1024;

/**
 * Puts the segments of one direction in order and hands their bytes on. In order nothing is copied; what comes early is held until the hole before it is
 * filled, or known to stay: the other end has acknowledged it (it arrived, the capture lost it), or too much is held. All sequence numbers are signed.
 */
export class ByteStream {
  readonly #direction: StreamDirection;
  readonly #reader: Conversation;
  readonly #shelf: SegmentShelf;
  readonly #origin: ByteOrigin = { frame: 0, timeNs: 0 };
  /** Sequence number of the next byte; 0 until `#isStarted`. */
  #next = 0;
  #isStarted = false;
  #hasBytes = false;
  #isEnded = false;
  /** Highest acknowledgement by the other end. */
  #acknowledged = 0;
  #isAcknowledged = false;
  /** Where the FIN stands, once it is known. */
  #finAt = 0;
  #hasFin = false;

  constructor(direction: StreamDirection, reader: Conversation, budget: ByteBudget) {
    this.#direction = direction;
    this.#reader = reader;
    this.#shelf = new SegmentShelf(budget);
  }

  /** No more bytes are taken. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** A SYN tells where the bytes begin. A second one with another number counts only while there are none. */
  start(seq: number): void {
    if (this.#hasBytes || this.#isEnded) return;
    this.#next = seq | 0;
    this.#isStarted = true;
  }

  /** Takes the payload of a segment; `seq` is that of its first byte (a SYN in front of it has a number of its own). */
  accept(segment: TcpSegment, seq: number): void {
    if (this.#isEnded) return;
    if (!this.#isStarted) this.start(seq);
    this.#hasBytes = true;
    if (seq !== this.#next || !this.#shelf.isEmpty) {
      this.#acceptOdd(segment, seq);
      return;
    }
    this.#hand(segment.bytes, segment.payloadStart, segment.payloadEnd, segment.length, segment.frame, segment.timeNs);
    if (this.#hasFin) this.#endAtFin(segment);
  }

  /** The other end has received everything before `ack`. */
  acknowledge(ack: number): void {
    if (!this.#isAcknowledged || ((ack - this.#acknowledged) | 0) > 0) this.#acknowledged = ack;
    this.#isAcknowledged = true;
    if (!this.#shelf.isEmpty) this.#passAcknowledgedHoles();
  }

  /** A FIN stands at `seq`. */
  fin(seq: number, from: ByteOrigin): void {
    if (this.#isEnded || this.#hasFin) return;
    if (!this.#isStarted) this.start(seq);
    this.#hasFin = true;
    this.#finAt = seq;
    this.#endAtFin(from);
  }

  /** Nothing more comes: what is held is handed on, with its holes. */
  end(how: 'fin' | 'rst' | 'capture', from: ByteOrigin): void {
    if (this.#isEnded) return;
    while (!this.#shelf.isEmpty) this.#passHole(this.#shelf.firstSeq, this.#shelf.first);
    this.#isEnded = true;
    this.#reader.end(this.#direction, this.#hasFin && how === 'capture' ? 'fin' : how, from);
  }

  /** Nobody wants the bytes: gives up what is held. */
  drop(): void {
    this.#shelf.clear();
    this.#isEnded = true;
  }

  /** `bytes[start, end)` were captured of `length` bytes. */
  #hand(bytes: Buffer, start: number, end: number, length: number, frame: number, timeNs: number): void {
    this.#next = (this.#next + length) | 0;
    this.#origin.frame = frame;
    this.#origin.timeNs = timeNs;
    const captured = Math.min(end - start, length);
    if (captured > 0) this.#reader.bytes(this.#direction, bytes, start, start + captured, this.#origin);
    if (captured < length) this.#reader.missing(this.#direction, length - Math.max(captured, 0), this.#origin);
  }

  #acceptOdd(segment: TcpSegment, seq: number): void {
    // A hole that was acknowledged before is given up only now, so that a capture that shows the acknowledgement first loses nothing.
    if (!this.#shelf.isEmpty && ((seq - this.#next) | 0) > 0) this.#passAcknowledgedHoles();
    const { bytes, payloadStart, payloadEnd, length, frame, timeNs } = segment;
    if (((seq - this.#next) | 0) > 0 && this.#isStray(seq)) return;
    while (((seq - this.#next) | 0) > 0) {
      if (this.#shelf.hold(seq, segment)) return;
      if (this.#shelf.isEmpty) this.#passHole(seq, segment);
      else this.#passHole(this.#shelf.firstSeq, this.#shelf.first);
    }
    this.#handNew({ seq, bytes, start: payloadStart, end: payloadEnd, length, frame, timeNs });
    this.#drain();
    if (this.#hasFin) this.#endAtFin(segment);
  }

  #isStray(seq: number): boolean {
    if (((seq - this.#next) | 0) < STRAY_DISTANCE || !this.#isAcknowledged) return false;
    return ((seq - this.#acknowledged) | 0) > STRAY_DISTANCE;
  }

  /** Hands on what is new of a segment that begins at or before the next byte. */
  #handNew({ seq, bytes, start, end, length, frame, timeNs }: HeldSegment): void {
    const old = (this.#next - seq) | 0;
    // Half the sequence space away is before and behind at once: such a segment is nowhere.
    if (old >= length || old < 0) return;
    this.#hand(bytes, Math.min(start + old, end), end, length - old, frame, timeNs);
  }

  #drain(): void {
    while (!this.#shelf.isEmpty && ((this.#shelf.firstSeq - this.#next) | 0) <= 0) this.#handNew(this.#shelf.takeFirst());
  }

  #passAcknowledgedHoles(): void {
    while (!this.#shelf.isEmpty && this.#isAcknowledged && ((this.#acknowledged - this.#next) | 0) > 0) {
      const first = this.#shelf.firstSeq;
      this.#passHole(((this.#acknowledged - first) | 0) < 0 ? this.#acknowledged : first, this.#shelf.first);
    }
  }

  /** The bytes up to `seq` will not come. */
  #passHole(seq: number, from: ByteOrigin | undefined): void {
    const count = (seq - this.#next) | 0;
    if (count > 0) {
      this.#next = seq;
      if (from !== undefined) this.#origin.frame = from.frame;
      if (from !== undefined) this.#origin.timeNs = from.timeNs;
      this.#reader.missing(this.#direction, count, this.#origin);
    }
    this.#drain();
  }

  #endAtFin(from: ByteOrigin): void {
    if (!this.#isEnded && ((this.#finAt - this.#next) | 0) <= 0) this.end('fin', from);
  }
}
