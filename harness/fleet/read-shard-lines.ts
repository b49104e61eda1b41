import { HarnessError } from '../errors.ts';
import { LineSplitter, type SplitLine } from '../wire/line-splitter.ts';
import { isLoadProfile, wrongBucket } from './checked-load.ts';
import { LINE_START, SHARD_RESULT_VERSION, type ShardLine } from './shard-result.ts';

/** A line of ours with the place it was read from. */
export type PlacedLine = ShardLine & { readonly file: string; readonly line: number };

export interface ShardLines {
  readonly lines: readonly PlacedLine[];
  /** Lines that are not ours: of a log collector, of Node, of a shell. */
  readonly foreign: number;
  /** A last line that was cut: its driver was killed while it wrote. */
  readonly cut: number;
}

/** A bucket holds a few distributions of at most some 37,000 numbers. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Most drivers that one run may have. */
export const MAX_SHARDS = 10_000;

/**
 * The lines of drivers in a file or a log of several of them. What stands before a line of ours (`[pod/load-0-x] `, `driver-1 | `, a time) is passed over, and so
 * are lines without one. Throws RUN_ERR_BAD_EVIDENCE, with file and line, for a line that begins as ours do and is not whole.
 */
export async function readShardLines(file: string, chunks: AsyncIterable<Buffer>): Promise<ShardLines> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const lines: PlacedLine[] = [];
  let [foreign, line, endsWhole] = [0, 0, true];
  const take = (split: SplitLine): void => {
    line += 1;
    if (split.kind === 'too-long') throw bad(file, line, `expected lines of at most ${String(split.limit)} bytes, got a longer one`);
    const from = split.text.indexOf(LINE_START);
    if (from >= 0) lines.push({ ...parsedLine(split.text.slice(from), file, line), file, line });
    else if (split.text.trim() !== '') foreign += 1;
  };
  for await (const chunk of chunks) {
    for (const split of splitter.push(chunk)) take(split);
    if (chunk.length > 0) endsWhole = chunk.at(-1) === 10;
  }
  if (endsWhole) return { lines, foreign, cut: 0 };
  const [last] = splitter.push(Buffer.from('\n'));
  if (last?.kind === 'line' && isCut(last.text)) return { lines, foreign, cut: 1 };
  if (last !== undefined) take(last);
  return { lines, foreign, cut: 0 };
}

/** Whether a last line is the beginning of one of ours: whole JSON ends with its brace. */
function isCut(text: string): boolean {
  const from = text.indexOf(LINE_START);
  if (from < 0) return LINE_START.startsWith(text.slice(text.lastIndexOf('{')));
  try {
    JSON.parse(text.slice(from));
    return false;
  } catch {
    return true;
  }
}

function parsedLine(text: string, file: string, line: number): ShardLine {
  const value = parsedJson(text.trimEnd(), file, line);
  if (value['hopscopeDrive'] !== SHARD_RESULT_VERSION)
    throw bad(
      file,
      line,
      `expected a result of format ${String(SHARD_RESULT_VERSION)}, got format ${JSON.stringify(value['hopscopeDrive']).slice(0, 20)}`,
    );
  const wrong = wrongHead(value) ?? wrongRest(value);
  if (wrong !== null) throw bad(file, line, wrong);
  return value as unknown as ShardLine;
}

function parsedJson(text: string, file: string, line: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw bad(
      file,
      line,
      `expected a line of a driver's result, got one that is damaged: ${(cause as Error).message.slice(0, 120)}`,
      cause,
    );
  }
  throw bad(file, line, "expected a line of a driver's result to be a JSON object");
}

function wrongHead({ runId, shard }: Readonly<Record<string, unknown>>): string | null {
  if (typeof runId !== 'string' || runId === '' || runId.length > 100) return 'expected runId to be a text of 1 to 100 characters';
  const { index, of } = isObject(shard) ? shard : {};
  const isShard = isCount(index) && isCount(of) && index < of && of <= MAX_SHARDS;
  return isShard ? null : `expected shard to be an index below a count of at most ${String(MAX_SHARDS)}`;
}

function wrongRest(value: Readonly<Record<string, unknown>>): string | null {
  switch (value['kind']) {
    case 'begin':
      return wrongBegin(value);
    case 'bucket':
      return isCount(value['index']) ? wrongBucket(value['bucket']) : 'expected index to be a whole number';
    case 'end':
      return wrongEnd(value);
    default:
      return 'expected kind to be begin, bucket or end';
  }
}

function wrongBegin(value: Readonly<Record<string, unknown>>): string | null {
  const { load, url, spec, toolVersion, profile, bucketMs, startsAtMs, barrier, machine } = value;
  if ([load, url, spec, toolVersion].some((one) => typeof one !== 'string')) return 'expected load, url, spec and toolVersion to be texts';
  if (!isLoadProfile(profile)) return 'expected profile to be a whole load profile';
  if (!isAmount(bucketMs) || bucketMs === 0 || !isAmount(startsAtMs)) return 'expected bucketMs and startsAtMs to be numbers';
  if (barrier !== null && !(isObject(barrier) && isAmount(barrier['roundTripMs']) && isAmount(barrier['waitedMs'])))
    return 'expected barrier to be null or to have roundTripMs and waitedMs';
  const isMachine = isObject(machine) && typeof machine['kernel'] === 'string' && typeof machine['node'] === 'string';
  return isMachine && isCount(machine['cpus']) ? null : 'expected machine to have kernel, node and cpus';
}

function wrongEnd({ ended, buckets, startedAtMs, endedAtMs, because }: Readonly<Record<string, unknown>>): string | null {
  if (ended !== 'complete' && ended !== 'stopped' && ended !== 'cut') return 'expected ended to be complete, stopped or cut';
  if (because !== null && typeof because !== 'string') return 'expected because to be null or a text';
  return isCount(buckets) && isAmount(startedAtMs) && isAmount(endedAtMs)
    ? null
    : 'expected buckets, startedAtMs and endedAtMs to be numbers';
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isCount = (value: unknown): value is number => isAmount(value) && Number.isInteger(value);

const bad = (file: string, line: number, message: string, cause?: unknown): HarnessError =>
  new HarnessError('RUN_ERR_BAD_EVIDENCE', message, { place: { file, line }, ...(cause === undefined ? {} : { cause }) });
