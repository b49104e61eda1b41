/** What a run can do to a host while connections are open. Which of them a proxy knows is its service's own. */
export const HOST_ACTIONS = ['reload', 'upgrade', 'stop', 'kill', 'restart', 'start', 'freeze', 'thaw'] as const;
export type HostActionKind = (typeof HOST_ACTIONS)[number];

/**
 * `reload`: the proxy's documented way to read its config anew; `upgrade`: a new program takes over the listeners; `stop`: its graceful
 * end; `kill`: SIGKILL to all of its processes; `restart`: kill and start; `start`: start again what was stopped or killed; `freeze`,
 * `thaw`: SIGSTOP and SIGCONT. `host` is a proxy, or `origin` (kill, stop, start, restart, freeze, thaw), or `client` (kill, restart).
 */
export interface HostAction {
  readonly host: string;
  readonly do: HostActionKind;
}

/** An action that was done, so that every report can draw it on its time axis. */
export interface ActionEvidence extends HostAction {
  /** Every path that the host stands on. */
  readonly paths: readonly string[];
  readonly scenario: string;
  readonly startedAtMs: number;
  /** When the proxy was ready again, or the process gone; null when that was not seen in time. */
  readonly endedAtMs: number | null;
  /** The commands and signals, in words: `SIGUSR2 to the master`. */
  readonly how: string;
}

/** Numbered sockets that were held open while something was done to a host. */
export interface SurvivalEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  readonly cite: string;
  readonly action: HostAction;
  readonly actionAtMs: number;
  readonly watchedUntilMs: number;
  readonly sockets: readonly SurvivingSocket[];
  /** Handshakes tried one after the other from the action on: when, and how each ended by outcome label. */
  readonly newHandshakes: readonly { readonly atMs: number; readonly outcome: string; readonly elapsedMs: number }[];
  /** Reconnects a second at its highest, when the lost sockets come back at once. */
  readonly reconnectPeakPerSecond: number | null;
  /** Processes of the proxy that are older than the action and still ran, by time. */
  readonly oldProcesses: readonly { readonly atMs: number; readonly count: number }[];
}

/** One socket of them. Messages are numbered at both ends. */
export interface SurvivingSocket {
  readonly clientPort: number | null;
  readonly endedAtMs: number | null;
  /** How: `survived`, `close-frame` with its code, `fin`, `reset`. */
  readonly end: string;
  readonly closeCode: number | null;
  readonly sent: number;
  readonly echoed: number;
  /** Sent before the end and never echoed. */
  readonly lost: number;
  readonly duplicated: number;
}
