import type { ExchangeSeen, TlsSeen, UpgradeSeen, WebSocketSeen } from './content-analysis.ts';

/*
 * What `hopscope analyze` says about captures. Everything that was taken from packets is untrusted text. Times: `...AtMs` are Unix milliseconds with a
 * fraction by the clock of the capture; `...Ms` are durations. `a` is the end that sent the stream's first packet, `b` the other.
 */

/** Version of the analysis JSON; the JSON Schema of the same number is published beside the reports. */
export const ANALYSIS_SCHEMA_VERSION = '1.0.0';

export type StreamEnd = 'a' | 'b';

/** One value for each direction of a stream. */
export interface Both<T> {
  readonly aToB: T;
  readonly bToA: T;
}

/** Counts of Wireshark's labels (version 4.0); `retransmission` includes fast and spurious ones, as Wireshark's field does. */
export interface TcpFlagCounts {
  readonly retransmission: number;
  readonly fast_retransmission: number;
  readonly spurious_retransmission: number;
  readonly out_of_order: number;
  readonly lost_segment: number;
  readonly duplicate_ack: number;
  readonly ack_lost_segment: number;
  readonly keep_alive: number;
  readonly keep_alive_ack: number;
  readonly zero_window: number;
  readonly zero_window_probe: number;
  readonly zero_window_probe_ack: number;
  readonly window_full: number;
  readonly window_update: number;
  readonly reused_ports: number;
}

/** Why a segment was sent again, as far as the capture shows it. */
export type ResendCause = 'timeout' | 'tail-loss-probe' | 'fast-recovery' | 'handshake' | 'unknown';

/** Segments that one end sent again. In a capture taken at that end this is what its kernel counts as RetransSegs. */
export interface Resent {
  /** Captured segments of which any byte had been sent before. */
  readonly frames: number;
  /** The same in segments of the MSS: a frame of an offloaded capture holds several. */
  readonly segs: number;
  readonly bytes: number;
  readonly byCause: Readonly<Record<ResendCause, number>>;
  /** Of them: segments that the receiver reported as already there (DSACK, RFC 2883). */
  readonly needlessSegs: number;
  /** Segments that fill a hole: at a receiver's end, the repairs of losses that happened before the capture. */
  readonly holeFills: number;
  /** Frame numbers of the first of them. */
  readonly firstFrames: readonly number[];
  /** When those frames were captured, in the same order: Unix ms. */
  readonly firstAtMs: readonly number[];
}

export interface RttSummary {
  readonly count: number;
  readonly minMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
  /** At most 60 points over the life of the stream: [Unix ms, median ms of that slice]. */
  readonly overTime: readonly (readonly [number, number])[];
}

/** A reset, with what provoked it and how long it took to come. */
export interface ResetSeen {
  readonly frame: number;
  readonly from: StreamEnd;
  readonly atMs: number;
  /** The last segment of the other end before it. */
  readonly provokedBy: { readonly frame: number; readonly what: 'syn' | 'data' | 'fin' | 'ack'; readonly agoMs: number } | null;
  /** The round-trip time to compare the delay with; null when the stream has none. */
  readonly rttMs: number | null;
  /** The delay is far over the round-trip time: it was held back, or a timer sent it. */
  readonly isLate: boolean;
  /** Why it does not look like the end's own packet: TTL, IP-ID or missing TCP options unlike its other packets. Empty when it does. */
  readonly oddities: readonly string[];
}

/** How one end said that it ends. In order of time. */
export interface ClosingEvent {
  readonly kind: 'close-frame' | 'close-notify' | 'fin' | 'rst';
  readonly from: StreamEnd;
  readonly frame: number;
  readonly atMs: number;
  /** Of a Close frame: status code, null when it carries none. */
  readonly code: number | null;
  readonly reason: string;
}

/** A silence of the whole stream, and what ended it. */
export interface IdleGap {
  readonly startedAtMs: number;
  readonly gapMs: number;
  readonly endedBy: 'data' | 'keep-alive' | 'fin' | 'rst' | 'retransmission' | 'ack' | 'capture-end';
  readonly endedByEnd: StreamEnd | null;
  /** Frame that ended it; null at the end of the capture. */
  readonly frame: number | null;
}

/** One TCP connection of one capture. */
export interface StreamSeen {
  readonly capture: number;
  /** In order of first packet, from 0, as Wireshark's `tcp.stream`. */
  readonly index: number;
  readonly a: string;
  readonly b: string;
  readonly firstFrame: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly packets: Both<number>;
  /** TCP payload. */
  readonly bytes: Both<number>;
  readonly flags: TcpFlagCounts;
  readonly flagsByDirection: Both<TcpFlagCounts>;
  readonly resent: Both<Resent>;
  /** Largest segment that was agreed on, without options; null when no SYN was captured. */
  readonly mss: Both<number | null>;
  /** Frames longer than a segment: the capture shows what was handed to the card, not what went over the wire. */
  readonly offloadedFrames: number;
  /** Frames that were captured a second time; left out of everything but `packets` and `flags`. */
  readonly capturedTwice: number;
  /** From SYN to the first ACK of either end; null when not captured. */
  readonly firstRttMs: number | null;
  readonly handshake: { readonly synToSynAckMs: number; readonly synAckToAckMs: number } | null;
  readonly rtt: Both<RttSummary | null>;
  /** Which end the capture was taken at, and why one thinks so. */
  readonly capturedAt: { readonly end: StreamEnd | 'between' | 'unknown'; readonly because: string };
  /** Set when only one direction was captured. */
  readonly oneSided: StreamEnd | null;
  readonly resets: readonly ResetSeen[];
  readonly closing: readonly ClosingEvent[];
  readonly idleGaps: readonly IdleGap[];
  /** Full-sized segments that are sent again and again and never acknowledged, while small ones pass. */
  readonly mtuBlackhole: { readonly from: StreamEnd; readonly frame: number; readonly segmentBytes: number; readonly tries: number } | null;
  /** Longest time that one end's window stayed closed, and small segments that waited for an acknowledgement (Nagle). */
  readonly stalls: readonly StallSeen[];
  readonly tls: TlsSeen | null;
  readonly exchanges: readonly ExchangeSeen[];
  readonly exchangeCount: number;
  readonly webSocket: WebSocketSeen | null;
}

/** `zero-window`: `by` had no room; `delayed-ack`: a small segment of the other end waited for an acknowledgement that `by` put off. */
export interface StallSeen {
  readonly kind: 'zero-window' | 'delayed-ack';
  readonly by: StreamEnd;
  readonly count: number;
  readonly longestMs: number;
  readonly totalMs: number;
  /** Frame at which the longest one began. */
  readonly frame: number;
}

export interface CaptureSeen {
  /** As the user gave it; `-` is standard input. */
  readonly file: string;
  readonly format: string;
  readonly linkType: string;
  readonly packets: number;
  readonly bytes: number;
  /** Whether the file ends in the middle of a record. */
  readonly truncated: boolean;
  /** Packets that the capture says it lost; null when the format cannot say. */
  readonly dropped: number | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly tcpPackets: number;
  /** Packets cut by the snapshot length. */
  readonly cutPackets: number;
  readonly capturedTwice: number;
  /** What was not TCP or could not be read, by name: `ARP`, `UDP`, `link type 147` ... */
  readonly notAnalysed: Readonly<Record<string, number>>;
  /** Sentences about the capture itself: a clock that jumps back, an odd block, a cut tail. */
  readonly notes: readonly string[];
  readonly hostNames: Readonly<Record<string, string>>;
}

/**
 * What became of the first sending of a segment that was sent again: it never came to the other end's capture; it came after the resend had left; it came, and
 * the receiver asked for it all the same (dropped behind the capture: by that host's own packet filter, or for want of room); it came and was taken.
 */
export type TransitFate = 'lost' | 'delayed' | 'unaccepted' | 'needless' | 'unknown';

/** From some moment on, nothing that one end sent arrived any more, though it tried again. */
export interface Deafness {
  /** First packet that was lost for good, by the near capture's clock. */
  readonly sinceMs: number;
  readonly lostPackets: number;
  /** Of them, segments that repeat one before. */
  readonly resends: number;
  /** Whether each of them was longer than every packet of its sender that arrived. */
  readonly areLongest: boolean;
  /** From the first to the last of them. */
  readonly lastedMs: number;
  /** Silence of both directions before the first of them. */
  readonly silentForMs: number;
  /** Frame of the first of them, in the sender's capture. */
  readonly frame: number;
}

/** A reset at its receiver. `transitMs` null: the other end never sent it, so something between the two did. */
export interface ResetTransit {
  readonly arrivedAt: 'near' | 'far';
  readonly frame: number;
  readonly atMs: number;
  readonly transitMs: number | null;
  /** The quickest packet of the same direction of this stream took this long, by the same clocks. */
  readonly leastTransitMs: number | null;
}

export interface TransitTime {
  readonly meanMs: number;
  readonly maxMs: number;
}

/** A stream that two captures show, one from each end. Index of the capture and of its stream. */
export interface LegSeen {
  readonly near: { readonly capture: number; readonly stream: number };
  readonly far: { readonly capture: number; readonly stream: number };
  /** Add it to the far capture's clock to get the near one's. */
  readonly clockOffsetMs: number;
  /** Null when nothing went in both directions, and the offset is a guess. */
  readonly clockUncertaintyMs: number | null;
  /** Segments sent by the near end and not seen at the far one, and the other way about. */
  readonly lost: { readonly nearToFar: number; readonly farToNear: number };
  /** Packets that came out of nowhere: sent by neither captured end. */
  readonly appeared: { readonly atNear: number; readonly atFar: number };
  readonly reordered: { readonly nearToFar: number; readonly farToNear: number };
  /** How long packets took from one end to the other; null where none arrived. What is wrong with the offset of the clocks is in one direction what it is in the other, with the other sign. */
  readonly transitMs?: { readonly nearToFar: TransitTime | null; readonly farToNear: TransitTime | null };
  /** What became of the first sending of each segment that was sent again. */
  readonly resent: { readonly nearToFar: Readonly<Record<TransitFate, number>>; readonly farToNear: Readonly<Record<TransitFate, number>> };
  readonly deaf: { readonly nearToFar: Deafness | null; readonly farToNear: Deafness | null };
  /** Resets that arrived, the first 10. */
  readonly resets: readonly ResetTransit[];
}

/** The client leg and the server leg of one proxy, matched by what they carried. */
export interface ProxySeen {
  readonly clientLeg: { readonly capture: number; readonly stream: number };
  readonly serverLeg: { readonly capture: number; readonly stream: number } | null;
  readonly because: string;
}

/** Two captures, or two groups of streams, side by side: where the same request was accepted and where it was refused. */
export interface Contrast {
  readonly accepted: { readonly capture: number; readonly stream: number };
  readonly refused: { readonly capture: number; readonly stream: number };
  /** What differs between the two requests, and what was answered. */
  readonly sentence: string;
  readonly headerDifferences: readonly { readonly name: string; readonly accepted: string | null; readonly refused: string | null }[];
}

export interface CaptureAnalysis {
  readonly schemaVersion: string;
  readonly tool: { readonly name: 'hopscope'; readonly version: string };
  /** Labels follow this version of Wireshark. */
  readonly labelsAs: string;
  /** The answer first: sentences to print at the top, in order. */
  readonly answer: readonly string[];
  readonly captures: readonly CaptureSeen[];
  readonly tcp: { readonly streams: number; readonly packets: number; readonly flags: TcpFlagCounts; readonly resentSegs: number };
  readonly upgrades: readonly UpgradeSeen[];
  readonly contrasts: readonly Contrast[];
  readonly legs: readonly LegSeen[];
  readonly proxies: readonly ProxySeen[];
  readonly streams: readonly StreamSeen[];
  readonly websocket: { readonly frames: number; readonly byOpcode: Readonly<Record<string, number>> };
}
