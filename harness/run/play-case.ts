import type { PlayBytes, Step } from '../model/play.ts';
import type { PlayExpectation } from '../model/play-evidence.ts';
import type { Path } from '../model/path.ts';
import { playBuffer } from '../play/play-chunks.ts';

/** One scripted connection as a value: what is asked, what both ends do, and what a correct path makes of it. */
export interface PlayCase {
  /** Unique in its scenario; letters, digits, dots and hyphens. */
  readonly id: string;
  readonly title: string;
  /** `RFC 6455 section 5.4` */
  readonly cite: string;
  readonly requirement: string;
  /** The request head; absent: the usual opening handshake. */
  readonly head?: PlayHead;
  readonly client: readonly Step[];
  readonly origin: readonly Step[];
  readonly expectation: PlayExpectation;
  /** From the start to the end at both ends; 2000 without it. */
  readonly deadlineMs?: number;
  /** How long after the client's end the origin is still watched; 150 without it, or `expectation.withinMs` where that is longer. */
  readonly settleMs?: number;
  /** Takes more than 300 ms by nature: driven on all paths at once. */
  readonly slow?: boolean;
  /** Why this case is not for a path; null when it is. */
  readonly skipOn?: (path: Path) => string | null;
}

/** In every text {host}, {key} and {target} stand for the path's Host value, a random key and the request target of this play. */
export interface PlayHead {
  /** `GET` without it. */
  readonly method?: string;
  /** `HTTP/1.1` without it. */
  readonly version?: string;
  /** All field lines; absent: Host, Upgrade, Connection, key and version of an ordinary handshake. */
  readonly lines?: readonly string[];
  /** Field lines after those. */
  readonly extraLines?: readonly string[];
  /** The whole head as latin1 text instead of all of the above. It must contain {target}. */
  readonly raw?: string;
  /** Goes in the same write behind the head. */
  readonly with?: readonly PlayBytes[];
  /** How head and all are cut into writes; absent: one. */
  readonly writes?: (head: Buffer) => readonly { readonly bytes: Buffer; readonly delayMs: number }[];
}

const USUAL_LINES = [
  'Host: {host}',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: {key}',
  'Sec-WebSocket-Version: 13',
] as const;

export interface PlayWords {
  readonly target: string;
  readonly host: string;
  readonly key: string;
  /** Value of the Authorization header; absent: there is none. */
  readonly authorization?: string | undefined;
}

/** The request of a play as it is sent. `key` null: none was sent. */
export function playRequest(
  head: PlayHead,
  words: PlayWords,
): {
  readonly writes: readonly { readonly base64: string; readonly delayMs: number }[];
  readonly head: Buffer;
  readonly key: string | null;
} {
  const { method = 'GET', version = 'HTTP/1.1', lines = USUAL_LINES, extraLines = [], raw, with: more = [], writes } = head;
  const own = words.authorization === undefined ? [] : [`Authorization: ${words.authorization}`];
  const text = raw ?? [`${method} {target} ${version}`, ...lines, ...own, ...extraLines, '', ''].join('\r\n');
  const filled = text.replaceAll('{target}', words.target).replaceAll('{host}', words.host).replaceAll('{key}', words.key);
  const bytes = Buffer.from(filled, 'latin1');
  const all = Buffer.concat([bytes, playBuffer(more)]);
  const cut = writes?.(all) ?? [{ bytes: all, delayMs: 0 }];
  return {
    writes: cut.map((write) => ({ base64: write.bytes.toString('base64'), delayMs: write.delayMs })),
    head: bytes,
    key: text.includes('{key}') ? words.key : null,
  };
}
