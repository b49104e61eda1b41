import type { PlayCase, Step } from '../../harness/index.ts';
import { awaitOf, bytesOf, frameOf, sendOf, type Sender } from './play-frames.ts';
import { ACK, ACK_BYTES, bothWays, HEAD, WHOLE } from './tunnel-case.ts';

const PIECE = 65_536;
const PIECES = 192;
const TOTAL = PIECE * PIECES;
const HELD_MS = 400;

const fill: readonly Step[] = Array.from({ length: PIECES }, (_, index) => sendOf([{ seed: 60 + index, count: PIECE }]));
const hold: readonly Step[] = [{ do: 'pause-reading' }, { do: 'sleep', ms: HELD_MS }, { do: 'resume-reading' }];

const PRESSURE = {
  slow: true,
  deadlineMs: 20_000,
  cite: 'RFC 9293 section 3.8.6',
  requirement:
    'A reader that stops is felt by the sender through closed windows, with bounded memory between; once it reads again every byte comes.',
  expectation: WHOLE,
} as const;

/** A reader that stops for a while, each way: how much the path takes before it blocks. */
const slowReaders: readonly PlayCase[] = [
  {
    ...PRESSURE,
    id: 'slow-reader-origin',
    title: 'The origin does not read for a while',
    client: [HEAD, ...fill, awaitOf(ACK_BYTES)],
    origin: [{ do: 'upgrade' }, ...hold, awaitOf(TOTAL), sendOf([ACK])],
  },
  {
    ...PRESSURE,
    id: 'slow-reader-client',
    title: 'The client does not read for a while',
    client: [HEAD, ...hold, awaitOf(TOTAL)],
    origin: [{ do: 'upgrade' }, ...fill],
  },
];

const LATE = bytesOf(frameOf('origin', { payload: 'said after the other end had finished' }));
const FRAME = (from: Sender): Step => sendOf([bytesOf(frameOf(from, { payload: 'the last words' }))]);
const afterEnd = (from: Sender): readonly Step[] => [{ do: 'await-end' }, { do: 'sleep', ms: 20 }, FRAME(from), { do: 'fin' }];

const HALF_CLOSE = {
  deadlineMs: 1000,
  cite: 'RFC 9293 section 3.6',
  requirement: 'A FIN ends one direction. The other may go on: the end that still sends is told, and what it sends arrives.',
} as const;

const halfCloses: readonly PlayCase[] = [
  {
    ...HALF_CLOSE,
    id: 'half-close-client',
    title: 'The client ends its direction, the origin goes on',
    client: [HEAD, FRAME('client'), { do: 'fin' }, { do: 'await-end' }],
    origin: [{ do: 'upgrade' }, ...afterEnd('origin')],
    expectation: { ...WHOLE, endAtOrigin: ['fin'] },
  },
  {
    ...HALF_CLOSE,
    id: 'half-close-origin',
    title: 'The origin ends its direction, the client goes on',
    client: [HEAD, ...afterEnd('client'), { do: 'await-end' }],
    origin: [{ do: 'upgrade' }, sendOf([LATE]), { do: 'fin' }, { do: 'await-end' }],
    expectation: { ...WHOLE, endAtClient: ['fin'] },
  },
];

/** What meets the buffers and the ends of a path. */
export const pressureCases: readonly PlayCase[] = [
  ...slowReaders,
  ...halfCloses,
  ...bothWays(
    {
      id: 'slow-writer',
      title: 'A writer of one byte every 4 ms',
      cite: 'RFC 6455 section 5.2',
      requirement: 'A frame may take any time to come; what has come of it is not held back without end.',
    },
    (from) => [bytesOf(frameOf(from, { payload: 'slow and steady' }))],
    { cut: { writeBytes: 1, everyMs: 4 } },
  ),
];
