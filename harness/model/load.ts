import type { EncodedDistribution } from './distribution.ts';

/*
 * A load is two schedules of arrivals, one of connections and one of messages. Neither knows what the path answers: that is what makes it an open loop.
 */

/** One stage of a schedule; stages follow one another without a gap. */
export type Stage =
  /** Evenly growing or shrinking rate; constant where both are equal. A stage of 0 a second is a pause. */
  | { readonly kind: 'rate'; readonly fromPerSecond: number; readonly toPerSecond: number; readonly forMs: number }
  /** `count` at once at the start and after every `everyMs` within `forMs`. */
  | { readonly kind: 'burst'; readonly count: number; readonly everyMs: number; readonly forMs: number };

/** Bytes of a message's payload. */
export type MessageSize =
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'uniform'; readonly fromBytes: number; readonly toBytes: number }
  | { readonly kind: 'weighted'; readonly of: readonly { readonly bytes: number; readonly weight: number }[] };

/** When a lost session comes back: the n-th attempt after `firstMs` times `factor` to the power of n, at the most `mostMs`. */
export interface Reconnect {
  readonly firstMs: number;
  readonly factor: number;
  readonly mostMs: number;
  /** Share of each wait, from 0 to 1, that is drawn evenly at random: 0 waits exactly, 1 anything from 0 to the whole wait. */
  readonly jitter: number;
  /** Attempts in a row after which a session stays away. */
  readonly attempts: number;
}

/** A share of the connections stops reading for `pauseMs` out of every `everyMs`. */
export interface SlowReaders {
  readonly share: number;
  readonly everyMs: number;
  readonly pauseMs: number;
}

/** What a load generator is asked to do. Bounded by `durationMs` and by the counts of its schedules. */
export interface LoadProfile {
  /** `closed`: each connection sends when an echo came, so that a slow path is asked less; its latency says nothing of what users wait for. */
  readonly loop: 'open' | 'closed';
  /** When each connection is due. */
  readonly connections: readonly Stage[];
  /** How long a connection lives from its 101 on; null: until the end of the load. */
  readonly lifeMs: number | null;
  /** Open loop: when each message is due, over all open connections in turn. Empty in a closed loop, and for a load of idle connections. */
  readonly messages: readonly Stage[];
  /** When the schedule of messages begins: `opened`, once every connection that is due at first (burst and rate stages alike) was tried; `together`, with that of the connections. */
  readonly messagesBegin: 'opened' | 'together';
  /** Closed loop: messages in flight on each connection. */
  readonly depth: number;
  /** Closed loop: wait between an echo and the next message. */
  readonly thinkMs: number;
  /** How long the traffic lasts, from the start of the schedule of messages. Nothing is sent after it. */
  readonly durationMs: number;
  readonly size: MessageSize;
  readonly payload: 'text' | 'binary';
  /** Frames that each message is sent in. */
  readonly fragments: number;
  /** Every open connection is pinged so often, evenly spread; null: never. */
  readonly pingEveryMs: number | null;
  /** permessage-deflate without context takeover (RFC 7692). */
  readonly deflate: boolean;
  /** Client addresses that connections are opened from in turn: each has ports of its own. */
  readonly sources: number;
  readonly reconnect: Reconnect | null;
  readonly slowReaders: SlowReaders | null;
  /** Driver processes on the client host that share the load. */
  readonly drivers: number;
  /** Slots of the control path are interleaved with those of the path, A B B A; false: the path alone, and no statement about latency. */
  readonly compared: boolean;
  readonly seed: number;
}

/** One of several generators that share a load: it takes what has this index modulo the count in both schedules. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** Stages of one connection that are timed apart. `firstMessage`: from the 101 to the echo of the first message. `close`: from our Close frame to the end of TCP. */
export const LOAD_PHASES = ['dns', 'connect', 'tls', 'upgrade', 'firstMessage', 'close'] as const;
export type LoadPhase = (typeof LOAD_PHASES)[number];

/** Microseconds by phase; a phase that did not occur is absent. */
export type PhaseTimes = { readonly [Phase in LoadPhase]?: EncodedDistribution };

/** What happened in one piece of time of a load. Everything but `open`, `cpuPercent` and `rssBytes` adds up over time; everything adds up over generators. */
export interface LoadBucket {
  /** From the start of the load to the start of this bucket. */
  readonly atMs: number;
  readonly attempts: number;
  readonly upgraded: number;
  /** By outcome label (`status-503`, `reset`, `timeout`, `wrong-accept` ...); never counted as sessions. */
  readonly upgradeFailures: Readonly<Record<string, number>>;
  /** Sessions that the other side ended, by ConnectionEnd kind. */
  readonly lostSessions: Readonly<Record<string, number>>;
  /** Sessions that came back after they were lost. */
  readonly reconnected: number;
  /** Open sessions at the end of the bucket. */
  readonly open: number;
  /** Messages that were sent, late ones too. */
  readonly sent: number;
  /** Due, and not sent: no session was open, or its send queue was full. */
  readonly missed: number;
  readonly echoed: number;
  readonly corrupted: number;
  readonly pings: number;
  readonly pongs: number;
  /** Echoes that came in this bucket, from the due time (closed loop: from the send) to the echo. */
  readonly latency: EncodedDistribution;
  /** How late sends and connects were against their due time. */
  readonly lag: EncodedDistribution;
  readonly phases: PhaseTimes;
  /** Of one CPU, by the generator. */
  readonly cpuPercent: number;
  readonly rssBytes: number;
}

/** `complete`; `stopped`: before its end, by Ctrl-C or because every upgrade was refused; `cut`: the generator ended, this is what it had told. */
export type LoadEnd = 'complete' | 'stopped' | 'cut';

/** What a generator reports at the end. Counts are the sums over `series`. */
export interface LoadResult {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly ended: LoadEnd;
  readonly bucketMs: number;
  readonly series: readonly LoadBucket[];
}

/** Resources that can be the first to end, in a lab. */
export const KNEE_RESOURCES = [
  'generator-cpu',
  'origin-cpu',
  'proxy-cpu',
  'accept-queue',
  'file-descriptors',
  'ephemeral-ports',
  'configured-limit',
  'memory',
  'unknown',
] as const;
export type KneeResource = (typeof KNEE_RESOURCES)[number];

/** The search for the most that a path sustains. */
export interface KneeEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly of: 'connections' | 'messages';
  /** The condition as it was given: `p99 < 50ms and failures == 0`. */
  readonly limit: string;
  /** In the order they were tried. `value`: connections, or messages a second; `slot` joins it to its `loads` line. */
  readonly steps: readonly {
    readonly value: number;
    readonly slot: number;
    readonly met: boolean;
    readonly because: string;
    readonly measures: Readonly<Record<string, number>>;
  }[];
  /** Highest value at which the condition held; null: at none. */
  readonly sustainable: number | null;
  /** Lowest value at which it did not; null: it held up to the highest that was tried. */
  readonly brokeAt: number | null;
  /** What ended first; null where nothing broke. */
  readonly stoppedBy: { readonly resource: KneeResource; readonly host: string | null; readonly because: string } | null;
}

/** What the programs of one host used while a load ran. */
export interface UsageEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly host: string;
  readonly role: 'client' | 'proxy' | 'origin';
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly samples: readonly UsageSample[];
}

/** Null: could not be read. Counts of the kernel are since `startedAtMs`. */
export interface UsageSample {
  readonly atMs: number;
  /** Of one CPU, since the sample before, all processes of the host's program together. */
  readonly cpuPercent: number | null;
  readonly rssBytes: number | null;
  readonly openFiles: number | null;
  readonly outSegs: number | null;
  readonly retransSegs: number | null;
  /** Connections that the kernel dropped because the accept queue was full (ListenOverflows). */
  readonly listenOverflows: number | null;
}
