import { OPCODE, type PlayCase } from '../../harness/index.ts';
import { bytesOf, frameOf } from './play-frames.ts';
import { bothWays } from './tunnel-case.ts';

const { ping, pong, close } = OPCODE;
const FULL = Buffer.alloc(125, 'p');
const PING = {
  cite: 'RFC 6455 section 5.5.2',
  requirement: 'A Ping is answered by the other end with the same payload: a path that is a tunnel neither answers it nor changes it.',
} as const;

/** Ping, Pong and Close belong to the ends. */
export const controlCases: readonly PlayCase[] = [
  ...bothWays({ ...PING, id: 'ping-empty', title: 'A Ping without payload' }, (from) => [bytesOf(frameOf(from, { opcode: ping }))]),
  ...bothWays({ ...PING, id: 'ping-125', title: 'A Ping with 125 bytes' }, (from) => [
    bytesOf(frameOf(from, { opcode: ping, payload: FULL })),
  ]),
  ...bothWays(
    {
      id: 'pong-unsolicited',
      title: 'A Pong that nobody asked for',
      cite: 'RFC 6455 section 5.5.3',
      requirement: 'A Pong may be sent unasked, as a heartbeat of one direction; it reaches the other end.',
    },
    (from) => [bytesOf(frameOf(from, { opcode: pong, payload: 'heartbeat' }))],
  ),
  ...bothWays(
    {
      id: 'close-with-reason',
      title: 'A Close frame with code and reason',
      cite: 'RFC 6455 section 5.5.1',
      requirement: 'The Close frame with its code and its reason is for the other end, which answers it.',
    },
    (from) => [bytesOf(frameOf(from, { opcode: close, payload: Buffer.from('\x03\xe8see you', 'latin1') }))],
  ),
];
