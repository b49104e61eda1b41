import { OPCODE, type PlayCase } from '../../harness/index.ts';
import { bytesOf, frameOf, type Sender } from './play-frames.ts';
import { bothWays } from './tunnel-case.ts';

const TEXT = Buffer.from('Grüße, мир, 世界, 🙂');
/** In the middle of the four bytes of the last character. */
const WITHIN_CHARACTER = TEXT.length - 2;
const { text, continuation, ping, binary } = OPCODE;

const fragments = (from: Sender, payloads: readonly (string | Buffer)[]): readonly Buffer[] =>
  payloads.map((payload, at) => frameOf(from, { opcode: at === 0 ? text : continuation, payload, fin: at === payloads.length - 1 }));

const halves = (from: Sender): readonly Buffer[] => fragments(from, [TEXT.subarray(0, WITHIN_CHARACTER), TEXT.subarray(WITHIN_CHARACTER)]);

const FRAGMENTS = { cite: 'RFC 6455 section 5.4' } as const;

/** Messages in pieces: as frames, and as segments. */
export const fragmentCases: readonly PlayCase[] = [
  ...bothWays(
    {
      ...FRAGMENTS,
      id: 'utf8-between-fragments',
      title: 'A character that begins in one fragment and ends in the next',
      requirement: 'A fragment may end within a character: only the whole message must be UTF-8 (section 8.1).',
    },
    (from) => [bytesOf(...halves(from))],
  ),
  ...bothWays(
    {
      ...FRAGMENTS,
      id: 'utf8-between-segments',
      title: 'A character that begins in one segment and ends in the next',
      cite: 'RFC 6455 section 5.6',
      requirement: 'Segments are no unit of WebSocket: a frame may be cut anywhere on its way.',
    },
    (from) => [bytesOf(frameOf(from, { payload: TEXT }))],
    { cut: { writeBytes: 5, everyMs: 1 } },
  ),
  ...bothWays(
    {
      ...FRAGMENTS,
      id: 'ping-between-fragments',
      title: 'A Ping between two fragments',
      requirement: 'Control frames may stand between the fragments of a message, and nothing may reorder them.',
    },
    (from) => {
      const [first, second] = halves(from);
      return [bytesOf(first ?? Buffer.alloc(0), frameOf(from, { opcode: ping, payload: 'between' }), second ?? Buffer.alloc(0))];
    },
  ),
  ...bothWays(
    {
      ...FRAGMENTS,
      id: 'hundred-fragments',
      title: 'A message of 100 fragments',
      requirement: 'A message may have any number of fragments.',
    },
    (from) => [
      bytesOf(
        ...fragments(
          from,
          Array.from({ length: 100 }, (_, index) => `part ${index};`),
        ),
      ),
    ],
  ),
  ...bothWays(
    {
      ...FRAGMENTS,
      id: 'empty-fragments',
      title: 'Fragments without a byte',
      requirement: 'A fragment may be empty, the first and the last too.',
    },
    (from) => [bytesOf(...fragments(from, ['', '', 'only', '']))],
  ),
  ...bothWays(
    {
      id: 'thousand-tiny-frames',
      title: '1000 frames of one byte in one write',
      cite: 'RFC 6455 section 5.2',
      requirement: 'Frames may come as closely together as TCP carries them; none is lost and their order stays.',
    },
    (from) => [
      bytesOf(...Array.from({ length: 1000 }, (_, index) => frameOf(from, { opcode: binary, payload: Buffer.from([index & 255]) }))),
    ],
  ),
  ...bothWays(
    {
      id: 'header-byte-by-byte',
      title: 'A frame whose every byte is a segment of its own',
      cite: 'RFC 6455 section 5.2',
      requirement: 'A frame header may come in any number of segments.',
    },
    (from) => [bytesOf(frameOf(from, { payload: 'byte by byte' }))],
    { cut: { writeBytes: 1, everyMs: 1 } },
  ),
];
