/** One way to ask for a socket that is not a WebSocket client's usual one, and what a path may make of it. */
export interface TransportCase {
  readonly id: string;
  readonly title: string;
  /** `RFC 8441 section 3` */
  readonly cite: string;
  readonly requirement: string;
  /** Paths that it is for: the client speaks TLS there, or does not, or either. */
  readonly on: 'tls' | 'plain' | 'any';
  /** Protocols offered in TLS; absent: `http/1.1` alone. */
  readonly alpn?: readonly string[];
  readonly speak: 'upgrade' | 'http2' | 'agreed';
  /** Server name in TLS; empty: none; absent: the path's own. */
  readonly serverName?: string;
  /** Goes out before anything else. */
  readonly preface?: Buffer;
  readonly beside?: readonly string[];
  readonly end?: 'close' | 'reset-stream';
  readonly holdMs?: number;
  /** Is asked for again in a second round, with the proxy reloaded meanwhile, where its first socket of this kind opened. */
  readonly reload?: true;
  /** Outcome labels of a correct path. */
  readonly acceptable: readonly string[];
  /** Where HTTP/2 was not spoken, or extended CONNECT not offered, whatever came is right. */
  readonly onlyWhereOffered?: true;
  /** What the case tells about the PROXY protocol: the acceptable outcomes follow from whether the path demands a header. */
  readonly proxyHeader?: 'absent' | 'right' | 'mangled';
}

/** What a path may do with what it cannot speak: anything but open a socket. */
export const REFUSED: readonly string[] = [
  '400',
  '403',
  '404',
  '408',
  '421',
  '426',
  '500',
  '501',
  '502',
  '503',
  '505',
  'closed',
  'reset',
  'timeout',
  'connect-failed',
  'malformed-response',
];

export const OPENED: readonly string[] = ['101'];
