import type { ClosingEvent, StreamEnd } from '../../../model/capture-analysis.ts';
import type { TcpSegment } from '../tcp-segment.ts';
import { InFlight } from './in-flight.ts';
import { RecentSegments } from './recent-segments.ts';
import { Resends } from './resends.ts';
import { RttSamples } from './rtt-samples.ts';
import { SeenRanges } from './seen-ranges.ts';
import type { StallMeter } from './stall-meter.ts';

/** What the latest segment was that the other end has to answer. */
export const MARK_NONE = 0;
export const MARK_SYN = 1;
export const MARK_DATA = 2;
export const MARK_FIN = 3;

/** What is remembered of one end of a stream: what it sent, and what it acknowledged of the other's. Times are nanoseconds of the capture. */
export class Sender {
  readonly end: StreamEnd;
  packets = 0;
  bytes = 0;
  capturedTwice = 0;
  readonly recent = new RecentSegments();

  // What it sent.
  readonly seen = new SeenRanges();
  readonly inFlight = new InFlight();
  resends: Resends | null = null;
  rtt: RttSamples | null = null;
  /** Smallest time from what it sent to the acknowledgement, at the place of the capture; -1 while there is none. */
  minRttNs = -1;
  /** Payload that fits a segment of this direction, options taken off; longer frames were offloaded. */
  segmentLimit = 1460;
  offloadedFrames = 0;
  longest = 0;
  strays = 0;
  lastNs = 0;
  lastFrame = 0;
  isLastProbe = false;
  /** When the oldest of what is in flight was sent, if nothing of it has been acknowledged. */
  flightStartNs = 0;
  dataNs = 0;
  dataFrame = 0;
  dataLength = 0;
  dataSegments = 0;
  markKind = MARK_NONE;
  markNs = 0;
  markFrame = 0;
  fin: ClosingEvent | null = null;

  // What it acknowledged.
  hasAcked = false;
  maxAck = 0;
  /** How often an acknowledgement went beyond the one before. */
  advances = 0;
  advanceNs = 0;
  dupAcks = 0;
  /** Highest right edge of its SACK blocks, while that is beyond what it acknowledged. */
  hasSack = false;
  sackHigh = 0;
  sackNs = Number.NEGATIVE_INFINITY;
  longestSack = 0;
  window = -1;

  // What its SYN said; -1: nothing.
  mss = -1;
  windowScale = -1;
  hasSynAck = false;
  isSackPermitted = false;
  hasTimestamps = false;
  /** Length of the options that its ordinary segments carry; longer ones are read. */
  plainOptions = 0;

  // What its packets look like, resets left out.
  minTtl = 256;
  maxTtl = -1;
  /** The last that was not 0; 0 while all were; -1 for IPv6. */
  ipId = -1;
  ipIdSteps = 0;
  farthestIpIdStep = 0;
  /** As in the segments while all are alike; -2: none seen yet, -3: they differ. */
  outgoing = -2;

  // Stalls. A frame of 0 or a wait of 0 means that there is none.
  closedFrame = 0;
  closedSinceNs = 0;
  zeroWindow: StallMeter | null = null;
  /** The acknowledgement of its last segment came at `releasedNs`, after the other end had put it off for `heldNs`. */
  heldNs = 0;
  releasedNs = 0;
  /** How long small segments of the other end waited for acknowledgements of this one. */
  delayedAck: StallMeter | null = null;

  constructor(end: StreamEnd) {
    this.end = end;
  }

  notice(segment: TcpSegment): void {
    if (segment.ttl < this.minTtl) this.minTtl = segment.ttl;
    if (segment.ttl > this.maxTtl) this.maxTtl = segment.ttl;
    if (segment.outgoing !== this.outgoing) this.outgoing = this.outgoing === -2 ? segment.outgoing : -3;
    this.lastNs = segment.timeNs;
    this.lastFrame = segment.frame;
    this.window = segment.window;
    const ipId = segment.ipId;
    if (ipId < 0 || (ipId === 0 && this.ipId > 0)) return;
    if (this.ipId > 0 || ipId === 0) {
      const step = ipId === 0 ? 0 : Math.abs(((ipId - this.ipId) << 16) >> 16);
      if (step > this.farthestIpIdStep) this.farthestIpIdStep = step;
      this.ipIdSteps += 1;
    } else {
      this.ipIdSteps = 0;
    }
    this.ipId = ipId;
  }

  mark(kind: number, segment: TcpSegment): void {
    this.markKind = kind;
    this.markNs = segment.timeNs;
    this.markFrame = segment.frame;
  }

  /** The same ends began another connection, with other sequence numbers. */
  restart(seq: number): void {
    this.seen.start(seq);
    this.inFlight.release();
    this.resends?.restart();
    this.strays = 0;
  }

  timed(nowNs: number, rttNs: number): void {
    this.rtt ??= new RttSamples();
    this.rtt.add(nowNs, rttNs);
    this.minRttNs = this.rtt.minNs;
  }
}
