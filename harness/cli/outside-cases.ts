import { entryCases } from '../../scenarios/opening-handshake/entry-cases.ts';
import {
  CONNECTION,
  type HandshakeCase,
  HOST,
  KEY,
  PLAIN,
  REFUSED,
  UPGRADE,
  VERSION,
} from '../../scenarios/opening-handshake/handshake-case.ts';
import type { Step } from '../model/play.ts';
import { encodeClose, encodeFrame, OPCODE } from '../wire/frame.ts';
import { KNOWN_ECHOES, type KnownEcho, type KnownMessage, knownPayload, PING_PAYLOAD } from '../wire/known-messages.ts';

/** What is asked of an entry outside a lab: what real clients send, and two wrong handshakes that harm nobody. */
export const outsideHandshakes: readonly HandshakeCase[] = [
  ...entryCases,
  {
    id: 'wrong-no-key',
    title: 'a handshake without a key',
    cite: 'RFC 6455 section 4.2.1 item 5',
    requirement: 'A handshake without Sec-WebSocket-Key is refused with an HTTP error such as 400.',
    lines: [HOST, UPGRADE, CONNECTION, VERSION],
    acceptable: REFUSED,
  },
  {
    id: 'wrong-version',
    title: 'a handshake of version 12',
    cite: 'RFC 6455 section 4.2.2 item 4, section 4.4',
    requirement: 'A version that is not spoken is refused with an HTTP error such as 426, and the versions that are.',
    lines: [HOST, UPGRADE, CONNECTION, KEY, 'Sec-WebSocket-Version: 12'],
    acceptable: REFUSED,
  },
];

/** Lines of a handshake that opened, for connections that send frames; compression is not offered, so that frames can be read. */
export const openingLines = (opened: ReadonlySet<string>): readonly string[] => {
  const one = ['entry-plain', 'entry-browser', 'entry-subprotocol'].find((id) => opened.has(id));
  const lines = outsideHandshakes.find(({ id }) => id === one)?.lines ?? PLAIN;
  return lines.filter((line) => !line.startsWith('Sec-WebSocket-Extensions:'));
};

/** A connection with frames: what it is, and what the client does. */
export interface OutsidePlay {
  readonly id: string;
  readonly title: string;
  readonly cite: string;
  readonly requirement: string;
  readonly steps: readonly Step[];
  /** Its steps are timed, so nothing else may be under way. */
  readonly isTimed: boolean;
}

type Sent = Extract<Step, { readonly do: 'send' }>;

/* A fixed key (RFC 6455 section 5.3 asks for an unpredictable one, against scripts in pages, which nobody is here). */
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
const sent = (...frames: readonly Buffer[]): Sent => ({ do: 'send', bytes: [{ base64: Buffer.concat(frames).toString('base64') }] });
const ping = encodeFrame({ opcode: OPCODE.ping, payload: PING_PAYLOAD, maskKey: MASK });
const goodbye: readonly Step[] = [sent(encodeClose(1000, '', MASK)), { do: 'await-end' }];
/** The least that a server sends for a payload: it may choose other frames than ours, and what is missing then is at most a few bytes of their heads. */
const frameBytes = (payload: number): number => payload + 2;

const basicPlays: readonly Omit<OutsidePlay, 'isTimed'>[] = [
  {
    id: 'ping',
    title: 'a Ping with a payload',
    cite: 'RFC 6455 section 5.5.2, section 5.5.3',
    requirement: 'A Ping is answered with a Pong of the same payload.',
    steps: [{ do: 'await-head' }, sent(ping), { do: 'await-bytes', count: frameBytes(PING_PAYLOAD.length) }, ...goodbye],
  },
  {
    id: 'close',
    title: 'a Close with code 1000',
    cite: 'RFC 6455 section 5.5.1',
    requirement: 'A Close frame is answered with a Close frame.',
    steps: [{ do: 'await-head' }, ...goodbye],
  },
];

const framesOf = (message: KnownMessage): readonly Buffer[] => [
  encodeFrame({ opcode: message.isText ? OPCODE.text : OPCODE.binary, payload: knownPayload(message), maskKey: MASK }),
];

function fragmentsOf(message: KnownMessage): readonly Buffer[] {
  const payload = knownPayload(message);
  const half = Math.floor(payload.length / 2);
  return [
    encodeFrame({ opcode: message.isText ? OPCODE.text : OPCODE.binary, payload: payload.subarray(0, half), fin: false, maskKey: MASK }),
    ping,
    encodeFrame({ opcode: OPCODE.continuation, payload: payload.subarray(half), maskKey: MASK }),
  ];
}

function echoPlay({ caseId, title, messages, isFragmented, isTimed }: KnownEcho): OutsidePlay {
  let count = isFragmented === true ? frameBytes(PING_PAYLOAD.length) : 0;
  const exchanges = messages.flatMap((message): readonly Step[] => {
    count += frameBytes(message.bytes);
    return [sent(...(isFragmented === true ? fragmentsOf(message) : framesOf(message))), { do: 'await-bytes', count }];
  });
  return {
    id: caseId,
    title,
    cite: 'RFC 6455 section 5.4, section 5.6',
    requirement: 'What an origin that echoes is sent comes back, whole and unchanged.',
    steps: [{ do: 'await-head' }, ...exchanges, ...goodbye],
    isTimed: isTimed === true,
  };
}

/** Without an origin that echoes, no message is sent to it. */
export const outsidePlays = (echoes: boolean): readonly OutsidePlay[] => [
  ...basicPlays.map((one) => ({ ...one, isTimed: false })),
  ...(echoes ? KNOWN_ECHOES.map(echoPlay) : []),
];

/** Connections of one URL at the most: handshakes with one that is repeated, two requests, plays, two idle sockets. */
export const MOST_CONNECTIONS = outsideHandshakes.length + 1 + 2 + outsidePlays(true).length + 2;
