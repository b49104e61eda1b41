import { mutateText } from '../../reports/search/mutate-text.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { diffFingerprints } from '../compare/fingerprint-diff.ts';
import { EXIT, HarnessError } from '../errors.ts';
import type { CandidateRunner, TriedCandidate } from '../model/candidate.ts';
import type { FingerprintDifference } from '../model/fingerprint.ts';
import type { Policy } from '../model/policy.ts';
import type { Mutant, MutationScore } from '../model/search-results.ts';
import { linesOfTree } from '../run/tree-lines.ts';
import { changesOf } from '../search/changes.ts';
import { mutantsOf } from '../search/mutate.ts';
import { mutationScore, type TriedMutant } from '../search/mutation-score.ts';
import { openCandidateRunner } from './candidate-runner.ts';
import type { SubjectOptions } from './check-options.ts';
import { interruption } from './interruption.ts';
import { say, sayJson } from './output.ts';
import { printUntrusted } from './print-untrusted.ts';
import { makeProgress, silentProgress, type Progress } from './progress.ts';
import { loadMeantSpec } from './resolve-run.ts';
import { factorOf } from './scale-subject.ts';
import { searchedTree } from './searched-tree.ts';
import { readOneSubject, standForSearch } from './stand-for-search.ts';

export interface MutateOptions extends SubjectOptions {
  readonly config: string;
  /** Spec whose policy is tried; null: a policy under which every finding fails. */
  readonly spec: string | null;
  /** 0 to 1; null: any score will do. */
  readonly failUnder: number | null;
  readonly scenarios: readonly string[];
  readonly width: number;
  readonly seed: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

const STRICT: Policy = { allow: [], inconclusive: 'allow' };
const USUAL_SCENARIOS = ['opening-handshake', 'tunnel', 'entry', 'lifetime'];

/** `hopscope mutate`: what a policy does not notice when a directive goes. Returns the exit code; throws only HarnessErrors. */
export async function mutateCommandLine(options: MutateOptions): Promise<number> {
  const subject = await readOneSubject(options.config, options);
  const policy = options.spec === null ? STRICT : (await loadMeantSpec(options.spec, process.cwd())).policy;
  const progress = options.quiet || options.json ? silentProgress : makeProgress(process.stderr);
  using stop = interruption();
  const startedAt = performance.now();
  try {
    progress.phase('Standing the world up', 0, 2, 'mutants');
    const stood = await standForSearch(subject, { progress, signal: stop.signal });
    await using runner = openCandidateRunner({
      stood,
      paths: stood.paths,
      scenarios: options.scenarios.length === 0 ? USUAL_SCENARIOS : options.scenarios,
      policy,
      seed: options.seed,
      factor: factorOf(stood),
      signal: stop.signal,
    });
    const tree = searchedTree(stood.service, subject);
    const mutants = mutantsOf(tree, linesOfTree(stood.service, tree), subject.service);
    progress.phase('Mutants', 1, 2, null);
    const [unaltered] = await runner.try([{ id: 'unaltered', tree }]);
    if (unaltered === undefined || stop.signal.aborted)
      throw new HarnessError('RUN_ERR_INTERRUPTED', 'interrupted before the unaltered config had been run');
    const tried = await tryAll(runner, mutants, { width: options.width, signal: stop.signal, progress });
    const score = mutationScore(unaltered, tried, (mutant) => changesOf(unaltered, mutant, differencesOf(unaltered, mutant)).changes);
    progress.end();
    tell(score, runner, options, performance.now() - startedAt);
    return stop.signal.aborted ? EXIT.interrupted : exitCodeOf(score, options.failUnder);
  } finally {
    progress.end();
  }
}

/** A score that nobody could work out is no pass where one was asked for. */
function exitCodeOf({ score }: MutationScore, failUnder: number | null): number {
  if (failUnder === null) return EXIT.pass;
  if (score === null) return EXIT.inconclusive;
  return score < failUnder ? EXIT.fail : EXIT.pass;
}

interface Trying {
  readonly width: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

async function tryAll(
  runner: CandidateRunner,
  mutants: readonly Mutant[],
  { width, signal, progress }: Trying,
): Promise<readonly TriedMutant[]> {
  const tried: TriedMutant[] = [];
  for (let from = 0; from < mutants.length; from += width) {
    const batch = mutants.slice(from, from + width);
    progress.what(`${from} of ${mutants.length} tried`);
    // After Ctrl-C the rest is not judged; a batch that it cut short is not, either.
    const results = signal.aborted ? [] : await runner.try(batch);
    for (const [index, mutant] of batch.entries()) tried.push({ mutant, tried: signal.aborted ? null : (results[index] ?? null) });
  }
  return tried;
}

/** What the fingerprints of two candidates do not have in common, by path. */
export function differencesOf(before: TriedCandidate, after: TriedCandidate): ReadonlyMap<string, readonly FingerprintDifference[]> {
  return new Map(
    [...before.fingerprints].flatMap(([path, was]) => {
      const is = after.fingerprints.get(path);
      return is === undefined ? [] : [[path, diffFingerprints(was, is).differences] as const];
    }),
  );
}

function tell(
  score: MutationScore,
  { runs, checks, cached }: CandidateRunner,
  { json, quiet, failUnder }: MutateOptions,
  elapsedMs: number,
): void {
  const cost = { runs, checks, cached };
  if (json) {
    const mutants = score.mutants.map(({ mutant: { tree: _, ...mutant }, fate, harm }) => ({ ...mutant, fate, harm }));
    const { killed, survived, rejected, timed, score: share } = score;
    sayJson({
      version: '1.0.0',
      score: share,
      killed,
      survived,
      rejected,
      timed,
      failUnder,
      elapsedMs: Math.round(elapsedMs),
      ...cost,
      mutants,
    });
    return;
  }
  const text = mutateText({ score, cost, elapsedMs, failUnder }).map(terminalText);
  printUntrusted(say, ...(quiet ? text.filter((line) => line.startsWith('mutation score')) : text));
}
