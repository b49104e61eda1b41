import type { EncodedDistribution } from '../model/distribution.ts';
import type {
  ClientConnection,
  GeneratorHealth,
  HttpExchange,
  HttpLoad,
  IdleMode,
  LoadShape,
  MessageAfterHold,
} from '../model/evidence.ts';
import type { ConnectionEnd, HandshakeOutcome } from '../model/outcome.ts';

/*
 * What the harness and the driver (inside the client host) say to each other: one JSON value a line.
 * Harness to driver on stdin: DriverRequest. Driver to harness on stdout: DriverReply. One request at a time is timed;
 * the driver answers each exactly once, in any order, by `id`. Anything on stderr is the driver's own log.
 */

/** Where a client connects and what it says it wants. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Server name for SNI; certificates of the lab are not verified. */
  readonly serverName: string;
  /** Request-target. */
  readonly target: string;
  /** Value of the Host header. */
  readonly hostHeader: string;
}

/** Raw bytes to send, in order, each after its own delay. */
export interface HandshakeRequest {
  readonly kind: 'handshake';
  readonly endpoint: Endpoint;
  readonly chunks: readonly { readonly base64: string; readonly delayMs: number }[];
  /** The key that was sent, to judge the accept value; null when the case sends none. */
  readonly key: string | null;
  readonly deadlineMs: number;
  /**
   * Echo check: the payload of one masked text frame. `with-request`: it is already in `chunks`, only wait for its echo;
   * `after-101`: send it once upgraded; null: none. When upgraded the driver ends with Close 1000 and waits for the answer.
   */
  readonly echo: { readonly text: string; readonly when: 'with-request' | 'after-101' } | null;
}

export interface HandshakeReply {
  readonly client: ClientConnection;
  readonly outcome: HandshakeOutcome;
  readonly echo: { readonly echoed: boolean; readonly elapsedMs: number | null } | null;
}

/** Opens one socket per entry, all at once, holds them, sends a message over those that live, and reports how and when each ended. */
export interface IdleRequest {
  readonly kind: 'idle';
  readonly sockets: readonly { readonly endpoint: Endpoint; readonly mode: IdleMode; readonly intervalMs: number }[];
  readonly holdMs: number;
  /** How long the echo of the message after the hold is waited for. */
  readonly answerMs: number;
  readonly deadlineMs: number;
}

export interface IdleReply {
  readonly sockets: readonly {
    readonly outcome: HandshakeOutcome;
    readonly openedAtMs: number | null;
    readonly lastTrafficAtMs: number | null;
    readonly clientPort: number | null;
    /** How it ended during the hold. */
    readonly end: ConnectionEnd;
    readonly afterHold: MessageAfterHold | null;
  }[];
}

/** One open-loop slot: message n is due at a time that knows nothing of the path's answers. */
export interface LoadRequest {
  readonly kind: 'load';
  readonly endpoint: Endpoint;
  readonly shape: LoadShape;
  readonly deadlineMs: number;
  /** After this many upgrade failures in a row the slot stops: a refusing path is not hammered. */
  readonly maxUpgradeFailures: number;
}

export interface LoadReply {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly attempts: number;
  readonly upgraded: number;
  readonly upgradeFailures: Readonly<Record<string, number>>;
  readonly sent: number;
  readonly echoed: number;
  readonly unanswered: number;
  readonly corrupted: number;
  readonly lostSessions: Readonly<Record<string, number>>;
  readonly latency: EncodedDistribution;
  readonly handshake: EncodedDistribution;
  readonly generator: GeneratorHealth;
}

/** Plain HTTP: single requests with undici, then, when asked for, a load with autocannon. */
export interface HttpRequest {
  readonly kind: 'http';
  readonly endpoint: Endpoint;
  readonly cases: readonly {
    readonly caseId: string;
    readonly method: string;
    readonly target: string;
    readonly bodyText: string | null;
    readonly expectedStatus: number;
    /** The body that the origin sends for this target; null when it is not compared. */
    readonly expectedBodyText: string | null;
  }[];
  readonly load: { readonly target: string; readonly connections: number; readonly requests: number; readonly durationMs: number } | null;
  readonly deadlineMs: number;
}

export interface HttpReply {
  readonly requests: readonly Omit<HttpExchange, 'originHeadBase64'>[];
  readonly load: HttpLoad | null;
}

export interface DriveByKind {
  readonly handshake: { readonly request: HandshakeRequest; readonly reply: HandshakeReply };
  readonly idle: { readonly request: IdleRequest; readonly reply: IdleReply };
  readonly load: { readonly request: LoadRequest; readonly reply: LoadReply };
  readonly http: { readonly request: HttpRequest; readonly reply: HttpReply };
}

export type DriveKind = keyof DriveByKind;

export type DriverRequest = { readonly [K in DriveKind]: { readonly id: number } & DriveByKind[K]['request'] }[DriveKind];
export type DriverReply =
  | { readonly id: number; readonly ok: true; readonly reply: DriveByKind[DriveKind]['reply'] }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string }
  | { readonly ready: true; readonly node: string };
