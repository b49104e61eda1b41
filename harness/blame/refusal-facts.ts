import type { HostEvidence } from '../model/evidence.ts';
import type { Blame } from '../model/finding.ts';
import type { HandshakeOutcome } from '../model/outcome.ts';
import type { Path } from '../model/path.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { OriginHabit } from './origin-habit.ts';
import type { HandshakeView } from './handshake-view.ts';
import { shownTarget } from '../wire/redact.ts';

/** A host on a busy machine may take this long before it does anything, so a shorter wait shows of none that it kept a request or an answer. */
export const LEAST_WAIT_MS = 1000;

/** Everything that is known of one opening handshake that failed. */
export interface RefusalFacts {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  readonly outcome: HandshakeOutcome;
  readonly view: HandshakeView;
  readonly log: AttemptLog;
  readonly target: string;
  /** When the attempt was over. */
  readonly endedAtMs: number;
  /** Outcome labels that a correct path may end with. */
  readonly acceptable: readonly string[];
  readonly originHabit: OriginHabit;
  readonly control: {
    /** Label of the same case on the control path; null when it was not run there. */
    readonly label: string | null;
    /** Whether the origin's records hold any connection of the control path: without, its silence proves nothing. */
    readonly isOriginRecorded: boolean;
    /** Port of the origin: the control path's client connects to it. */
    readonly port: number;
  };
}

type RefusalCause =
  /** A proxy made the answer; nothing was sent on. */
  | 'answered-itself'
  /** A proxy sent the request to a server that is not the origin. */
  | 'misrouted'
  /** A proxy could not reach its server, while the origin took the control path's connections. */
  | 'server-unreachable'
  /** A proxy kept the request: it neither answered nor passed it on. */
  | 'kept-request'
  /** What reached the origin was no longer what the client sent, and the origin refused it. */
  | 'changed-request'
  /** The origin answered 101 and the client got something else. */
  | 'changed-answer'
  /** A device on a link kept the request, the answer or the connection itself from arriving. */
  | 'swallowed-by-link'
  | 'origin-refused'
  | 'origin-silent'
  | 'undecided';

export interface Refusal {
  readonly cause: RefusalCause;
  /** `because` is the sentence that a finding opens with. */
  readonly blame: Blame;
}

/** The request in words: `GET /socket`. */
export const requestWords = ({ view, target }: RefusalFacts): string => `${view.sent?.method ?? 'GET'} ${shownTarget(target)}`;
