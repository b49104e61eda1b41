import type { SurvivalEvidence, SurvivingSocket } from '../model/action-evidence.ts';
import type { ForeignClientEvidence } from '../model/client-evidence.ts';
import type { ClientConnection, IdleMode, MessageAfterHold } from '../model/evidence.ts';
import type { LoadBucket } from '../model/load.ts';
import type { LoadReply, LoadRequest, StopReply, StopRequest, UsageReply, UsageRequest } from './load-protocol.ts';
import type { CoexistReply, CoexistRequest, Endpoint, HttpReply, HttpRequest } from './http-protocol.ts';
import type { LadderMode } from '../model/ladder-mode.ts';
import type { ConnectionEnd, HandshakeOutcome } from '../model/outcome.ts';
import type { PlayedEnd, Step } from '../model/play.ts';

/*
 * What the harness and the driver (inside the client host) say to each other: one JSON value a line.
 * Harness to driver on stdin: DriverRequest. Driver to harness on stdout: DriverReply. One request at a time is timed;
 * the driver answers each exactly once, in any order, by `id`. Anything on stderr is the driver's own log.
 */

export type { LoadReply, LoadRequest, StopReply, StopRequest, UsageReply, UsageRequest } from './load-protocol.ts';
export type { CoexistReply, CoexistRequest, Endpoint, HttpReply, HttpRequest, StreamReply } from './http-protocol.ts';

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
  /** A Ping is sent instead, to an origin that may not echo messages; any frame is its answer. */
  readonly afterHold?: 'ping';
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

/** Connections that follow scripts, `atOnce` of them at a time. Replies are in the order of the plays. */
export interface PlayRequest {
  readonly kind: 'play';
  readonly plays: readonly {
    readonly endpoint: Endpoint;
    /** The request head and what goes with it, each write after its own delay. */
    readonly head: readonly { readonly base64: string; readonly delayMs: number }[];
    /** The key that was sent, to judge the accept value; null when none was. */
    readonly key: string | null;
    readonly steps: readonly Step[];
    /** From the start; whatever is not over then is ended by the client. */
    readonly deadlineMs: number;
  }[];
  readonly atOnce: number;
  readonly deadlineMs: number;
}

export interface PlayReply {
  readonly plays: readonly { readonly client: PlayedEnd; readonly outcome: HandshakeOutcome }[];
}

/** Every socket at once, each quiet in its own way, until it is cut or the watch is over. */
export interface LadderRequest {
  readonly kind: 'ladder';
  readonly sockets: readonly {
    readonly endpoint: Endpoint;
    readonly mode: LadderMode;
    /** Distance between messages, or between the bytes of a head that never ends. */
    readonly intervalMs: number;
    /** `keep-alive-idle` only: a second request is sent after so long; null: none, the connection is watched. */
    readonly reuseAfterMs: number | null;
  }[];
  readonly watchMs: number;
  /** For connecting and opening. */
  readonly deadlineMs: number;
}

/** What became of one rung. */
export interface LadderSocket {
  /** When the quiet began; null: it never came to that. */
  readonly startedAtMs: number | null;
  /** Until the path ended it or answered for it; null when neither was seen. */
  readonly limitMs: number | null;
  readonly clientPort: number | null;
  readonly end: ConnectionEnd;
  /** Status that came in the quiet: 408, 504; for a reused connection that of the second answer. */
  readonly status: number | null;
  /** Why it did not begin, as an outcome label; null when it did. */
  readonly failure: string | null;
  /** How far the measured limit may be off: the quiet may have begun earlier for the other side, and this program may have been late. */
  readonly slackMs: number;
}

export interface LadderReply {
  readonly sockets: readonly LadderSocket[];
}

/** Opens sockets one after the other until one is not accepted, then some more; then lets some go and looks how long it takes. */
export interface CapacityRequest {
  readonly kind: 'capacity';
  readonly endpoint: Endpoint;
  /** Most that are held. */
  readonly most: number;
  /** How many are tried above what was accepted. */
  readonly above: number;
  /** How long each waits for its answer. */
  readonly patienceMs: number;
  /** How many are let go. */
  readonly release: number;
  readonly recoverMs: number;
  readonly deadlineMs: number;
}

export interface CapacityReply {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly opened: number;
  /** By what the client saw: a status, `silent` (connected, no answer), `no-connect`, `refused`, `reset`, `closed`. */
  readonly above: Readonly<Record<string, number>>;
  readonly heldAnswered: number;
  readonly recoveredAfterMs: number | null;
}

/**
 * Opens sockets with numbered messages, replies when all are open, and goes on in the background: with messages, with one new handshake
 * after the other, and with clients that come back when their socket is lost, until `survived` asks what became of them.
 */
export interface SurviveRequest {
  readonly kind: 'survive';
  /** Names the watch; unique among those that run. */
  readonly group: string;
  readonly endpoint: Endpoint;
  readonly sockets: number;
  /** Between two messages of a socket, the first ten; then they are five times as far apart. */
  readonly everyMs: number;
  /** Between two new handshakes, at first and while they fail. */
  readonly probeEveryMs: number;
  /** The watch ends by itself then. */
  readonly atMostMs: number;
  /** For the opening. */
  readonly deadlineMs: number;
}

export interface SurviveReply {
  readonly opened: number;
  readonly outcomes: readonly HandshakeOutcome[];
}

/** Ends a watch. */
export interface SurvivedRequest {
  readonly kind: 'survived';
  readonly group: string;
}

export interface SurvivedReply {
  readonly sockets: readonly SurvivingSocket[];
  readonly newHandshakes: SurvivalEvidence['newHandshakes'];
  /** When each lost socket tried to come back (Unix ms). */
  readonly reconnects: readonly number[];
}

/** Sockets that a real browser opens, one after the other. */
export interface BrowserRequest {
  readonly kind: 'browser';
  /** The browser's program, by its path or by a name on PATH. */
  readonly program: string;
  readonly sockets: readonly {
    readonly endpoint: Endpoint;
    readonly subprotocols: readonly string[];
    /** Is sent as one message, which the origin echoes. */
    readonly text: string;
    readonly limitMs: number;
  }[];
  readonly deadlineMs: number;
}

export interface BrowserReply {
  readonly version: string;
  readonly sockets: readonly {
    readonly startedAtMs: number;
    readonly endedAtMs: number;
    readonly outcome: HandshakeOutcome;
    readonly echoed: boolean | null;
    readonly closeCode: number | null;
    readonly subprotocol: string;
    /** What the browser's console says about it. */
    readonly words: string;
  }[];
}

/** Sockets that are asked for in other ways than a WebSocket client's usual one, `atOnce` at a time. Replies are in the order of the attempts. */
export interface TransportRequest {
  readonly kind: 'transport';
  readonly attempts: readonly {
    readonly endpoint: Endpoint;
    /** Protocols offered in TLS; empty: the extension is left out. */
    readonly alpn: readonly string[];
    /** Goes out on the TCP connection before anything else; empty: nothing. */
    readonly prefaceBase64: string;
    /** `upgrade`: HTTP/1.1 whatever was agreed on; `http2`: HTTP/2 without asking where there is no TLS; `agreed`: as TLS says. */
    readonly speak: 'upgrade' | 'http2' | 'agreed';
    readonly key: string;
    /** Is sent as one message, which the origin echoes; again and again while the socket is held. */
    readonly text: string;
    /** Targets of ordinary requests beside the socket on the same HTTP/2 connection, which must get 200. */
    readonly beside: readonly string[];
    /** How an HTTP/2 socket ends: with a Close frame, or with RST_STREAM. */
    readonly end: 'close' | 'reset-stream';
    /** How long the socket stays open after its first echo; after RST_STREAM: how long the connection stays. */
    readonly holdMs: number;
    readonly limitMs: number;
  }[];
  readonly atOnce: number;
  readonly deadlineMs: number;
}

export interface TransportReply {
  readonly attempts: readonly {
    readonly startedAtMs: number;
    readonly endedAtMs: number;
    readonly outcome: HandshakeOutcome;
    readonly echoed: boolean | null;
    readonly closeCode: number | null;
    readonly words: string;
    readonly facts: ForeignClientEvidence['facts'];
  }[];
}

export interface DriveByKind {
  readonly handshake: { readonly request: HandshakeRequest; readonly reply: HandshakeReply };
  readonly idle: { readonly request: IdleRequest; readonly reply: IdleReply };
  readonly load: { readonly request: LoadRequest; readonly reply: LoadReply };
  readonly stop: { readonly request: StopRequest; readonly reply: StopReply };
  readonly usage: { readonly request: UsageRequest; readonly reply: UsageReply };
  readonly http: { readonly request: HttpRequest; readonly reply: HttpReply };
  readonly coexist: { readonly request: CoexistRequest; readonly reply: CoexistReply };
  readonly survive: { readonly request: SurviveRequest; readonly reply: SurviveReply };
  readonly survived: { readonly request: SurvivedRequest; readonly reply: SurvivedReply };
  readonly browser: { readonly request: BrowserRequest; readonly reply: BrowserReply };
  readonly play: { readonly request: PlayRequest; readonly reply: PlayReply };
  readonly transport: { readonly request: TransportRequest; readonly reply: TransportReply };
  readonly ladder: { readonly request: LadderRequest; readonly reply: LadderReply };
  readonly capacity: { readonly request: CapacityRequest; readonly reply: CapacityReply };
}

export type DriveKind = keyof DriveByKind;

export type DriverRequest = { readonly [K in DriveKind]: { readonly id: number } & DriveByKind[K]['request'] }[DriveKind];
export type DriverReply =
  | { readonly id: number; readonly ok: true; readonly reply: DriveByKind[DriveKind]['reply'] }
  | { readonly id: number; readonly progress: LoadBucket }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string }
  | { readonly ready: true; readonly node: string };
