import type { Agenda } from './agenda.ts';
import type { LoadSession } from './load-session.ts';

/** What sends messages: on schedule, or when echoes come. */
export interface MessageSource extends Agenda {
  /** Sends from `startMs` to `endMs`, both of `performance.now()`. */
  begin(startMs: number, endMs: number): void;
  /** Sends nothing more from then on. */
  endAt(endMs: number): void;
  opened(session: LoadSession, nowMs: number): void;
  /** So many messages of the session are no longer on their way. */
  freed(session: LoadSession, count: number, nowMs: number): void;
}
