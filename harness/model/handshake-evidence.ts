import type { ConnectionEnd, HandshakeOutcome } from './outcome.ts';

/* What was recorded of connections: byte by byte at both ends. `atMs` as in evidence.ts. */

/** Bytes that went over a connection in one read or write. */
export interface TimedBytes {
  readonly atMs: number;
  readonly base64: string;
}

/** The client's end of one connection. Byte lists hold the first 64 KiB; the totals hold all. */
export interface ClientConnection {
  readonly startedAtMs: number;
  readonly connectedAtMs: number | null;
  readonly tlsAtMs: number | null;
  readonly localPort: number | null;
  readonly sent: readonly TimedBytes[];
  readonly received: readonly TimedBytes[];
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly end: ConnectionEnd;
}

/** The origin's end of one connection, as the origin recorded it. */
export interface OriginConnection {
  readonly id: number;
  readonly acceptedAtMs: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly received: readonly TimedBytes[];
  readonly sent: readonly TimedBytes[];
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** What the origin answered: 101, a 4xx, or null when it never answered. */
  readonly status: number | null;
  /** Why it refused, in the origin's words; null when it did not. */
  readonly refusal: string | null;
  /** Frames (data frames) that the origin received and echoed. */
  readonly framesReceived: number;
  readonly end: ConnectionEnd;
}

/** One opening-handshake attempt, seen from both ends. */
export interface HandshakeEvidence {
  readonly path: string;
  readonly scenario: string;
  readonly caseId: string;
  readonly title: string;
  /** Section and sentence of the requirement, e.g. `RFC 6455 section 4.2.1`. */
  readonly cite: string;
  readonly requirement: string;
  /** Labels (see outcomeLabel) that a correct path may answer with. */
  readonly acceptable: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly client: ClientConnection;
  readonly outcome: HandshakeOutcome;
  /** The echo of a frame sent after (or together with) the handshake; null when the case sends none. */
  readonly echo: {
    readonly sentBytes: number;
    readonly sentWithRequest: boolean;
    readonly echoed: boolean;
    readonly elapsedMs: number | null;
  } | null;
  /** Connections that the origin accepted for this attempt. Empty: the origin never saw it. */
  readonly origin: readonly OriginConnection[];
  /** What must have become of the request at the origin, besides what holds for every handshake. */
  readonly atOrigin?: ArrivalExpectation;
  /** What a case asks that is not whether it is upgraded; absent: just that. */
  readonly concern?: HandshakeConcern;
}

/**
 * `size`: whether an answer comes at all; `injection`: whether a value became a field of its own (`X-Injected`); `secret`: whether
 * what it carries shows in a log; `origin`: whether another site's page may open a socket; `body`: what follows the
 * request is no frame, so that how the connection ends after a 101 says nothing.
 */
export type HandshakeConcern = 'size' | 'injection' | 'secret' | 'origin' | 'body';

/** Header fields of a request, by name. */
export interface ArrivalExpectation {
  /** Must arrive with the values that were sent: end-to-end fields (RFC 9110 section 7.6.1). */
  readonly keeps?: readonly string[];
  /** Must not pass an HTTP intermediary: fields that Connection names. */
  readonly drops?: readonly string[];
}
