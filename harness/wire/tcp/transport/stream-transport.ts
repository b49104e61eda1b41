import type { ClosingEvent, ResetSeen, StreamEnd } from '../../../model/capture-analysis.ts';
import { LABEL, type StreamDirection } from '../label.ts';
import { TcpOptions } from '../options.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type TcpSegment } from '../tcp-segment.ts';
import { Handshake } from './handshake.ts';
import { captureEndGap, endsSilenceAs, IdleGaps, SHORTEST_GAP_NS } from './idle-gaps.ts';
import { mtuBlackHole } from './mtu-black-hole.ts';
import { resetOddities } from './reset-oddities.ts';
import { pathRttNs, isLateReset, provokerOf } from './reset-provoker.ts';
import { mssOfSyn, mssSeen, plainOptions, segmentLimit } from './segment-size.ts';
import { MARK_FIN, MARK_SYN, Sender } from './sender.ts';
import { StallMeter } from './stall-meter.ts';
import { takeAck } from './take-ack.ts';
import { isProbe, takeNext, takeOther } from './take-sequence.ts';
import { both, oneSided, resentBy, type TransportFacts } from './transport-facts.ts';
import { capturedAt } from './vantage.ts';

const CONTROL = TCP_SYN | TCP_FIN | TCP_RST;
const MAX_RESETS = 20;

/**
 * What one stream shows of TCP itself, without Wireshark's labels: what was sent again and why, round-trip times, silences, stalls, resets. Give it every
 * segment of the stream in the order of the capture. It holds a fixed amount of memory.
 */
export class StreamTransport {
  readonly #epochSeconds: number;
  readonly #options: TcpOptions;
  readonly #a = new Sender('a');
  readonly #b = new Sender('b');
  #firstFrame = 0;
  #firstNs = 0;
  #lastNs = 0;
  #ipVersion = 4;
  #handshake: Handshake | null = null;
  #synFrom: StreamEnd | null = null;
  #isOpening = false;
  #gaps: IdleGaps | null = null;
  readonly #resets: ResetSeen[] = [];
  readonly #resetEvents: ClosingEvent[] = [];

  /** `epochSeconds`: what the times of the segments count from. `options` is scratch room that streams may share. */
  constructor(epochSeconds: number, options: TcpOptions = new TcpOptions()) {
    this.#epochSeconds = epochSeconds;
    this.#options = options;
  }

  /** `labels`: bits of LABEL. False: this frame was captured a second time, and nothing else may look at it. */
  observe(segment: TcpSegment, direction: StreamDirection, labels: number): boolean {
    const own = direction === 0 ? this.#a : this.#b;
    const other = direction === 0 ? this.#b : this.#a;
    own.packets += 1;
    const isNews = ((segment.seq + segment.length - own.seen.high) | 0) > 0 || ((segment.ack - own.maxAck) | 0) > 0;
    if (!isNews && own.recent.isCopy(segment, own.capturedTwice + other.capturedTwice > 0)) {
      own.capturedTwice += 1;
      return false;
    }
    own.recent.add(segment);
    if (own.packets === 1) this.#meet(segment, own, other);
    own.bytes += segment.length;
    const flags = segment.flags;
    let isResend = false;
    let isProbing = false;
    if ((flags & CONTROL) !== 0) {
      isResend = this.#takeControl(segment, own, other);
    } else if (segment.length > 0 && segment.seq === own.seen.high && own.seen.isStarted && (labels & LABEL.zero_window_probe) === 0) {
      takeNext(segment, own, other);
    } else if (segment.length > 1) {
      isResend = takeOther(segment, own, other);
    } else {
      isProbing = isProbe(segment, own, other, labels);
      if (!isProbing && segment.length > 0) isResend = takeOther(segment, own, other);
    }
    if (segment.timeNs - this.#lastNs >= SHORTEST_GAP_NS) this.#noteGap(segment, own, isResend, isProbing);
    this.#lastNs = segment.timeNs;
    own.isLastProbe = isProbing;
    if ((flags & TCP_RST) !== 0) return true;
    if ((flags & TCP_ACK) !== 0) takeAck(segment, own, other, this.#options);
    if (this.#isOpening && own.end === this.#synFrom) this.#endHandshake(segment, own, other);
    if (segment.window === 0 || own.closedFrame !== 0) noteWindow(segment, own);
    own.notice(segment);
    return true;
  }

  /** Both ends have ended it, one has reset it, or nobody ever answered. */
  get isOver(): boolean {
    return this.#resets.length > 0 || (this.#a.fin !== null && this.#b.fin !== null) || this.#b.packets === 0;
  }

  /** `lastTimeNs`: of the last packet of the capture. Call it once, at its end. */
  finish(lastTimeNs: number): TransportFacts {
    const [a, b] = [this.#a, this.#b];
    const isOver = this.#resets.length > 0 || (a.fin !== null && b.fin !== null);
    const endNs = isOver ? this.#lastNs : Math.max(lastTimeNs, this.#lastNs);
    for (const sender of [a, b]) if (sender.closedFrame !== 0) noteOpened(sender, endNs);
    const isConversation = b.packets > 0 || a.dataSegments > 0;
    if (!isOver && isConversation && endNs - this.#lastNs >= SHORTEST_GAP_NS) {
      this.#gaps ??= new IdleGaps();
      this.#gaps.add(captureEndGap(this.#ms(this.#lastNs), (endNs - this.#lastNs) / 1e6));
    }
    return {
      firstFrame: this.#firstFrame,
      startedAtMs: this.#ms(this.#firstNs),
      endedAtMs: this.#ms(this.#lastNs),
      packets: both(a, b, (sender) => sender.packets),
      bytes: both(a, b, (sender) => sender.bytes),
      resent: both(a, b, (sender) => resentBy(sender, (timeNs) => this.#ms(timeNs))),
      mss: mssSeen(a, b, this.#ipVersion),
      offloadedFrames: a.offloadedFrames + b.offloadedFrames,
      capturedTwice: a.capturedTwice + b.capturedTwice,
      handshake: this.#handshake?.seen() ?? null,
      rtt: both(a, b, (sender) => sender.rtt?.summary(this.#epochSeconds) ?? null),
      capturedAt: capturedAt(a, b, this.#handshake, this.#synFrom),
      oneSided: oneSided(a, b),
      resets: this.#resets,
      idleGaps: this.#gaps?.seen() ?? [],
      mtuBlackhole: mtuBlackHole(a, b) ?? mtuBlackHole(b, a),
      stalls: [a.zeroWindow, b.zeroWindow, a.delayedAck, b.delayedAck].filter((meter) => meter !== null).map((meter) => meter.seen()),
      closing: [a.fin, b.fin, ...this.#resetEvents].filter((event) => event !== null).toSorted((one, two) => one.frame - two.frame),
    };
  }

  /** Gives memory back when no more segments are expected; those that come nevertheless are counted, but copies of older ones are not found. */
  release(): void {
    for (const sender of [this.#a, this.#b]) {
      sender.recent.release();
      sender.inFlight.release();
    }
  }

  /** Gives memory back that a stream needs only while it is busy: nothing came for longer than copies are apart. It goes on as if nothing had been. */
  rest(): void {
    for (const sender of [this.#a, this.#b]) {
      sender.recent.release();
      sender.inFlight.rest();
    }
  }

  #ms(timeNs: number): number {
    return this.#epochSeconds * 1000 + timeNs / 1e6;
  }

  /** The first packet of an end. */
  #meet(segment: TcpSegment, own: Sender, other: Sender): void {
    if (other.packets === 0) {
      this.#firstFrame = segment.frame;
      this.#firstNs = segment.timeNs;
      this.#lastNs = segment.timeNs;
      this.#ipVersion = segment.ipVersion;
    }
    this.#options.read(segment);
    own.hasTimestamps = this.#options.hasTimestamps;
    this.#learnSizes(own, other);
  }

  #learnSizes(own: Sender, other: Sender): void {
    own.segmentLimit = segmentLimit(own, other, this.#ipVersion);
    other.segmentLimit = segmentLimit(other, own, this.#ipVersion);
    own.plainOptions = plainOptions(own, other);
    other.plainOptions = plainOptions(other, own);
  }

  #takeControl(segment: TcpSegment, own: Sender, other: Sender): boolean {
    const flags = segment.flags;
    if ((flags & TCP_RST) !== 0) {
      this.#takeReset(segment, own, other);
      return false;
    }
    if ((flags & TCP_SYN) !== 0) this.#takeSyn(segment, own, other);
    const isResend = takeOther(segment, own, other);
    if ((flags & TCP_SYN) !== 0) own.mark(MARK_SYN, segment);
    if ((flags & TCP_FIN) === 0) return isResend;
    own.mark(MARK_FIN, segment);
    own.fin ??= this.#closing('fin', segment, own);
    return isResend;
  }

  #takeSyn(segment: TcpSegment, own: Sender, other: Sender): void {
    const options = this.#options;
    options.read(segment);
    const isSynAck = (segment.flags & TCP_ACK) !== 0;
    if (!segment.isHeaderCut) own.mss = mssOfSyn(options.mss, segment.ipVersion);
    own.windowScale = options.windowScale;
    own.isSackPermitted = options.sackPermitted;
    own.hasTimestamps = options.hasTimestamps;
    own.hasSynAck ||= isSynAck;
    this.#learnSizes(own, other);
    this.#synFrom ??= isSynAck ? other.end : own.end;
    this.#handshake ??= new Handshake();
    if (this.#handshake.isDone) return;
    const wasKnown = this.#handshake.synToSynAckNs >= 0;
    this.#handshake.open(segment, options);
    if (!wasKnown && this.#handshake.synToSynAckNs >= 0) other.timed(segment.timeNs, this.#handshake.synToSynAckNs);
    this.#isOpening = true;
  }

  #endHandshake(segment: TcpSegment, own: Sender, other: Sender): void {
    const handshake = this.#handshake;
    if (handshake === null || !handshake.isEndedBy(segment)) return;
    this.#options.read(segment);
    handshake.end(segment, this.#options);
    this.#isOpening = false;
    if (handshake.synAckToAckNs >= 0) other.timed(segment.timeNs, handshake.synAckToAckNs);
    if (!own.seen.isStarted) own.seen.start(segment.seq);
  }

  #takeReset(segment: TcpSegment, own: Sender, other: Sender): void {
    for (const sender of [own, other]) if (sender.closedFrame !== 0) noteOpened(sender, segment.timeNs);
    if (this.#resets.length >= MAX_RESETS) return;
    this.#options.read(segment);
    const rttNs = pathRttNs(own, other);
    const provokedBy = provokerOf(own, other, segment.timeNs);
    this.#resets.push({
      frame: segment.frame,
      from: own.end,
      atMs: this.#ms(segment.timeNs),
      provokedBy,
      rttMs: rttNs < 0 ? null : rttNs / 1e6,
      isLate: provokedBy !== null && isLateReset(provokedBy.agoMs, rttNs),
      oddities: resetOddities(segment, own, other, this.#options.hasTimestamps),
    });
    this.#resetEvents.push(this.#closing('rst', segment, own));
  }

  #closing(kind: 'fin' | 'rst', segment: TcpSegment, own: Sender): ClosingEvent {
    return { kind, from: own.end, frame: segment.frame, atMs: this.#ms(segment.timeNs), code: null, reason: '' };
  }

  #noteGap(segment: TcpSegment, own: Sender, isResend: boolean, isProbing: boolean): void {
    this.#gaps ??= new IdleGaps();
    this.#gaps.add({
      startedAtMs: this.#ms(this.#lastNs),
      gapMs: (segment.timeNs - this.#lastNs) / 1e6,
      endedBy: endsSilenceAs(segment, isResend, isProbing),
      endedByEnd: own.end,
      frame: segment.frame,
    });
  }
}

const noteWindow = (segment: TcpSegment, own: Sender): void => {
  if (segment.window !== 0) {
    noteOpened(own, segment.timeNs);
  } else if (own.closedFrame === 0 && (segment.flags & CONTROL) === 0 && (segment.flags & TCP_ACK) !== 0) {
    own.closedFrame = segment.frame;
    own.closedSinceNs = segment.timeNs;
  }
};

const noteOpened = (own: Sender, nowNs: number): void => {
  own.zeroWindow ??= new StallMeter('zero-window', own.end);
  own.zeroWindow.add(nowNs - own.closedSinceNs, own.closedFrame);
  own.closedFrame = 0;
};
