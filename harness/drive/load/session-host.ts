import type { ConnectionEnd, HandshakeOutcome } from '../../model/outcome.ts';
import type { BucketRecorder } from './bucket-recorder.ts';
import type { LoadKit } from './load-kit.ts';
import type { LoadSession } from './load-session.ts';

/** The load that a session belongs to. */
export interface SessionHost {
  readonly kit: LoadKit;
  readonly recorder: BucketRecorder;
  /** `performance.now()` of the read that is being handled: asked for once a read. */
  nowMs: number;
  /** Messages whose echoes are still to come, over all sessions. */
  outstanding: number;
  /** When an echo came last. */
  echoedAtMs: number;
  opened(session: LoadSession): void;
  /** The opening came to another end than a right 101. */
  refused(session: LoadSession, outcome: HandshakeOutcome): void;
  /** The other side ended an open session, or sent what cannot be read on (`local`). */
  lost(session: LoadSession, kind: Exclude<ConnectionEnd['kind'], 'survived'>): void;
  /** Nothing of a session that was closed or lost is left. */
  gone(session: LoadSession): void;
  /** So many messages of the session are no longer on their way. */
  freed(session: LoadSession, count: number): void;
}
