import type { Both, LegSeen, StreamSeen } from './capture-analysis.ts';

/* What was seen on the wire: captures, legs, sockets, and whether the instruments agree. Kinds of evidence like those in evidence.ts. */

/** One capture file of the run: what one end of a link saw during one scenario. */
export interface CaptureEvidence {
  /** Paths whose packets may be in it. */
  readonly paths: readonly string[];
  readonly scenario: string;
  readonly host: string;
  readonly device: string;
  /** Link that the device leads to. */
  readonly link: string;
  /** Files in the run folder, in order of time; several when it was rotated, or when handshakes and bulk are kept apart. */
  readonly files: readonly string[];
  /** `headers`: only the first bytes of most packets were kept. */
  readonly kept: 'full' | 'headers';
  readonly packets: number;
  /** Packets that the kernel did not hand to the capture; null when that could not be read. */
  readonly droppedPackets: number | null;
  /** Unix ms until which the files are complete; of what came later, while the captures were ended, one end of a leg may have more than the other. */
  readonly completeUntilMs?: number | null;
  /** Whether older packets were overwritten because the size limit was reached. */
  readonly rotatedOut: boolean;
  /** Why there is no capture; null when there is one. */
  readonly absentBecause: string | null;
}

/** What is kept of a stream as evidence: not Wireshark's labels, which anybody can have of the capture; of its exchanges the upgrades and the first. */
export type LegStream = Omit<StreamSeen, 'flags' | 'flagsByDirection'>;

/** One TCP connection of one leg of a path, seen at its two ends. */
export interface LegEvidence {
  readonly path: string;
  readonly scenario: string;
  /** Name of the leg (see legsOf): `client-haproxy`. */
  readonly leg: string;
  readonly from: string;
  readonly to: string;
  readonly links: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Port of the end that opened the connection. */
  readonly clientPort: number;
  readonly serverPort: number;
  /** As captured at the host on the client's side, and at the host on the origin's side; null when that capture has nothing of it. */
  readonly near: LegStream | null;
  readonly far: LegStream | null;
  /** What was lost between the two; null unless both ends were captured. `capture` numbers are meaningless here. */
  readonly transit: LegSeen | null;
  /** Further connections of this leg and scenario on which nothing happened, which have no line of their own. Their packets, by both captures. */
  readonly alike?: { readonly connections: number; readonly packets: Both<number> };
  /** Capture files at the two ends, relative to the run folder. */
  readonly nearFile: string | null;
  readonly farFile: string | null;
}

/** TCP_INFO of one socket of a host while a stimulus ran, as `ss -tin` tells it. */
export interface SocketEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly host: string;
  readonly local: string;
  readonly peer: string;
  readonly samples: readonly SocketSample[];
}

export interface SocketSample {
  readonly atMs: number;
  readonly state: string;
  readonly rttMs: number | null;
  readonly minRttMs: number | null;
  readonly cwndSegs: number | null;
  readonly unackedSegs: number | null;
  readonly retransSegs: number | null;
  readonly bytesRetrans: number | null;
  readonly deliveryRateBitPerSecond: number | null;
  /** Bytes that came and that the program has not read: what grows here belongs to a program that does not read. */
  readonly recvQueueBytes?: number;
  /** Bytes that the program has written and that the other end has not acknowledged. */
  readonly sendQueueBytes?: number;
}

/**
 * Whether injector, kernel and captures agree about one leg while its path was driven alone: what the links say they dropped is what left one end and
 * did not come to the other, and what the kernels say they sent again is what the captures show sent again.
 */
export interface InstrumentEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly leg: string;
  /** Packets that the links of the leg say they dropped; null when they cannot say. 0 for links without impairments. */
  readonly injectorDropped: number | null;
  /** Packets that the capture at one end has and the other has not, both directions; null without captures at both ends. */
  readonly captureLost: number | null;
  /** Segments sent again, by the capture at each sender, over all legs of the two hosts that end this one. */
  readonly captureResent: number | null;
  /** RetransSegs of the same two hosts. A kernel counts all legs of its host together. */
  readonly kernelResent: number | null;
  /** Packets that the two captures say they lost; null when they cannot say. */
  readonly captureDropped: number | null;
  readonly agree: boolean;
  /** One sentence: that they agree, or which instrument to doubt. */
  readonly because: string;
}
