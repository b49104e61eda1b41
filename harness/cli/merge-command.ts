import { createReadStream, existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { terminalText } from '../../reports/terminal/escape.ts';
import { HarnessError } from '../errors.ts';
import { foldShards } from '../fleet/fold-shards.ts';
import { type MergedRun, mergedRun } from '../fleet/merged-run.ts';
import { readShardLines, type ShardLines } from '../fleet/read-shard-lines.ts';
import { RunFolder } from '../run/run-folder.ts';
import { recordOf } from './judge-folder.ts';
import { printOutcome } from './print-outcome.ts';
import { writeReports } from './write-reports.ts';
import { say, tell } from './output.ts';

export interface MergeOptions {
  readonly files: readonly string[];
  readonly out: string | null;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `hopscope merge`: results of drivers to a run folder with its reports. The exit code is the verdict's. Throws only HarnessErrors. */
export async function mergeCommandLine({ files, out, json, quiet }: MergeOptions): Promise<number> {
  const read: ShardLines[] = [];
  for (const file of files) read.push(await readFrom(file));
  const foreign = read.reduce((sum, one) => sum + one.foreign, 0);
  const lines = read.flatMap((one) => one.lines);
  if (lines.length === 0)
    throw new HarnessError(
      'RUN_ERR_BAD_EVIDENCE',
      `expected the result of at least one driver, got ${String(foreign)} lines that are not of one in ${files.slice(0, 5).join(', ')}`,
      { place: { file: files[0] ?? '-' } },
    );
  const merged = mergedRun(foldShards(lines), { files: files.length, foreign });
  const folder = writeFolder(out, merged);
  const record = await recordOf(folder);
  const written = writeReports(record, folder);
  if (foreign > 0 && !quiet && !json) tell(`${String(foreign)} foreign lines passed over`);
  printOutcome(record, { json, quiet });
  if (!json && !quiet)
    say('', ...written.map((path) => terminalText(relative(process.cwd(), path))).filter((path) => path.endsWith('.html')));
  return record.exitCode;
}

async function readFrom(file: string): Promise<ShardLines> {
  if (file === '-') return await readShardLines('standard input', process.stdin);
  try {
    if (statSync(file).isDirectory()) throw Object.assign(new Error('a folder'), { code: 'a folder' });
    return await readShardLines(file, createReadStream(file));
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new HarnessError('RUN_ERR_BAD_EVIDENCE', `expected the result of a driver, got ${code}`, { cause, place: { file } });
  }
}

/** A new folder: evidence is never mixed nor overwritten. Throws USAGE_ERR_BAD_FLAG, RUN_ERR_CANNOT_WRITE. */
function writeFolder(out: string | null, { facts, load, host, absences }: MergedRun): string {
  const dir = out === null ? freeFolder(join('runs', facts.run.id)) : resolve(out);
  if (existsSync(dir))
    throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected --out to be a folder that does not exist yet, but ${dir} does`);
  const folder = new RunFolder(dir);
  try {
    folder.append('loads', load);
    folder.append('hosts', host);
    for (const absence of absences) folder.append('absences', absence);
    folder.writeFacts(facts);
  } finally {
    folder.close();
  }
  return dir;
}

/** `runs/<id>`, and where that was merged before, with a number. */
function freeFolder(wanted: string): string {
  for (let n = 1; ; n += 1) {
    const dir = resolve(n === 1 ? wanted : `${wanted}-${String(n)}`);
    if (!existsSync(dir)) return dir;
  }
}
