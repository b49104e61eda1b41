import { describe, expect, it } from 'vitest';
import { foldShards } from '../../../harness/fleet/fold-shards.ts';
import { mergedRun } from '../../../harness/fleet/merged-run.ts';
import { type PlacedLine, readShardLines } from '../../../harness/fleet/read-shard-lines.ts';
import { begin, end, profile, result, told } from './shard-sample.ts';

async function linesOf(...lines: readonly string[]): Promise<readonly PlacedLine[]> {
  async function* one(): AsyncGenerator<Buffer> {
    yield Promise.resolve(Buffer.from(`${lines.join('\n')}\n`)) as never;
  }
  return (await readShardLines('log', one())).lines;
}
const [first, second] = [
  { index: 0, of: 2 },
  { index: 1, of: 2 },
];

describe('foldShards', () => {
  it('adds the buckets of all drivers by their index', async () => {
    const { result: whole, missing, cut, startsWithinMs } = foldShards(await linesOf(...result(0, 3), ...result(2, 3), ...result(1, 3)));
    expect({ missing, cut, startsWithinMs, ended: whole.ended }).toEqual({ missing: [], cut: [], startsWithinMs: 3, ended: 'complete' });
    expect(whole.series.map(({ sent, echoed, open, attempts }) => [sent, echoed, open, attempts])).toEqual([
      [30, 30, 6, 6],
      [30, 30, 6, 0],
    ]);
    expect(whole.series[0]?.latency.count).toBe(30);
    expect(whole).toMatchObject({ startedAtMs: 1_000_000, endedAtMs: 1_002_000 });
  });

  it('takes lines of several drivers in one log, in any mixture', async () => {
    const [a, b] = [result(0, 2), result(1, 2)];
    const mixed = a.flatMap((line, index) => [b[index] ?? '', line]);
    expect(foldShards(await linesOf(...mixed)).result).toEqual(foldShards(await linesOf(...a, ...b)).result);
  });

  it('names shards that are missing, and calls the whole cut', async () => {
    const folded = foldShards(await linesOf(...result(1, 4)));
    expect(folded).toMatchObject({ missing: [0, 2, 3], result: { ended: 'cut' } });
    const { absences } = mergedRun(folded, { files: 1, foreign: 0 });
    expect(absences.map(({ because }) => because)).toContain('no result was given of shard 0, 2, 3 of 4: its part of the load is unknown');
  });

  it('takes a driver without an end as cut, with what it had told', async () => {
    const folded = foldShards(await linesOf(...result(0, 2), begin(second), told(second, 0)));
    expect(folded).toMatchObject({ cut: [1], missing: [], result: { ended: 'cut' } });
    expect(folded.result.series.map(({ sent }) => sent)).toEqual([20, 10]);
  });

  it.each([
    ['a shard that is there twice', [...result(0, 2), ...result(0, 2)], /shard 0\/2 once, got it again after log:1/, 5],
    ['another run', [...result(0, 2), begin(second, { runId: 'run-2' })], /same run id/, 5],
    ['another count', [...result(0, 2), begin({ index: 1, of: 3 })], /same count of shards/, 5],
    ['another load', [...result(0, 2), begin(second, { load: 'other' })], /same load/, 5],
    ['another url', [...result(0, 2), begin(second, { url: 'ws://other/' })], /same url/, 5],
    ['another profile', [...result(0, 2), begin(second, { profile: { ...profile, seed: 2 } })], /profile of shard 0\/2/, 5],
    ['a log without its start', [told(first, 0)], /the start of its log is missing/, 1],
    ['a bucket that is missing', [begin(first), told(first, 1)], /expected 1 bucket lines .* got 0/, 2],
    ['a last bucket that is missing', [begin(first), told(first, 0), end(first)], /expected 2 bucket lines .* got 1/, 3],
    ['lines after the end', [...result(0, 2), told(first, 2)], /nothing of shard 0\/2 after its end/, 5],
  ])('refuses %s, with the place', async (_, lines, words, line) => {
    const read = await linesOf(...lines);
    const fold = (): unknown => foldShards(read);
    expect(fold).toThrow(words);
    expect(fold).toThrow(expect.objectContaining({ code: 'RUN_ERR_BAD_EVIDENCE', place: { file: 'log', line } }));
  });
});
