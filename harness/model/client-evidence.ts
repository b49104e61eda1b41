import type { HandshakeOutcome } from './outcome.ts';

/** One socket opened by a client that is not our driver: a real browser, or Node's HTTP/2. */
export interface ForeignClientEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  readonly cite: string;
  /** `chromium`, `http2` ... */
  readonly client: string;
  readonly clientVersion: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: HandshakeOutcome;
  /** Outcome labels that a correct path may answer with. */
  readonly acceptable: readonly string[];
  readonly echoed: boolean | null;
  readonly closeCode: number | null;
  /** What the client itself says about it: the console's line, an HTTP/2 error code. */
  readonly words: string;
  /** HTTP/2 settings, goaway, ALPN and such, by name. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** The head that reached the origin; null when none did. */
  readonly originHeadBase64: string | null;
}

/** A stream of events or a long poll beside sockets on the same listener. */
export interface StreamedHttpEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  readonly cite: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly status: number | null;
  readonly error: string | null;
  /** When each event was sent by the origin, by its own clock, and came to the client. */
  readonly events: readonly { readonly sentAtMs: number | null; readonly cameAtMs: number | null }[];
  readonly expectedEvents: number;
  /** Whether the origin asked proxies not to hold the answer back (`X-Accel-Buffering: no`). */
  readonly unbuffered: boolean;
  /** How late the client was at the most while it read. */
  readonly lagMs: number;
  /** Sockets that were open and spoke meanwhile; null: it was before them, or after. */
  readonly sockets: SocketsBeside | null;
}

/** What became of sockets while other traffic used the same listener. */
export interface SocketsBeside {
  readonly asked: number;
  readonly opened: number;
  /** Those that ended before they were closed. */
  readonly ended: number;
  readonly sent: number;
  readonly echoed: number;
  readonly duplicated: number;
  /** Median round trip of a message before the other traffic, and beside it. */
  readonly aloneMs: number | null;
  readonly besideMs: number | null;
}
