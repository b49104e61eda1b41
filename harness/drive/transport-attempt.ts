import type { HandshakeOutcome } from '../model/outcome.ts';
import type { FramedStream } from './framed-stream.ts';
import type { TransportRequest } from './protocol.ts';

export type Attempt = TransportRequest['attempts'][number];
export type Facts = Record<string, string | number | boolean>;

/** What came of asking for a socket over a connection that is there. `framed` null: none opened. */
export interface Opened {
  readonly outcome: HandshakeOutcome;
  readonly framed: FramedStream | null;
  readonly words: string;
  readonly facts: Facts;
}
