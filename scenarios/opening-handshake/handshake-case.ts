import type { HandshakeEvidence } from '../../harness/index.ts';

/*
 * Opening handshakes as values. `lines` are the header lines after the request line, exactly as they go out; `{host}`, `{key}` and
 * `{tag}` stand for this attempt's values. What a correct path may answer is what a strict origin answers, whatever stands in between.
 */

/** How the request's bytes are cut: all at once, in two writes, followed at once by the first frame, or in pieces. */
export type Delivery =
  | 'whole'
  | 'two-segments'
  | 'with-first-frame'
  /** Pieces of so many bytes, so many milliseconds apart. */
  | { readonly pieceBytes: number; readonly everyMs: number }
  /** All but the last bytes, and those later. */
  | { readonly lastBytes: number; readonly afterMs: number };

export interface HandshakeCase {
  readonly id: string;
  readonly title: string;
  readonly cite: string;
  readonly requirement: string;
  readonly method?: string;
  readonly version?: string;
  /** The whole request line instead of method, target and version; `{target}` stands for the target. */
  readonly requestLine?: string;
  /** Appended to the path's request-target. */
  readonly targetSuffix?: string;
  readonly lines: readonly string[];
  /** What ends a line instead of CR LF. */
  readonly lineEnd?: string;
  /** Bytes behind the empty line, as latin1. */
  readonly body?: string;
  readonly delivery?: Delivery;
  /** Outcome labels that a correct path may end with. */
  readonly acceptable: readonly string[];
  /**
   * What must have become of the request where it reaches the origin. An intermediary takes off the hop-by-hop fields (RFC 9110
   * section 7.6.1) and may add to Via, Forwarded and X-Forwarded-*; every other field is end to end.
   */
  readonly atOrigin?: NonNullable<HandshakeEvidence['atOrigin']>;
  readonly concern?: NonNullable<HandshakeEvidence['concern']>;
  /** The connection cannot be used for an echo, whatever is answered: what follows the head is no frame. */
  readonly isEcholess?: true;
  /** Takes more than 300 ms by nature. */
  readonly isSlow?: true;
}

export const HOST = 'Host: {host}';
export const UPGRADE = 'Upgrade: websocket';
export const CONNECTION = 'Connection: Upgrade';
export const KEY = 'Sec-WebSocket-Key: {key}';
export const VERSION = 'Sec-WebSocket-Version: 13';
/** The smallest complete opening handshake. */
export const PLAIN = [HOST, UPGRADE, CONNECTION, KEY, VERSION] as const;

export const ACCEPTED = ['101'] as const;
/** A close without an answer refuses as well; RFC 6455 asks servers for an HTTP error, and says nothing of proxies. */
export const REFUSED = ['400', '426', 'closed', 'reset'] as const;
/** Where a recipient may repair or ignore what is wrong, or refuse it. */
export const EITHER = ['101', ...REFUSED] as const;
