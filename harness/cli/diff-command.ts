import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type DiffReport, diffText } from '../../reports/search/diff-text.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { EXIT, HarnessError } from '../errors.ts';
import type { Subject } from '../model/subject.ts';
import { RunFolder } from '../run/run-folder.ts';
import { diffConfigs, type DiffPair, isWorse } from './diff-configs.ts';
import { DIFF_VERSION, diffDocument } from './diff-document.ts';
import { exportRevision } from './diff-git.ts';
import { checkOperands, type DiffOptions, rangeOf, revisionsOf } from './diff-options.ts';
import { diffRuns, isRunFolder } from './diff-runs.ts';
import { interruption } from './interruption.ts';
import { say, sayJson } from './output.ts';
import { printUntrusted } from './print-untrusted.ts';
import { makeProgress, type Progress, silentProgress } from './progress.ts';
import { readSubjects } from './read-subjects.ts';
import { reapEverything } from './reap.ts';

/** `hopscope diff`: what one side does otherwise than the other, and by which lines. Returns the exit code; throws only HarnessErrors. */
export async function diffCommandLine(options: DiffOptions): Promise<number> {
  checkOperands(options);
  const [before = '', after = ''] = options.operands;
  const folders = options.git === null && options.versions === null ? [before, after].filter(isRunFolder).length : 0;
  if (folders === 1)
    throw new HarnessError(
      'USAGE_ERR_BAD_FLAG',
      `expected two run folders or two configs, got a run folder and something else: ${before} ${after}`,
    );
  if (folders === 2) return tell([await diffRuns(before, after)], options, false);
  await reapEverything();
  using stop = interruption('taking the lab down and telling what was found');
  const progress = options.quiet || options.json ? silentProgress : makeProgress(process.stderr);
  const exported = mkdtempSync(join(tmpdir(), 'hopscope-revisions-'));
  try {
    const pairs = await pairsOf(options, exported);
    const reports = await eachPair(pairs, { options, progress, signal: stop.signal });
    progress.end();
    return tell(reports, options, stop.signal.aborted);
  } finally {
    progress.end();
    rmSync(exported, { recursive: true, force: true });
  }
}

interface Ground {
  readonly options: DiffOptions;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Several configs of two revisions are compared one after the other, each in a folder of its own. */
async function eachPair(pairs: readonly DiffPair[], ground: Ground): Promise<readonly DiffReport[]> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const top = resolve(ground.options.out ?? join('runs', `diff-${stamp}-${process.pid}`));
  const reports: DiffReport[] = [];
  for (const pair of pairs) {
    if (ground.signal.aborted) break;
    const folder = new RunFolder(pairs.length === 1 ? top : join(top, pair.before.id));
    try {
      const report = await diffConfigs(pair, { ...ground, folder });
      folder.write('diff.json', `${JSON.stringify({ diff: DIFF_VERSION, comparisons: [diffDocument(report)] }, null, 2)}\n`);
      reports.push(report);
    } finally {
      folder.close();
    }
  }
  return reports;
}

async function pairsOf(options: DiffOptions, exported: string): Promise<readonly DiffPair[]> {
  const { operands, git, versions } = options;
  const here = process.cwd();
  if (git !== null) return await pairsOfRevisions(options, revisionsOf(git), exported);
  if (versions !== null) {
    const [from, to] = rangeOf(versions, '--versions', null);
    const [subject] = await readSubjects({ ...options, configs: operands }, here);
    if (subject === undefined) throw new RangeError('one config makes one subject');
    return [pairOf({ ...subject, version: from }, { ...subject, version: to }, [`${subject.label} with ${from}`, `with ${to}`])];
  }
  const [beforeOperand = '', afterOperand = ''] = operands;
  const [before] = await readSubjects({ ...options, configs: [beforeOperand] }, here);
  if (before === undefined) throw new RangeError('one config makes one subject');
  const [after] = await readSubjects({ ...options, at: standsAt(before, options, afterOperand), configs: [afterOperand] }, here);
  if (after === undefined) throw new RangeError('one config makes one subject');
  return [pairOf(before, after, [before.label, after.label])];
}

/** A file takes the place of the one before, whatever it is called: only then have they the same surroundings. Null: where it stands follows from its own name. */
function standsAt(before: Subject, { at, operands }: DiffOptions, after: string): string | null {
  const isFile = [operands[0] ?? '', after].every((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  return at === null && isFile && before.service !== 'node-proxy' ? (before.given[0]?.path ?? null) : at;
}

async function pairsOfRevisions(
  options: DiffOptions,
  [from, to]: readonly [string, string | null],
  exported: string,
): Promise<readonly DiffPair[]> {
  const { operands, provide, root } = options;
  const here = process.cwd();
  const others = [...provide.map(sourceOf), ...(root === null ? [] : [root])].filter((path) => !isAbsolute(path));
  const at = async (revision: string | null, name: string): Promise<readonly Subject[]> => {
    if (revision === null) return await readSubjects({ ...options, configs: operands }, here);
    const { workingFolder, has } = exportRevision({ revision, configs: operands, others }, join(exported, name), here);
    // What is in no revision is that of the working folder.
    const given = provide.map((written) => (isAbsolute(written) || has(sourceOf(written)) ? written : resolve(here, written)));
    return await readSubjects({ ...options, configs: operands, provide: given }, workingFolder);
  };
  const [before, after] = [await at(from, 'before'), await at(to, 'after')];
  return before.flatMap((was, index) => {
    const is = after[index];
    return is === undefined ? [] : [pairOf(was, is, [`${was.label} at ${from}`, to === null ? 'in the working folder' : `at ${to}`])];
  });
}

const sourceOf = (provided: string): string => provided.split(':')[0] ?? provided;

const pairOf = (before: Subject, after: Subject, titles: DiffPair['titles']): DiffPair => ({ before, after, titles });

function tell(reports: readonly DiffReport[], { json, quiet }: DiffOptions, isInterrupted: boolean): number {
  const worse = reports.some(isWorse);
  const exitCode = isInterrupted ? EXIT.interrupted : worse ? EXIT.regression : EXIT.pass;
  if (json) sayJson({ diff: DIFF_VERSION, exitCode, comparisons: reports.map(diffDocument) });
  else
    for (const report of reports) {
      const lines = diffText(report).map(terminalText);
      printUntrusted(say, ...(quiet ? lines.slice(0, 1) : [...lines, '']));
    }
  return exitCode;
}
