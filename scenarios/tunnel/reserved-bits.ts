import { OPCODE, type PlayCase } from '../../harness/index.ts';
import { bytesOf, frameOf, type Sender } from './play-frames.ts';
import { bothWays, trafficCase } from './tunnel-case.ts';

const withBits = (from: Sender, bits: number): Buffer => {
  const frame = frameOf(from, { payload: 'reserved' });
  frame[0] = (frame[0] ?? 0) | bits;
  return frame;
};

const UNTOUCHED = 'What a bit or an opcode means is agreed on by the ends; behind the 101 a path carries bytes and judges none.';
const RESERVED_OPCODES = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];

/** What only an extension may use, and what no end may send: a tunnel does not look inside. */
export const reservedCases: readonly PlayCase[] = [
  ...bothWays({ id: 'rsv1', title: 'RSV1 without an extension', cite: 'RFC 6455 section 5.2', requirement: UNTOUCHED }, (from) => [
    bytesOf(withBits(from, 0x40)),
  ]),
  ...bothWays({ id: 'rsv2', title: 'RSV2', cite: 'RFC 6455 section 5.2', requirement: UNTOUCHED }, (from) => [
    bytesOf(withBits(from, 0x20)),
  ]),
  ...bothWays({ id: 'rsv3', title: 'RSV3', cite: 'RFC 6455 section 5.2', requirement: UNTOUCHED }, (from) => [
    bytesOf(withBits(from, 0x10)),
  ]),
  ...bothWays({ id: 'reserved-opcodes', title: 'Every reserved opcode', cite: 'RFC 6455 section 5.8', requirement: UNTOUCHED }, (from) => [
    bytesOf(...RESERVED_OPCODES.map((opcode) => frameOf(from, { opcode, payload: 'x' }))),
  ]),
  trafficCase(
    {
      id: 'unmasked-from-client',
      title: 'A frame of the client without a mask',
      cite: 'RFC 6455 section 5.1',
      requirement: 'The server refuses an unmasked frame with 1002; whoever stands between neither masks nor drops it.',
    },
    { client: [bytesOf(frameOf('origin', { opcode: OPCODE.text, payload: 'unmasked' }))] },
  ),
  trafficCase(
    {
      id: 'masked-from-origin',
      title: 'A frame of the origin with a mask',
      cite: 'RFC 6455 section 5.1',
      requirement: 'The client refuses a masked frame; whoever stands between neither unmasks nor drops it.',
    },
    { origin: [bytesOf(frameOf('client', { opcode: OPCODE.text, payload: 'masked' }))] },
  ),
];
