import { isControl, type Path } from '../model/path.ts';
import type { BehaviouralChange, Cause, Uncaused } from '../model/search-results.ts';
import type { Subject } from '../model/subject.ts';
import { linesOfTree } from '../run/tree-lines.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { limitsOfMode } from '../measure/limits-of-mode.ts';
import { causesOf } from '../search/blame-hunks.ts';
import type { DiffReport } from '../../reports/search/diff-text.ts';
import { comparedTries, type DiffPass, type FoundCauses, mergedCauses, plus, searchCauses } from './diff-causes.ts';
import { measureLatency } from './diff-latency.ts';
import type { DiffOptions } from './diff-options.ts';
import { isContradicted, judgedAsRead, ReadRunner } from './diff-read.ts';
import { type DiffSides, standBoth } from './diff-sides.ts';
import { sameSentences, type SeenPass, unsteadySentences } from './diff-same.ts';
import { tryPair } from './diff-tries.ts';
import type { Progress } from './progress.ts';
import { factorFor } from './scale-subject.ts';

export interface DiffGround {
  readonly options: DiffOptions;
  readonly folder: RunFolder;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What is compared, and what it is called. */
export interface DiffPair {
  readonly before: Subject;
  readonly after: Subject;
  readonly titles: readonly [before: string, after: string];
}

const AS_WRITTEN: DiffPass = { scenarios: ['opening-handshake', 'tunnel', 'entry'], factor: 1 };
const SCALED_SCENARIOS = ['lifetime', 'reload'];
const PHASES = ['Standing both up', 'Driving both', 'Driving both with divided durations', 'Looking for the lines', 'Comparing latency'];

/** Stands both up, drives both, names the lines for what differs, and compares their latency. What is there when it is interrupted is told. */
export async function diffConfigs({ before, after, titles }: DiffPair, ground: DiffGround): Promise<DiffReport> {
  const startedAt = performance.now();
  const { options, signal, progress } = ground;
  const phase = (index: number): void => progress.phase(PHASES[index] ?? '', index, PHASES.length, PHASES[index + 1] ?? null);
  phase(0);
  const sides = await standBoth(before, after, ground);
  const read = await readChanges(sides, signal);
  phase(1);
  const passes: SeenPass[] = [await seenIn(sides, AS_WRITTEN, ground)];
  const canRun = passes[0]?.tried?.every(({ status }) => status === 'tried') === true;
  if (canRun && !options.skipLimits) {
    phase(2);
    passes.push(await seenIn(sides, { scenarios: SCALED_SCENARIOS, factor: commonFactor(sides) }, ground));
  }
  phase(3);
  const found: FoundCauses[] = [];
  for (const seen of passes) {
    const likely = [...read.causes, ...found.flatMap(({ causes }) => causes)].map(({ hunks }) => hunks);
    found.push(await searchCauses(sides, seen.pass, seen, likely, { seed: options.seed, signal, progress }));
  }
  phase(4);
  const latency = await latencyOf(sides, passes, ground);
  const unsteady = found.flatMap((one) => one.unsteady);
  const readings = withoutContradicted(read.causes, passes[1]);
  return {
    before: titles[0],
    after: titles[1],
    causes: mergedCauses([...readings, ...found.flatMap(({ causes }) => causes)]),
    uncaused: [...read.uncaused, ...found.flatMap(({ uncaused }) => uncaused)],
    latency: 'path' in latency ? [latency] : [],
    same: sameSentences(sides, passes, unsteady),
    notes: [
      ...sides.notes,
      ...sides.leftOut.map(({ title }) => `${title} was only read: there are too many entries to drive all`),
      ...unsteadySentences(unsteady),
      ...('path' in latency || latency.because === '' ? [] : [latency.because]),
      ...(signal.aborted ? ['it was interrupted: what comes after is missing'] : []),
    ],
    cost: [...found.map(({ cost }) => cost), ...passes.map(({ runs }) => ({ runs, checks: 0, cached: 0 }))].reduce(plus),
    elapsedMs: performance.now() - startedAt,
  };
}

/** What the text alone tells: entries that come and go, limits that are too long to wait for. */
async function readChanges(
  sides: DiffSides,
  signal: AbortSignal,
): Promise<{ readonly causes: readonly Cause[]; readonly uncaused: readonly Uncaused[] }> {
  const { before, after, urls } = sides;
  if (!sides.isOfLines) return { causes: [], uncaused: [] };
  const runner = new ReadRunner(
    before.stood,
    before.paths.filter((path) => !isControl(path)),
    urls,
  );
  const [was, is] = await runner.try([
    { id: 'before', tree: before.tree },
    { id: 'after', tree: after.tree },
  ]);
  if (was === undefined || is === undefined) return { causes: [], uncaused: [] };
  const changes = comparedTries(was, is).changes.map(judgedAsRead);
  return await causesOf(runner, before.tree, after.tree, changes, { width: 32, limit: Infinity, signal });
}

/** Of a watch, in which a limit must have shown itself. */
const WATCHED_MS = 3500;

/** What is read counts as long as the driving does not say otherwise. */
function withoutContradicted(causes: readonly Cause[], scaled: SeenPass | undefined): readonly Cause[] {
  const tried = scaled?.tried ?? null;
  if (scaled === undefined || tried === null) return causes;
  const idleOf = (side: 0 | 1, path: string | null): number | null | undefined =>
    tried[side].fingerprints.get(path ?? '')?.limitsMs['idle'];
  return causes.flatMap((cause) => {
    const changes = cause.changes.filter(
      (change) =>
        !isContradicted(change, { was: idleOf(0, change.path), is: idleOf(1, change.path), watchedMs: WATCHED_MS * scaled.pass.factor }),
    );
    return changes.length === 0 ? [] : [{ ...cause, changes }];
  });
}

async function seenIn(sides: DiffSides, pass: DiffPass, { options, signal }: DiffGround): Promise<SeenPass> {
  const nothing = { pass, tried: null, changes: [], same: [], compared: new Map(), runs: 0 };
  const paths = sides.before.paths.filter((path) => !isControl(path));
  const isRefused = sides.before.refused !== null || sides.after.refused !== null;
  if (signal.aborted || (paths.length === 0 && !isRefused)) return nothing;
  await using pair = await tryPair(sides, { ...pass, paths: null, seed: options.seed, signal });
  if (pair.tried === null) return nothing;
  return { pass, tried: pair.tried, ...comparedTries(...pair.tried), runs: pair.runs };
}

/** Both are divided by the same. */
function commonFactor({ before, after }: DiffSides): number {
  const lines = [before, after].map(({ stood, tree }) => linesOfTree(stood.service, tree));
  const idle = before.paths.flatMap(({ target }) =>
    lines.flatMap((own) =>
      limitsOfMode(
        'idle',
        own.map((line) => ({ host: '', line })),
        { target, hosts: [''] },
      ).map(({ limitMs }) => limitMs),
    ),
  );
  return factorFor(lines.flat(), idle.length === 0 ? null : Math.min(...idle));
}

/** At the first entry that opens on both sides. An empty reason: nothing is to be said. */
async function latencyOf(
  sides: DiffSides,
  passes: readonly SeenPass[],
  { options, folder, signal, progress }: DiffGround,
): ReturnType<typeof measureLatency> {
  if (options.skipLatency) return { because: '' };
  const tried = passes[0]?.tried ?? null;
  if (signal.aborted || tried === null || tried.some(({ status }) => status !== 'tried')) return { because: 'latency was not compared' };
  const opens = ({ id }: Path): boolean =>
    tried.every(({ findings }) => findings.every((one) => one.path !== id || one.auditId !== 'refused-upgrade' || one.outcome !== 'fail'));
  const path =
    sides.before.paths.find((one) => !isControl(one) && one.entry?.kind === 'declared' && opens(one)) ??
    sides.before.paths.find((one) => !isControl(one) && opens(one));
  if (path === undefined) return { because: 'latency was not compared: no entry opens on both sides' };
  if (sides.isOfLines && sameText(sides)) return { because: 'latency was not compared: the configs have the same text' };
  return await measureLatency(sides, path, { folder, seed: options.seed, signal, progress });
}

const sameText = ({ before, after }: DiffSides): boolean =>
  before.tree.files.size === after.tree.files.size &&
  [...before.tree.files].every(([path, { text }]) => after.tree.files.get(path)?.text === text);

export const isWorse = ({ causes, uncaused }: DiffReport): boolean =>
  [...causes.flatMap(({ changes }): readonly BehaviouralChange[] => changes), ...uncaused.map(({ change }) => change)].some(
    (one) => one.isWorse === true,
  );
