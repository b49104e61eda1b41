import type { HandshakeOutcome } from './outcome.ts';
import type { PlayedEnd } from './play.ts';

/** What a correct path must do with a play. What is not said is not judged. */
export interface PlayExpectation {
  /** Outcome labels (see outcomeLabel) that the client may see. */
  readonly outcomes?: readonly string[];
  /** Whether every byte that one end sent after its head must have come to the other, in order and unchanged; `prefix`: what came must be a beginning of it. */
  readonly toOrigin?: 'all' | 'prefix';
  readonly toClient?: 'all' | 'prefix';
  /** How the end must look from there: kinds of ConnectionEnd. */
  readonly endAtOrigin?: readonly string[];
  readonly endAtClient?: readonly string[];
  /** Text that must not reach the origin behind the request, unless who passes it on relays bytes and reads no HTTP. */
  readonly neverAtOrigin?: string;
  /** Within how many milliseconds of the other end's own end, or of the bytes being sent. */
  readonly withinMs?: number;
  /** Timing decides which of the ends that are allowed is seen, and how much came before it: nothing to tell two runs apart by. */
  readonly unsteady?: true;
}

/** One scripted connection, seen from both ends. */
export interface PlayEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  /** Section of the requirement, e.g. `RFC 6455 section 5.4`. */
  readonly cite: string;
  readonly requirement: string;
  readonly expectation: PlayExpectation;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** The request head as it was sent. */
  readonly requestHeadBase64: string;
  readonly outcome: HandshakeOutcome;
  readonly client: PlayedEnd;
  /** Null: the origin never saw it. */
  readonly origin: PlayedEnd | null;
  /** Connections that asked the origin for this play: more than one when a proxy tried again. */
  readonly originConnections: number;
  /** When an end did not read because its script said so. */
  readonly readerPauses?: readonly { readonly end: 'client' | 'origin'; readonly fromMs: number; readonly untilMs: number }[];
}
