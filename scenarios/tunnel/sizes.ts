import type { PlayCase } from '../../harness/index.ts';
import { bigFrame } from './play-frames.ts';
import { bothWays } from './tunnel-case.ts';

const SIZES: readonly { readonly count: number; readonly name: string; readonly slow?: true }[] = [
  { count: 0, name: '0' },
  { count: 1, name: '1' },
  { count: 125, name: '125' },
  { count: 126, name: '126' },
  { count: 127, name: '127' },
  { count: 65_535, name: '65535' },
  { count: 65_536, name: '65536' },
  { count: 1_048_576, name: '1-mib' },
  { count: 16_777_216, name: '16-mib', slow: true },
];

/** A frame of every class of length, each way. */
export const sizeCases: readonly PlayCase[] = SIZES.flatMap(({ count, name, slow }, index) =>
  bothWays(
    {
      id: `size-${name}`,
      title: `A frame of ${count} bytes`,
      cite: 'RFC 6455 section 5.2',
      requirement: 'A payload has any length that its 7, 16 or 64 bits can say; behind the 101 a path carries bytes, not messages.',
      ...(slow === undefined ? {} : { slow, deadlineMs: 20_000 }),
    },
    (from) => bigFrame(from, count, index + 1),
  ),
);
