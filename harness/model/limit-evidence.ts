import type { LadderMode } from './ladder-mode.ts';
import type { ConfigLine, LimitedResource } from './service.ts';
import type { Direction } from './impairment.ts';
import type { ConnectionEnd } from './outcome.ts';

/** One rung of the timeout ladder: how long the path lets one kind of quiet last, against what each host's config says. */
export interface LadderEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly mode: LadderMode;
  readonly direction: Direction | null;
  readonly startedAtMs: number;
  /** How long it was watched at the most. */
  readonly watchedMs: number;
  /** Until it was cut; null when it outlasted the watch. */
  readonly limitMs: number | null;
  readonly clientPort: number | null;
  readonly client: ConnectionEnd;
  readonly origin: ConnectionEnd | null;
  /** By which the durations in the configs were divided; 1 in real time. */
  readonly timeScale: number;
  /** Lines of the configs of the path's hosts that set such a limit, with the limit as it was run. */
  readonly configured: readonly ConfiguredLimit[];
  /** How far `limitMs` may be off, because the client was busy; absent: not known. */
  readonly slackMs?: number;
  /** Distance between the messages of the modes that send any. */
  readonly intervalMs?: number;
  /** HTTP status that came before the cut; null when none did. */
  readonly status?: number | null;
  /** Of `keep-alive-idle`: requests on connections of their own that were idle for almost, just, or more than the limit. */
  readonly reuses?: readonly KeptReuse[];
}

/** A line of a config that sets a limit of time, with the limit as it was run: divided by the time scale. */
export interface ConfiguredLimit {
  readonly host: string;
  readonly line: ConfigLine;
  readonly limitMs: number;
}

/** A second request over a kept connection. */
export interface KeptReuse {
  readonly idleMs: number;
  /** Status of the answer; null when the connection ended without one, or nothing came. */
  readonly status: number | null;
  /** The connection had already ended when the request was to be sent, so nothing was: an ordinary reconnect. */
  readonly endedBefore: boolean;
}

/** What happened at a limit of number: at it, one above it, and after. */
export interface CapacityEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  readonly cite: string;
  /** Of what: `connections`, `connections-per-address`, `open-files`, `queue`, `backlog`, `ports`. */
  readonly resource: LimitedResource;
  /** Host and config line (or kernel setting) that sets it; null when the path declares none. */
  readonly configured: { readonly host: string; readonly limit: number; readonly line: ConfigLine | null } | null;
  /** Sockets that opened before the first that did not. */
  readonly opened: number;
  /** Outcome labels of those above the limit, with counts. */
  readonly above: Readonly<Record<string, number>>;
  /** Whether all sockets that had opened still answered while others were refused. */
  readonly heldAnswered: number;
  /** Time from the first release to the next accepted handshake; null when none was within the watch. */
  readonly recoveredAfterMs: number | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}
