/*
 * Messages that are sent to an origin outside any lab that echoes, and what must come back: whoever sends them and whoever judges the answer make the same bytes.
 */

/** A message by its size and kind. */
export interface KnownMessage {
  readonly bytes: number;
  readonly isText: boolean;
}

/** What is sent over one connection, each message when the one before came back. */
export interface KnownEcho {
  readonly caseId: string;
  readonly title: string;
  readonly messages: readonly KnownMessage[];
  /** The last message goes out in two frames with a Ping between them. */
  readonly isFragmented?: true;
  /** Round trips are read from it. */
  readonly isTimed?: true;
}

/** RFC 6455 section 5.2 has three forms of length, which end at 125 and 65535 bytes; 1 MiB is more than any buffer on the way. */
const SMALL = [0, 125, 126];
const LARGE = [65_535, 65_536, 1_048_576];
const ROUND_TRIPS = 20;
const ROUND_TRIP_BYTES = 32;

const kinds = [true, false] as const;

export const KNOWN_ECHOES: readonly KnownEcho[] = [
  {
    caseId: 'echo-small',
    title: `messages of ${SMALL.join(', ')} bytes, text and binary`,
    messages: kinds.flatMap((isText) => SMALL.map((bytes) => ({ bytes, isText }))),
  },
  ...LARGE.flatMap((bytes) =>
    kinds.map((isText) => ({
      caseId: `echo-${String(bytes)}-${isText ? 'text' : 'binary'}`,
      title: `a ${isText ? 'text' : 'binary'} message of ${String(bytes)} bytes`,
      messages: [{ bytes, isText }],
    })),
  ),
  {
    caseId: 'echo-fragments',
    title: 'a message in two frames with a Ping between them',
    messages: [{ bytes: 64, isText: true }],
    isFragmented: true,
  },
  {
    caseId: 'echo-round-trips',
    title: `${String(ROUND_TRIPS)} messages, one after the other`,
    messages: Array.from({ length: ROUND_TRIPS }, () => ({ bytes: ROUND_TRIP_BYTES, isText: true })),
    isTimed: true,
  },
];

/** What a Ping carries, and its Pong must. */
export const PING_PAYLOAD = Buffer.from('hopscope');

const LETTERS = 26;
const FIRST_LETTER = 97;

/** Letters, or all values of a byte; no two pages of it are alike, so that a piece that is lost or doubled shows. */
export function knownPayload({ bytes, isText }: KnownMessage): Buffer {
  const payload = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; at += 1) {
    const value = Math.imul(at + 1, 0x9e37_79b1) >>> 16;
    payload[at] = isText ? FIRST_LETTER + (value % LETTERS) : value & 0xff;
  }
  return payload;
}
