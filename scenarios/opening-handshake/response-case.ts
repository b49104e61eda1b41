import type { PlayCase, PlayExpectation, Step } from '../../harness/index.ts';

/*
 * Answers to an opening handshake as values: what the origin sends, byte by byte, and what the client may see of it. The key is that of
 * RFC 6455 section 1.3, so that an answer can be written down whole.
 */

export interface ResponseCase {
  readonly id: string;
  readonly title: string;
  readonly cite: string;
  readonly requirement: string;
  /** Header lines of the request; without them the smallest complete handshake. */
  readonly request?: readonly string[];
  readonly origin: readonly Step[];
  /** Without them the client reads the answer and `bodyBytes` behind it. */
  readonly client?: readonly Step[];
  readonly bodyBytes?: number;
  readonly expectation: PlayExpectation;
  /** Takes more than 300 ms by nature. */
  readonly isSlow?: true;
  /** The answer itself comes late. */
  readonly isStalled?: true;
}

export const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const SAMPLE_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
export const REQUEST = [
  'Host: {host}',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Key: ${SAMPLE_KEY}`,
  'Sec-WebSocket-Version: 13',
] as const;

export const SWITCHING = 'HTTP/1.1 101 Switching Protocols';
export const UPGRADE = 'Upgrade: websocket';
export const CONNECTION = 'Connection: Upgrade';
export const ACCEPT = `Sec-WebSocket-Accept: ${SAMPLE_ACCEPT}`;

/** A client gives up on an answer that does not come. */
const DEADLINE_MS = 1500;
/** One that comes late is waited for longer than the machine may be busy with other paths. */
const SLOW_DEADLINE_MS = 4000;

/** The case as a scripted connection: the client reads the answer and what belongs to it, and ends. */
export const playOf = (response: ResponseCase): PlayCase => ({
  id: response.id,
  title: response.title,
  cite: response.cite,
  requirement: response.requirement,
  head: { lines: response.request ?? REQUEST },
  client: response.client ?? [
    { do: 'await-head' },
    ...(response.bodyBytes === undefined ? [] : [{ do: 'await-bytes', count: response.bodyBytes } as const]),
  ],
  origin: response.origin,
  expectation: response.expectation,
  deadlineMs: response.isStalled === true ? SLOW_DEADLINE_MS : DEADLINE_MS,
  slow: response.isSlow === true,
});

/** The bytes of a head with these lines. */
export const head = (lines: readonly string[]): string => [...lines, '', ''].join('\r\n');

/** Sends text as latin1, all at once or in writes of so many bytes. */
export const send = (text: string, cut: { readonly writeBytes?: number; readonly everyMs?: number } = {}): Step => ({
  do: 'send',
  bytes: [{ base64: Buffer.from(text, 'latin1').toString('base64') }],
  ...cut,
});

/** What a client may see when an intermediary is allowed to refuse an answer that is not right. */
export const orBadGateway = (...labels: readonly string[]): PlayExpectation => ({ outcomes: [...labels, '502'] });
export const just = (...labels: readonly string[]): PlayExpectation => ({ outcomes: labels });
