import { OPCODE, type PlayCase, type Step } from '../../harness/index.ts';
import { awaitOf, bigFrame, bytesOf, frameOf, lengthOf, sendOf, type Sender } from './play-frames.ts';
import { ACK, ACK_BYTES, bothWays, HEAD, trafficCase, WHOLE } from './tunnel-case.ts';

const TURNS = 20;
const QUARTER_MIB = 262_144;
const numbered = (from: Sender): readonly Buffer[] =>
  Array.from({ length: 200 }, (_, index) => frameOf(from, { payload: `message ${index}` }));
const turn = (from: Sender): Buffer => frameOf(from, { payload: `${from} speaks` });
const FULL_DUPLEX = { cite: 'RFC 6455 section 1.2', requirement: 'Both ends may send at any time, one without the other.' } as const;

const turns = (mine: Sender, theirs: Sender, first: boolean): readonly Step[] =>
  Array.from({ length: TURNS }, (_, index): readonly Step[] => {
    const say = sendOf([bytesOf(turn(mine))]);
    const hear = awaitOf((index + 1) * turn(theirs).length);
    return first ? [say, hear] : [hear, say];
  }).flat();

/** Who sends when: one way only, both at once, in turns, and right behind the heads. */
export const directionCases: readonly PlayCase[] = [
  ...bothWays({ ...FULL_DUPLEX, id: 'one-way', title: '200 numbered messages one way' }, (from) => [bytesOf(...numbered(from))]),
  trafficCase(
    { ...FULL_DUPLEX, id: 'simultaneous', title: 'Both ends send 256 KiB at the same time' },
    { client: bigFrame('client', QUARTER_MIB, 21), origin: bigFrame('origin', QUARTER_MIB, 22) },
  ),
  {
    ...FULL_DUPLEX,
    id: 'in-turns',
    title: `${TURNS} messages in turns`,
    client: [HEAD, ...turns('client', 'origin', true)],
    origin: [{ do: 'upgrade' }, ...turns('origin', 'client', false)],
    expectation: WHOLE,
  },
  {
    id: 'origin-first',
    title: 'The first frame of the origin in the segment of the 101',
    cite: 'RFC 6455 section 4.2.2',
    requirement: 'The server may send as soon as it has answered: what follows the head of the 101 belongs to the tunnel.',
    client: [HEAD, awaitOf(turn('origin').length), sendOf([bytesOf(turn('client'))]), awaitOf(turn('origin').length + ACK_BYTES)],
    origin: [{ do: 'upgrade', with: [bytesOf(turn('origin'))] }, awaitOf(turn('client').length), sendOf([ACK])],
    expectation: WHOLE,
  },
  {
    id: 'client-with-request',
    title: 'The first frame of the client in the segment of the request',
    cite: 'RFC 6455 section 4.1, RFC 9110 section 7.8',
    requirement: 'A client is to wait for the 101. A path that passes early bytes on passes all of them: it must not lose some.',
    head: { with: [bytesOf(turn('client'))] },
    client: [HEAD, awaitOf(ACK_BYTES)],
    origin: [{ do: 'upgrade' }, awaitOf(turn('client').length), sendOf([ACK])],
    expectation: WHOLE,
  },
];

const BULK_SEED = 40;

/** So many megabytes each way at once, compared by digest. */
export function bulkCases(megabytes: number): readonly PlayCase[] {
  const bytes = (from: Sender) => bigFrame(from, megabytes * 1_000_000, BULK_SEED + (from === 'client' ? 0 : 1));
  const words = {
    slow: true,
    deadlineMs: 20_000 + megabytes * 400,
    cite: 'RFC 6455 section 5.2, RFC 9293 section 3.7',
    requirement: 'A tunnel carries every byte in order, however many they are.',
  } as const;
  return [
    ...bothWays({ ...words, id: 'bulk', title: `${megabytes} MB` }, bytes),
    trafficCase(
      { ...words, id: 'bulk-both', title: `${megabytes} MB each way at once` },
      { client: bytes('client'), origin: bytes('origin') },
    ),
  ];
}

/** A message after a message, with a digest over all: how long each small write takes to arrive. */
export const coalescingCases: readonly PlayCase[] = bothWays(
  {
    id: 'small-writes',
    title: '40 small writes, 3 ms apart',
    cite: 'RFC 9293 section 3.7.4',
    requirement: 'A sender may hold a small segment while one is not acknowledged (Nagle); a proxy of interactive traffic turns that off.',
  },
  (from) => [bytesOf(...Array.from({ length: 40 }, () => frameOf(from, { opcode: OPCODE.text, payload: '12' })))],
  { cut: { writeBytes: lengthOf([bytesOf(frameOf('client', { payload: '12' }))]), everyMs: 3 } },
);
