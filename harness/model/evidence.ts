import type { ActionEvidence, SurvivalEvidence } from './action-evidence.ts';
import type { ForeignClientEvidence, StreamedHttpEvidence } from './client-evidence.ts';
import type { AppliedImpairment } from './impairment.ts';
import type { EncodedDistribution } from './distribution.ts';
import type { KneeEvidence, LoadProfile, LoadResult, PhaseTimes, UsageEvidence } from './load.ts';
import type { ConnectionEnd, HandshakeOutcome } from './outcome.ts';
import type { ConfigLine, ProxyLogEntry } from './service.ts';
import type { CrashEvidence } from './crash-evidence.ts';
import type { CapacityEvidence, LadderEvidence } from './limit-evidence.ts';
import type { PlayEvidence } from './play-evidence.ts';
import type { CaptureEvidence, InstrumentEvidence, LegEvidence, SocketEvidence } from './wire-evidence.ts';
import type { HandshakeEvidence } from './handshake-evidence.ts';

export type {
  TimedBytes,
  ClientConnection,
  OriginConnection,
  HandshakeEvidence,
  ArrivalExpectation,
} from './handshake-evidence.ts';

/*
 * What was recorded. Append-only lines of JSON in the run folder's `evidence/<kind>.ndjson`, never edited.
 * Every `atMs` is Unix time in milliseconds with a fraction (performance.timeOrigin + performance.now()).
 */

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

/** One load slot on one path. Slots of a path and of its control are interleaved: A B B A. Counts are the sums over `series`. */
export interface LoadEvidence extends LoadTotals, LoadResult {
  readonly path: string;
  readonly scenario: string;
  /** The path under comparison: equal to `path`, or the subject for which this control slot was run. */
  readonly comparedFor: string;
  readonly slot: number;
  /** Name of the profile in the spec; the scenario's id where it has one of its own. */
  readonly profile: string;
  readonly requested: LoadProfile;
}

/** What a load came to, over all of its time and all of its generators. */
export interface LoadTotals {
  readonly attempts: number;
  readonly upgraded: number;
  /** Upgrade failures by outcome label; never counted as sessions. */
  readonly upgradeFailures: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly echoed: number;
  /** Messages sent and never echoed by the end of the slot's drain. */
  readonly unanswered: number;
  /** Due and never sent: no session was open, or its send queue was full. */
  readonly missed: number;
  /** Echoes whose payload was not what was sent. */
  readonly corrupted: number;
  /** Sessions that the other side ended before the slot did, by ConnectionEnd kind. */
  readonly lostSessions: Readonly<Record<string, number>>;
  readonly reconnected: number;
  readonly pings: number;
  readonly pongs: number;
  /** From the due time to the echo; in a closed loop from the send. */
  readonly latency: EncodedDistribution;
  readonly phases: PhaseTimes;
  readonly generator: GeneratorHealth;
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
  /** Kernel settings that were made in it for this path; absent: none. */
  readonly sysctls?: Readonly<Record<string, string>>;
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
  readonly delta: {
    readonly droppedPackets: number;
    readonly heldPackets: number;
    readonly forwardedPackets: number;
    /** Packets that the link made up: resets, copies of acknowledgements. Absent: it cannot. */
    readonly injectedPackets?: number;
  } | null;
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
  /** Nobody relies on it: it is told, and changes no verdict. */
  readonly optional?: true;
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
  readonly plays: PlayEvidence;
  readonly actions: ActionEvidence;
  readonly survivals: SurvivalEvidence;
  readonly ladders: LadderEvidence;
  readonly capacities: CapacityEvidence;
  readonly foreignClients: ForeignClientEvidence;
  readonly streamedHttp: StreamedHttpEvidence;
  readonly crashes: CrashEvidence;
  readonly usages: UsageEvidence;
  readonly knees: KneeEvidence;
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
  'plays',
  'actions',
  'survivals',
  'ladders',
  'capacities',
  'foreignClients',
  'streamedHttp',
  'crashes',
  'usages',
  'knees',
] as const satisfies readonly EvidenceKind[];

/** A line of evidence with the place it was read from. */
export type Recorded<T> = T & { readonly ref: { readonly file: string; readonly line: number } };
