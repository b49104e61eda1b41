import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { HarnessError } from '../../../harness/errors.ts';
import { readShardLines, type ShardLines } from '../../../harness/fleet/read-shard-lines.ts';
import { begin, bucket, end, result, told } from './shard-sample.ts';

async function* chunks(bytes: Buffer, size = 4096): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield Promise.resolve(bytes.subarray(from, from + size)) as never;
}
const read = (text: string): Promise<ShardLines> => readShardLines('log', chunks(Buffer.from(text)));
const shard = { index: 0, of: 1 };

describe('readShardLines', () => {
  it('reads the lines of a driver as they were written', async () => {
    const { lines, foreign, cut } = await read(`${result(0, 1).join('\n')}\n`);
    expect({ kinds: lines.map(({ kind }) => kind), foreign, cut }).toEqual({
      kinds: ['begin', 'bucket', 'bucket', 'end'],
      foreign: 0,
      cut: 0,
    });
    expect(lines[1]).toMatchObject({ bucket: bucket(0), line: 2, file: 'log' });
  });

  it.each(['[pod/hopscope-steady-0-x7k/driver] ', 'driver-1  | ', '2026-01-31T12:00:00.000000000Z '])(
    'passes over the prefix %j',
    async (prefix) => {
      const { lines, foreign } = await read(
        result(0, 1)
          .map((line) => `${prefix}${line}\r\n`)
          .join(''),
      );
      expect({ count: lines.length, foreign }).toEqual({ count: 4, foreign: 0 });
    },
  );

  it('counts lines that are not ours and blames nobody for them', async () => {
    const text = ['npm warn something', begin(shard), '', '{"level":"info"}', told(shard, 0), '\u0000\u0001'].join('\n');
    const { lines, foreign } = await read(`${text}\n`);
    expect({ count: lines.length, foreign }).toEqual({ count: 2, foreign: 3 });
  });

  it('leaves out a last line that was cut with its driver', async () => {
    const last = told(shard, 0);
    const { lines, cut } = await read(`${begin(shard)}\n${last.slice(0, 300)}`);
    expect({ kinds: lines.map(({ kind }) => kind), cut }).toEqual({ kinds: ['begin'], cut: 1 });
  });

  it('takes a whole last line without a line feed', async () => {
    expect((await read(result(0, 1).join('\n'))).lines).toHaveLength(4);
  });

  it.each([
    ['a damaged line in between', told(shard, 0).slice(0, 200), /damaged/],
    ['a negative count', told(shard, 0, { sent: -1 }), /bucket\.sent/],
    ['a distribution that does not add up', told(shard, 0, { latency: { ...bucket(0).latency, count: 7 } }), /bucket\.latency/],
    ['another format', end(shard).replace('"hopscopeDrive":1', '"hopscopeDrive":9'), /format 1, got format 9/],
    ['a shard beyond its count', end({ index: 3, of: 2 }), /index below a count/],
    ['an unknown kind', end(shard).replace('"kind":"end"', '"kind":"pause"'), /begin, bucket or end/],
    ['a profile that is none', begin(shard, { profile: {} as never }), /profile/],
  ])('refuses %s, with file and line', async (_, line, words) => {
    const error = await read(`foreign\n${line}\n${end(shard)}\n`).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HarnessError);
    expect(error).toMatchObject({ code: 'RUN_ERR_BAD_EVIDENCE', message: expect.stringMatching(words), place: { file: 'log', line: 2 } });
  });

  it('takes any bytes at all: lines, or an error with a place', async () => {
    const random = seededRandom(7);
    const whole = Buffer.from(`${[...result(0, 2), ...result(1, 2)].join('\n')}\n`);
    const codes = new Set<unknown>();
    for (let round = 0; round < 300; round += 1) {
      const bytes = Buffer.from(whole);
      for (let flips = 0; flips < 3; flips += 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const code: unknown = await readShardLines('log', chunks(bytes)).then(
        () => 'read',
        (caught: unknown) => (caught instanceof HarnessError ? caught.code : caught),
      );
      codes.add(code);
    }
    expect(codes).toEqual(new Set(['read', 'RUN_ERR_BAD_EVIDENCE']));
  });
});
