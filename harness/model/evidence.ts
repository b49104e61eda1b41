import type { AppliedImpairment } from './impairment.ts';
import type { EncodedDistribution } from './distribution.ts';
import type { ConnectionEnd, HandshakeOutcome } from './outcome.ts';
import type { ConfigLine, ProxyLogEntry } from './service.ts';
import type { Both, LegSeen, StreamSeen } from './capture-analysis.ts';

/*
 * What was recorded. Append-only lines of JSON in the run folder's `evidence/<kind>.ndjson`, never edited.
 * Every `atMs` is Unix time in milliseconds with a fraction (performance.timeOrigin + performance.now()).
 */

/** Bytes that went over a connection in one read or write. */
export interface TimedBytes {
  readonly atMs: number;
  readonly base64: string;
}

/** The client's end of one connection. Byte lists hold the first 64 KiB; the totals hold all. */
export interface ClientConnection {
  readonly startedAtMs: number;
  readonly connectedAtMs: number | null;
  readonly tlsAtMs: number | null;
  readonly localPort: number | null;
  readonly sent: readonly TimedBytes[];
  readonly received: readonly TimedBytes[];
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly end: ConnectionEnd;
}

/** The origin's end of one connection, as the origin recorded it. */
export interface OriginConnection {
  readonly id: number;
  readonly acceptedAtMs: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly received: readonly TimedBytes[];
  readonly sent: readonly TimedBytes[];
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** What the origin answered: 101, a 4xx, or null when it never answered. */
  readonly status: number | null;
  /** Why it refused, in the origin's words; null when it did not. */
  readonly refusal: string | null;
  /** Frames (data frames) that the origin received and echoed. */
  readonly framesReceived: number;
  readonly end: ConnectionEnd;
}

/** One opening-handshake attempt, seen from both ends. */
export interface HandshakeEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  /** Section and sentence of the requirement, e.g. `RFC 6455 section 4.2.1`. */
  readonly cite: string;
  readonly requirement: string;
  /** Labels (see outcomeLabel) that a correct path may answer with. */
  readonly acceptable: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly client: ClientConnection;
  readonly outcome: HandshakeOutcome;
  /** The echo of a frame sent after (or together with) the handshake; null when the case sends none. */
  readonly echo: {
    readonly sentBytes: number;
    readonly sentWithRequest: boolean;
    readonly echoed: boolean;
    readonly elapsedMs: number | null;
  } | null;
  /** Connections that the origin accepted for this attempt. Empty: the origin never saw it. */
  readonly origin: readonly OriginConnection[];
}

export type IdleMode = 'idle' | 'origin-to-client' | 'client-to-origin' | 'ping';

/** One socket held open with little or no traffic. */
export interface IdleEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly mode: IdleMode;
  /** How long the socket was watched at the most. */
  readonly holdMs: number;
  /** Distance between the messages of the modes that send any. */
  readonly intervalMs: number;
  readonly outcome: HandshakeOutcome;
  readonly openedAtMs: number | null;
  /** When the last frame went in either direction. */
  readonly lastTrafficAtMs: number | null;
  readonly client: ConnectionEnd;
  readonly clientPort: number | null;
  readonly origin: ConnectionEnd | null;
  readonly originConnectionId: number | null;
  /** What became of a message that was sent when the hold was over; null where the socket did not live that long. */
  readonly afterHold?: MessageAfterHold | null;
}

/** A socket that looks open is open when it answers: one text message behind the hold, which the origin owes an echo of. */
export interface MessageAfterHold {
  readonly sentAtMs: number;
  /** When the echo came; null when none did until the wait was over. */
  readonly answeredAtMs: number | null;
  readonly waitedMs: number;
  /** How the connection ended during the wait; `survived`: it still looked open. */
  readonly end: ConnectionEnd;
}

/** One open-loop load slot on one path. Slots of a path and of its control are interleaved: A B B A. */
export interface LoadEvidence {
  readonly path: string;
  readonly scenario: string;
  /** The path under comparison: equal to `path`, or the subject for which this control slot was run. */
  readonly comparedFor: string;
  readonly slot: number;
  readonly requested: LoadShape;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly attempts: number;
  readonly upgraded: number;
  /** Upgrade failures by outcome label; never counted as sessions. */
  readonly upgradeFailures: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly echoed: number;
  /** Messages sent and never echoed by the end of the slot's drain. */
  readonly unanswered: number;
  /** Echoes whose payload was not what was sent. */
  readonly corrupted: number;
  /** Sessions that ended before the slot did, by ConnectionEnd kind. */
  readonly lostSessions: Readonly<Record<string, number>>;
  /** From the due time to the echo. */
  readonly latency: EncodedDistribution;
  /** From TCP connect to a right 101. */
  readonly handshake: EncodedDistribution;
  readonly generator: GeneratorHealth;
}

export interface LoadShape {
  readonly connections: number;
  readonly messagesPerSecond: number;
  readonly durationMs: number;
  readonly payloadBytes: number;
  readonly seed: number;
}

/** Whether the load generator itself was the bottleneck. */
export interface GeneratorHealth {
  /** How late sends were against their due time. */
  readonly lag: EncodedDistribution;
  readonly cpuPercent: number;
  readonly wasBottleneck: boolean;
  readonly because: string;
}

/** Kernel TCP counters of one host's network namespace: what a stimulus moved. */
export interface TcpCounterEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly host: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Differences by the kernel's names: `RetransSegs`, `OutSegs`, `TCPTimeouts` ... Null when the host could not be read. */
  readonly delta: Readonly<Record<string, number>> | null;
}

/** Plain HTTP through the listener that carries the WebSockets. */
export interface HttpEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly requests: readonly HttpExchange[];
  readonly load: HttpLoad | null;
}

export interface HttpExchange {
  readonly caseId: string;
  readonly method: string;
  readonly target: string;
  readonly startedAtMs: number;
  readonly elapsedMs: number;
  readonly status: number | null;
  readonly error: string | null;
  /** Whether the body came back as the origin sent it. */
  readonly bodyIntact: boolean;
  /** The head that reached the origin; null when none did. */
  readonly originHeadBase64: string | null;
  readonly expectedStatus: number;
}

export interface HttpLoad {
  readonly connections: number;
  readonly durationMs: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly non2xx: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}

/** A host as it was started. */
export interface HostEvidence {
  readonly host: string;
  /** Every path the host stands on. */
  readonly paths: readonly string[];
  readonly role: 'client' | 'proxy' | 'origin' | 'link' | 'router';
  readonly service: string | null;
  readonly version: string | null;
  readonly addresses: readonly string[];
  /** The config as started, copied to the run folder, and the path the user knows it by. */
  readonly config: { readonly file: string; readonly label: string } | null;
  readonly configLines: readonly ConfigLine[];
  /** Log file in the run folder. */
  readonly log: string | null;
  readonly congestionControl: string | null;
}

/** A link with the impairments it carried and what it dropped or held. */
export interface LinkEvidence {
  readonly link: string;
  readonly paths: readonly string[];
  readonly applied: readonly AppliedImpairment[];
}

/** What a link dropped or held during one stimulus. */
export interface LinkCounterEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly link: string;
  readonly delta: { readonly droppedPackets: number; readonly heldPackets: number; readonly forwardedPackets: number } | null;
}

/** A proxy's log line that was written while a stimulus ran on a path. */
export interface ProxyLogEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly host: string;
  readonly entry: ProxyLogEntry;
}

/** A stimulus that could not be run, and why: never silently absent. */
export interface AbsenceEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly what: string;
  readonly code: string;
  readonly because: string;
}

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

export interface EvidenceByKind {
  readonly handshakes: HandshakeEvidence;
  readonly idles: IdleEvidence;
  readonly loads: LoadEvidence;
  readonly tcpCounters: TcpCounterEvidence;
  readonly http: HttpEvidence;
  readonly hosts: HostEvidence;
  readonly links: LinkEvidence;
  readonly linkCounters: LinkCounterEvidence;
  readonly proxyLogs: ProxyLogEvidence;
  readonly absences: AbsenceEvidence;
  readonly captures: CaptureEvidence;
  readonly legs: LegEvidence;
  readonly sockets: SocketEvidence;
  readonly instruments: InstrumentEvidence;
}

export type EvidenceKind = keyof EvidenceByKind;

export const EVIDENCE_KINDS = [
  'handshakes',
  'idles',
  'loads',
  'tcpCounters',
  'http',
  'hosts',
  'links',
  'linkCounters',
  'proxyLogs',
  'absences',
  'captures',
  'legs',
  'sockets',
  'instruments',
] as const satisfies readonly EvidenceKind[];

/** A line of evidence with the place it was read from. */
export type Recorded<T> = T & { readonly ref: { readonly file: string; readonly line: number } };
