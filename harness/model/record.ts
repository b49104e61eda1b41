import type { ResendCause } from './capture-analysis.ts';
import type { Finding } from './finding.ts';
import type { Direction } from './impairment.ts';
import type { HostEvidence, LinkEvidence } from './evidence.ts';
import type { KneeEvidence, LoadPhase } from './load.ts';
import type { Path } from './path.ts';
import type { BaselineResult } from './baseline.ts';
import type { QuarantineResult, Repeats, Standing, ThresholdResult } from './policy-result.ts';
import type { Remedy } from './remedy.ts';
import type { RunFacts } from './run-facts.ts';
import type { Verdict } from './verdict.ts';

/** Version of record.json; the JSON Schema of the same number is published beside the reports. */
export const RECORD_SCHEMA_VERSION = '1.4.0';

/** Latency of a path against its control, in milliseconds, from interleaved slots of the same run. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  /** Points for a percentile plot: [percentile 0..100, milliseconds]. */
  readonly curve: readonly (readonly [number, number])[];
}

/** One percentile of a path against its control's, in milliseconds, with the 99 % interval of the difference. All slots of each are merged. */
export interface LatencyDifference {
  readonly percentile: number;
  readonly subjectMs: number;
  readonly controlMs: number;
  readonly deltaMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** The interval leaves out 0, and both samples are large enough to bound the percentile. */
  readonly isDifferent: boolean;
  /** A difference would have had to be larger than this to be told from none. */
  readonly smallestDetectableMs: number;
}

export interface LoadSummary {
  readonly attempts: number;
  readonly upgraded: number;
  readonly upgradeFailures: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly echoed: number;
  readonly latency: LatencySummary | null;
  readonly controlLatency: LatencySummary | null;
  /** Of p50, p90, p99, and p99.9 where there are enough echoes. Empty: there was no control to compare with. */
  readonly differences: readonly LatencyDifference[];
  readonly generatorWasBottleneck: boolean;
  readonly generatorNote: string;
}

/** Kernel counters of one host, summed over one path's stimuli. Null: not measured, and never printed as 0. */
export interface TcpSummary {
  readonly host: string;
  /** Segments sent again, needless ones included; `outSegs` counts none of them (RFC 4022). */
  readonly retransSegs: number | null;
  readonly outSegs: number | null;
  /** Of the retransmitted ones: those that the receiver already had, as its DSACKs say (RFC 2883). They tell of no loss. */
  readonly needlessSegs?: number | null;
}

/** What the captures at both ends of one leg show, over all scenarios. Segments of the end that sends in this direction. */
export interface LegSummary {
  readonly leg: string;
  readonly direction: Direction;
  readonly connections: number;
  readonly segs: number;
  /** Sent again, by the capture at the sender; needless ones included. */
  readonly resentSegs: number;
  readonly byCause: Readonly<Record<ResendCause, number>>;
  /** Packets that left the sender and did not come to the other end; null unless both ends were captured. */
  readonly lostPackets: number | null;
  readonly resets: number;
}

/** Whether injector, kernel and captures agree about a leg in one scenario. */
export interface InstrumentSummary {
  readonly scenario: string;
  readonly leg: string;
  readonly agree: boolean;
  readonly because: string;
}

/** One load over time, as a report draws it: everything on one axis, which begins with the load. Null: not measured. */
export interface LoadChart {
  readonly path: string;
  readonly scenario: string;
  readonly profile: string;
  /** The slot that is drawn; with `comparedFor` it is one line of evidence. */
  readonly slot: number;
  readonly comparedFor: string;
  readonly loop: 'open' | 'closed';
  readonly ended: 'complete' | 'stopped' | 'cut';
  readonly startedAtMs: number;
  readonly bucketMs: number;
  /** One for each bucket, 600 at the most. Latencies are those of the echoes that came in it. */
  readonly points: readonly LoadPoint[];
  readonly hosts: readonly {
    readonly host: string;
    readonly role: 'client' | 'proxy' | 'origin';
    readonly points: readonly {
      readonly atMs: number;
      readonly cpuPercent: number | null;
      readonly rssBytes: number | null;
      readonly openFiles: number | null;
    }[];
  }[];
  /** Segments sent again since the start, by sender. A host whose sockets were not sampled counts those of all its legs together. */
  readonly resent: readonly {
    /** More than one: together. */
    readonly legs: readonly string[];
    readonly host: string;
    readonly points: readonly { readonly atMs: number; readonly retransSegs: number }[];
  }[];
  /** What was done meanwhile: a reload, a restart, a freeze until its thaw; and what happened: a crash. `untilMs`: when it was over; null: a moment. */
  readonly events: readonly { readonly atMs: number; readonly untilMs: number | null; readonly title: string }[];
  readonly headroom: LoadHeadroom;
}

/** Whether generator and origin had anything left to give. Where one had not, the latency says nothing about the path. */
export interface LoadHeadroom {
  /** How late 99 % of the sends and connects were at the most. */
  readonly lagP99Ms: number;
  /** Of one CPU, over the whole load. */
  readonly generatorCpuPercent: number;
  /** Of one CPU, the highest of its samples; null: not measured. */
  readonly originCpuPercent: number | null;
  readonly bottleneck: 'client' | 'origin' | null;
  readonly because: string;
}

export interface LoadPoint {
  readonly atMs: number;
  readonly open: number;
  readonly upgraded: number;
  readonly failedUpgrades: number;
  readonly lostSessions: number;
  readonly sent: number;
  readonly echoed: number;
  readonly missed: number;
  readonly corrupted: number;
  readonly pongs: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

/** A load of a named profile on a path: the sums of its slots against those of its control's slots. */
export interface LoadComparison extends LoadSummary {
  readonly path: string;
  /** Id of the control path; null: the profile was run alone, and nothing is said about latency. */
  readonly control: string | null;
  readonly scenario: string;
  readonly profile: string;
  readonly loop: 'open' | 'closed';
  /** Why generator or origin had nothing left in a slot, which makes the latency inconclusive; null: both had. */
  readonly inconclusiveBecause: string | null;
  /** Only the phases that occurred. */
  readonly phases: readonly {
    readonly phase: LoadPhase;
    readonly own: PhaseLatency;
    readonly control: PhaseLatency | null;
    /** Of p50 and p99. */
    readonly differences: readonly LatencyDifference[];
  }[];
}

export type PhaseLatency = Pick<LatencySummary, 'count' | 'p50Ms' | 'p99Ms'>;

/** A scenario on a path. */
export interface Cell {
  readonly path: string;
  readonly scenario: string;
  /** What the audits say, before any policy. */
  readonly observed: Verdict;
  /** What the gate says: an expected failure that happened as declared is a pass. */
  readonly verdict: Verdict;
  /** One sentence: the blame, or why it is a pass. */
  readonly sentence: string;
  /** Why it passes with a failure: the policy makes a warning of it, or the baseline has it. Absent: neither. */
  readonly excuse?: 'warned' | 'known';
}

/** An expectation of a path's data and whether it came true. */
export interface ExpectationResult {
  readonly path: string;
  readonly audit: string;
  readonly scenario: string | null;
  readonly met: boolean;
  readonly because: string;
  /** What was seen instead, when it was not met. */
  readonly seen: string;
  /** It was not met before either, as the baseline says. */
  readonly known?: true;
}

export interface JudgedFinding extends Finding {
  /** Stable within the record: `refused-upgrade/nginx-bare/opening-handshake`, with `#2` when there are several. */
  readonly id: string;
  /** Declared in the path's data, or excused by the policy or the baseline: it fails nothing. */
  readonly expected: boolean;
  /** What the policy or the baseline makes of it. Absent: nothing beside what the path declares and the policy allows. */
  readonly standing?: Standing;
  /** Where several runs were judged together. */
  readonly repeats?: Repeats;
  /** Why it is a known quirk of the program, where it is excused as one. */
  readonly quirk?: string;
  /** Command that runs just this again. */
  readonly reproduce: string;
  /** Patches that were thought of against it, in the order they were tried. Absent: none was looked for. */
  readonly remedies?: readonly Remedy[];
}

export interface PathRecord {
  readonly path: Path;
  readonly verdict: Verdict;
  readonly load: LoadSummary | null;
  readonly tcp: readonly TcpSummary[];
  /** Empty when nothing was captured. */
  readonly legs: readonly LegSummary[];
  readonly instruments: readonly InstrumentSummary[];
  readonly hosts: readonly HostEvidence[];
  readonly links: readonly LinkEvidence[];
}

export interface AuditTitle {
  readonly id: string;
  readonly title: string;
  readonly failureTitle: string;
  readonly cite: string;
}

/** The serialised run that every report is made from. */
export interface RunRecord extends Pick<RunFacts, 'schemaVersion' | 'tool' | 'run' | 'lab' | 'machine' | 'scenarios' | 'subjects'> {
  readonly verdict: Verdict;
  readonly exitCode: number;
  /** The sentence at the top of the report and of the terminal. */
  readonly headline: string;
  readonly audits: readonly AuditTitle[];
  readonly paths: readonly PathRecord[];
  readonly cells: readonly Cell[];
  readonly findings: readonly JudgedFinding[];
  readonly expectations: readonly ExpectationResult[];
  /** Of the policy, one for each path that it is about. */
  readonly thresholds: readonly ThresholdResult[];
  /** Findings that are warnings, those in quarantine among them; `max` null: any number may be. */
  readonly warnings: { readonly count: number; readonly max: number | null };
  readonly quarantines: readonly QuarantineResult[];
  /** Null: the run was held against none. */
  readonly baseline: BaselineResult | null;
  /** Ids of the runs that were judged together, this one the last. Absent: it alone. */
  readonly repeatedRuns?: readonly string[];
  /** Loads of named profiles over time. Empty: there was none. */
  readonly loads: readonly LoadChart[];
  /** The same loads, all slots of each path and profile together. */
  readonly loadComparisons: readonly LoadComparison[];
  /** Searches for the most that a path sustains. */
  readonly knees: readonly KneeEvidence[];
  /** What could not be measured, in sentences. */
  readonly notMeasured: readonly string[];
}
