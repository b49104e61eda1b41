import type { SurvivingSocket } from '../model/action-evidence.ts';
import type { HttpExchange, HttpLoad } from '../model/evidence.ts';

/* Of what harness and driver say to each other (protocol.ts): plain HTTP, by itself and beside sockets. */

/** Where a client connects and what it says it wants. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Server name for SNI. */
  readonly serverName: string;
  /** Request-target. */
  readonly target: string;
  /** Value of the Host header. */
  readonly hostHeader: string;
  /** Value of the Authorization header. Absent: there is none. */
  readonly authorization?: string;
  /** The certificate must be valid for the server name. Absent: it is not verified, as those of the lab cannot be. */
  readonly verify?: boolean;
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

/**
 * Plain HTTP, streams of events and long polls on the listener of sockets: a phase after the other, what is in a phase at the same time. Single
 * requests of all phases use one connection.
 */
export interface CoexistRequest {
  readonly kind: 'coexist';
  /** Of the sockets; the others have targets of their own. */
  readonly endpoint: Endpoint;
  readonly sockets: number;
  /** Between two messages of a socket. */
  readonly everyMs: number;
  /** How long the sockets speak before anything else is sent. */
  readonly aloneMs: number;
  readonly phases: readonly {
    readonly withSockets: boolean;
    readonly streams: readonly { readonly caseId: string; readonly target: string; readonly expectedEvents: number }[];
    readonly requests: HttpRequest['cases'];
    readonly load: HttpRequest['load'];
  }[];
  /** For each phase; half of it for the opening of the sockets. */
  readonly phaseMs: number;
}

/** An answer that came in parts. */
export interface StreamReply {
  readonly caseId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly status: number | null;
  readonly error: string | null;
  /** `sentAtMs` by the origin's clock. */
  readonly events: readonly { readonly sentAtMs: number | null; readonly cameAtMs: number | null }[];
  /** How late this program was at the most meanwhile. */
  readonly lagMs: number;
}

export interface CoexistReply {
  readonly phases: readonly (HttpReply & { readonly streams: readonly StreamReply[] })[];
  readonly sockets: {
    readonly asked: number;
    /** Those that opened. */
    readonly sockets: readonly SurvivingSocket[];
    /** Median round trip of their messages alone, and beside the other traffic; null: none. */
    readonly aloneMs: number | null;
    readonly besideMs: number | null;
  } | null;
}
