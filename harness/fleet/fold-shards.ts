import { HarnessError } from '../errors.ts';
import { mergeResults } from '../measure/fold-load.ts';
import type { LoadBucket, LoadResult } from '../model/load.ts';
import type { PlacedLine } from './read-shard-lines.ts';
import { type ShardBegin, type ShardEnd, shardTitle } from './shard-result.ts';

/** What all drivers of a run came to. */
export interface FoldedShards {
  /** The begin line of the lowest shard that is there; run id, profile and count are the same in all. */
  readonly begin: ShardBegin;
  readonly result: LoadResult;
  /** Shards of which nothing was given. */
  readonly missing: readonly number[];
  /** Shards that were killed or lost their driver. */
  readonly cut: readonly number[];
  readonly shards: readonly { readonly begin: ShardBegin; readonly end: ShardEnd | null }[];
  /** Most that the starts of two drivers may differ by, from the round trips of the barrier; null: they did not meet at one. */
  readonly startsWithinMs: number | null;
}

type Placed<Line> = Line & Pick<PlacedLine, 'file' | 'line'>;

interface Parts {
  readonly begin: Placed<ShardBegin>;
  readonly buckets: LoadBucket[];
  end: Placed<ShardEnd> | null;
}

/**
 * Adds up what the drivers of one run wrote, bucket by bucket. Throws RUN_ERR_BAD_EVIDENCE, with the place, when runs or profiles differ, when a shard is there
 * twice, or when lines of one are missing in between.
 */
export function foldShards(lines: readonly PlacedLine[]): FoldedShards {
  const parts = new Map<number, Parts>();
  for (const line of lines) take(parts, line);
  const shards = [...parts.values()].toSorted((a, b) => a.begin.shard.index - b.begin.shard.index);
  const [first] = shards;
  if (first === undefined)
    throw new HarnessError('RUN_ERR_BAD_EVIDENCE', 'expected the result of at least one driver, got no line of one', {
      place: { file: lines[0]?.file ?? 'the files' },
    });
  for (const { begin } of shards) agree(first.begin, begin);
  const missing = Array.from({ length: first.begin.shard.of }, (_, index) => index).filter((index) => !parts.has(index));
  const ended = shards.map((shard) => ({ shard, end: shard.end?.ended ?? ('cut' as const) }));
  const whole = mergeResults(shards.map(resultOf));
  return {
    begin: first.begin,
    // What a driver that is not there did is as unknown as the rest of one that was killed.
    result: { ...whole, ended: missing.length > 0 ? 'cut' : whole.ended },
    missing,
    cut: ended.filter(({ end }) => end === 'cut').map(({ shard }) => shard.begin.shard.index),
    shards: shards.map(({ begin, end }) => ({ begin, end })),
    startsWithinMs: startsWithin(shards.map(({ begin }) => begin)),
  };
}

function take(parts: Map<number, Parts>, line: PlacedLine): void {
  const { index } = line.shard;
  const part = parts.get(index);
  if (line.kind === 'begin') {
    if (part !== undefined)
      throw bad(line, `expected shard ${shardTitle(line.shard)} once, got it again after ${part.begin.file}:${String(part.begin.line)}`);
    parts.set(index, { begin: line, buckets: [], end: null });
    return;
  }
  if (part === undefined)
    throw bad(line, `expected the begin line of shard ${shardTitle(line.shard)} before its other lines: the start of its log is missing`);
  if (line.runId !== part.begin.runId) throw bad(line, differs('run id', part.begin.runId, line.runId));
  if (line.shard.of !== part.begin.shard.of) throw bad(line, differs('shard', shardTitle(part.begin.shard), shardTitle(line.shard)));
  if (part.end !== null) throw bad(line, `expected nothing of shard ${shardTitle(line.shard)} after its end line`);
  if (line.kind === 'end') {
    if (line.buckets !== part.buckets.length) throw bad(line, gap(line.buckets, part.buckets.length));
    part.end = line;
  } else {
    if (line.index !== part.buckets.length) throw bad(line, gap(line.index, part.buckets.length));
    part.buckets.push(line.bucket);
  }
}

/** Two drivers may only be added when they shared one load. */
function agree(first: ShardBegin, other: Placed<ShardBegin>): void {
  const same = (what: string, a: unknown, b: unknown): void => {
    const [expected, got] = [JSON.stringify(a), JSON.stringify(b)];
    if (expected !== got) throw bad(other, differs(what, expected, got));
  };
  same('run id', first.runId, other.runId);
  same('count of shards', first.shard.of, other.shard.of);
  same('load', first.load, other.load);
  same('url', first.url, other.url);
  same('length of a bucket', first.bucketMs, other.bucketMs);
  if (canonical(first.profile) !== canonical(other.profile))
    throw bad(other, `expected every driver to have the profile of shard ${shardTitle(first.shard)}, got another one of the same name`);
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function resultOf({ begin, buckets, end }: Parts): LoadResult {
  const startedAtMs = end?.startedAtMs ?? begin.startsAtMs;
  return {
    startedAtMs,
    endedAtMs: end?.endedAtMs ?? startedAtMs + buckets.length * begin.bucketMs,
    ended: end?.ended ?? 'cut',
    bucketMs: begin.bucketMs,
    series: buckets,
  };
}

/** Each driver starts so long after it was told; what it was told was on its way for at most its round trip. */
function startsWithin(begins: readonly ShardBegin[]): number | null {
  if (begins.length < 2) return null;
  const trips = begins.flatMap(({ barrier }) => barrier?.roundTripMs ?? []);
  return trips.length < begins.length ? null : Math.ceil(Math.max(...trips));
}

const gap = (expected: number, seen: number): string =>
  `expected ${String(expected)} bucket lines of this shard before this line, got ${String(seen)}: lines of its log are missing`;
const differs = (what: string, expected: string, got: string): string =>
  `expected the same ${what} in every line, got ${got.slice(0, 80)} after ${expected.slice(0, 80)}`;
const bad = ({ file, line }: Pick<PlacedLine, 'file' | 'line'>, message: string): HarnessError =>
  new HarnessError('RUN_ERR_BAD_EVIDENCE', message, { place: { file, line } });
