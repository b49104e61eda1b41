import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { orderedJson } from '../../reports/json/ordered-json.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { baselineOf } from '../gate/baseline-of.ts';
import type { Baseline } from '../model/baseline.ts';
import { readRunFolder } from '../run/run-folder.ts';
import { judgedFrom } from './judge-folder.ts';
import { baselineFile } from './judge-with.ts';
import { say, tell } from './output.ts';
import { writeText } from './write-text.ts';

export interface BaselineOptions {
  /** A run folder; null: the newest below `runs`. */
  readonly folder: string | null;
  readonly out: string;
  /** Take out of the file what got better, and add nothing. */
  readonly ratchet: boolean;
  readonly quiet: boolean;
}

/** `hopscope baseline write`: what a saved run does, as a file for git that later runs are held against. Throws only HarnessErrors. */
export async function baselineCommandLine({ folder, out, ratchet, quiet }: BaselineOptions): Promise<number> {
  const dir = folder ?? newestRun(resolve('runs'));
  const read = await readRunFolder(dir);
  const known = ratchet ? baselineFile(resolve(out), out) : null;
  const { record, judgement, measures } = judgedFrom(read, { baseline: known });
  const baseline = known === null ? baselineOf(record, measures) : (judgement.tightened ?? known.content);
  writeText(resolve(out), baselineText(baseline));
  if (quiet) return EXIT.pass;
  if (record.run.interrupted) tell('the run was interrupted: what it did not come to is not in the baseline');
  const mended = record.baseline?.mended ?? [];
  if (ratchet) for (const sentence of mended) say(terminalText(`mended: ${sentence}`));
  say(terminalText(`${out}: ${countWords(baseline)}${ratchet && mended.length === 0 ? ', nothing got better' : ''}`));
  return EXIT.pass;
}

/** The same bytes for the same baseline, whatever order it was made in. */
export const baselineText = (baseline: Baseline): string => orderedJson(baseline, ['baselineVersion']);

function countWords({ paths }: Baseline): string {
  const all = Object.values(paths);
  const count = (of: (path: (typeof all)[number]) => number, one: string): string => {
    const total = all.reduce((sum, path) => sum + of(path), 0);
    return `${total} ${one}${total === 1 ? '' : 's'}`;
  };
  return [
    count(({ findings }) => findings.length, 'known failure'),
    count(({ measures }) => Object.keys(measures).length, 'measure'),
    count(() => 1, 'path'),
  ].join(', ');
}

/** Names of run folders sort by time. Throws RUN_ERR_NO_FOLDER. */
function newestRun(runs: string): string {
  const names = existsSync(runs) ? readdirSync(runs).filter((name) => existsSync(join(runs, name, 'run.json'))) : [];
  const newest = names.toSorted().at(-1);
  if (newest === undefined) throw new HarnessError('RUN_ERR_NO_FOLDER', `expected a run below ${runs}, or the folder of one, got none`);
  return join(runs, newest);
}
