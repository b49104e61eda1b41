import type { Both, StreamEnd } from './capture-analysis.ts';

/* What the streams of a capture carried. Times and ends as in capture-analysis.ts; everything here is untrusted text. */

export interface TlsSeen {
  readonly serverName: string | null;
  readonly alpnOffered: readonly string[];
  readonly alpnChosen: string | null;
  readonly version: string | null;
  readonly cipher: string | null;
  readonly alerts: readonly {
    readonly from: StreamEnd;
    readonly frame: number;
    readonly level: string;
    readonly description: string;
  }[];
  /** Whether the content was read with a key log; `because` says why not. */
  readonly decrypted: boolean;
  readonly because: string | null;
}

/** One header as it was on the wire; secrets are shown by their length only. */
export interface HeaderSeen {
  readonly name: string;
  readonly value: string;
}

/** One HTTP request and its answer. Only heads are kept. */
export interface ExchangeSeen {
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  readonly from: StreamEnd;
  readonly frame: number;
  readonly atMs: number;
  readonly method: string;
  readonly target: string;
  readonly host: string | null;
  readonly headers: readonly HeaderSeen[];
  readonly response: ResponseSeen | null;
}

export interface ResponseSeen {
  readonly frame: number;
  readonly atMs: number;
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly HeaderSeen[];
  /** First bytes of the body of a refusal, as text with control characters left in: escape it. */
  readonly bodyStart: string;
}

/** How an opening handshake of a capture ended. `no-answer`: the capture ends, or the client gave up, before anything came. */
export type UpgradeOutcome = 'accepted' | 'refused' | 'wrong-accept' | 'reset' | 'closed' | 'no-answer' | 'unreadable';

/** One opening handshake: RFC 6455 over HTTP/1.1, or extended CONNECT over HTTP/2 (RFC 8441). */
export interface UpgradeSeen {
  /** Index into `captures` and into `streams` of that capture. */
  readonly capture: number;
  readonly stream: number;
  /** Frame in which the request head begins to be complete. */
  readonly frame: number;
  readonly atMs: number;
  readonly method: string;
  readonly target: string;
  readonly host: string | null;
  readonly from: StreamEnd;
  /** `10.0.0.1:51000`, `[2001:db8::1]:443`. */
  readonly client: string;
  readonly server: string;
  readonly status: number | null;
  readonly outcome: UpgradeOutcome;
  /** One sentence: what came instead of a right 101. */
  readonly because: string;
  readonly responseFrame: number | null;
  readonly elapsedMs: number | null;
  readonly exchange: ExchangeSeen;
}

export interface WebSocketSeen {
  readonly frames: number;
  /** By opcode number, as text: `1`, `2`, `8` ... */
  readonly byOpcode: Readonly<Record<string, number>>;
  readonly messages: Both<number>;
  readonly payloadBytes: Both<number>;
  /** The extension that the 101 agreed on, as written; null when none. */
  readonly extensions: string | null;
  readonly subprotocol: string | null;
  readonly compressedMessages: number;
  /** Why frames could not be read on from some point: bytes that are missing, or a broken frame. */
  readonly unreadable: readonly { readonly from: StreamEnd; readonly frame: number; readonly because: string }[];
}
