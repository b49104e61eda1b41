import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LABELS, type Label } from '../../../../harness/wire/tcp/label.ts';
import { type LabelCounts, type LabelledStream, labelledCapture } from '../../../fixtures/labelled-capture.ts';
import { HAS_SHARED_CAPTURES, SHARED_CAPTURES, sharedTruth } from '../../../fixtures/read-packets.ts';

/** What tshark 4.0.17 says. Long lists of frames are kept as a hash. */
interface LabelTruth {
  readonly tcp_packets: number;
  readonly tcp_streams: number;
  readonly flags: LabelCounts;
  readonly streams: Readonly<Record<string, StreamTruth>>;
  readonly flagged_frames: readonly FlaggedFrame[] | { readonly omitted: number; readonly sha256_of_json: string };
}

interface StreamTruth {
  readonly a: string;
  readonly b: string;
  readonly packets: number;
  readonly flags: LabelCounts;
  readonly by_direction?: { readonly 'a>b'?: LabelCounts; readonly 'b>a'?: LabelCounts };
  /** Seconds. */
  readonly irtt?: number;
}

type FlaggedFrame = readonly [frame: number, labels: readonly Label[]];

const truth = sharedTruth() as ReadonlyMap<string, unknown> as ReadonlyMap<string, LabelTruth>;

const total = (all: readonly LabelCounts[]): LabelCounts => {
  const sum: LabelCounts = {};
  for (const counts of all) for (const label of LABELS) if (counts[label] !== undefined) sum[label] = (sum[label] ?? 0) + counts[label];
  return sum;
};

/** As the truth writes it: IPv6 addresses without brackets. */
const inWordsOfTruth = ({ a, b, packets, counts: [ab, ba], labels }: LabelledStream) => ({
  a: a.replace(/[[\]]/gu, ''),
  b: b.replace(/[[\]]/gu, ''),
  packets,
  flags: total([ab, ba]),
  by_direction: { 'a>b': ab, 'b>a': ba },
  irttNs: labels.irttNs,
});

const sortedCopy = (frames: readonly FlaggedFrame[]): FlaggedFrame[] =>
  frames.map(([frame, labels]) => [frame, labels.toSorted((one, other) => rank(one) - rank(other))]);

/** The order in which the truth names the labels of one frame; a hash depends on it. */
const rank = (label: Label): number =>
  LABELS.indexOf(label === 'lost_segment' ? 'window_full' : label) + (label === 'lost_segment' ? 0.5 : 0);

describe.skipIf(!HAS_SHARED_CAPTURES)('labels of recorded captures (kept beside the repository)', () => {
  it.each([...truth])('are those of tshark in every frame of %s', async (name, expected) => {
    const { frames, streams } = await labelledCapture(join(SHARED_CAPTURES, name));
    expect(frames).toHaveLength(expected.tcp_packets);
    const flagged = sortedCopy(frames.filter(({ labels }) => labels.length > 0).map(({ frame, labels }) => [frame, labels]));
    expect(Array.isArray(expected.flagged_frames) ? flagged : hashed(flagged)).toEqual(expected.flagged_frames);
    expect(total(streams.flatMap(({ counts }) => counts))).toEqual(expected.flags);
  });

  it.each([...truth])('come to the same counts in each stream and direction of %s', async (name, expected) => {
    const { streams } = await labelledCapture(join(SHARED_CAPTURES, name));
    expect(streams).toHaveLength(expected.tcp_streams);
    for (const [index, stream] of Object.entries(expected.streams)) {
      const { a, b, packets, flags, by_direction = {}, irtt } = stream;
      const said = {
        a,
        b,
        packets,
        flags,
        by_direction: { 'a>b': {}, 'b>a': {}, ...by_direction },
        irttNs: Math.round((irtt ?? -1e-9) * 1e9),
      };
      expect(inWordsOfTruth(streams[Number(index)] as LabelledStream)).toEqual(said);
    }
  });
});

const hashed = (flagged: readonly FlaggedFrame[]): unknown => ({
  omitted: flagged.length,
  sha256_of_json: createHash('sha256').update(JSON.stringify(flagged)).digest('hex'),
});
