import type { CandidateRunner, TriedCandidate } from '../model/candidate.ts';
import { isControl } from '../model/path.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import { type CandidateGround, openCandidateRunner } from './candidate-runner.ts';
import type { DiffSide, DiffSides } from './diff-sides.ts';

/** What is driven over both sides. */
export interface PairWish {
  readonly scenarios: readonly string[];
  /** Ids of paths; null: all. */
  readonly paths: ReadonlySet<string> | null;
  readonly factor: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Configs that will be asked for next: run in the same lab, which costs less than one of their own. */
  readonly also?: readonly ConfigTree[];
}

export interface TriedPair extends AsyncDisposable {
  /** Null: it was interrupted. */
  readonly tried: readonly [before: TriedCandidate, after: TriedCandidate] | null;
  /** Tries more configs in the same way; knows both already. */
  readonly runner: CandidateRunner;
  readonly runs: number;
}

const POLICY = { allow: [], inconclusive: 'allow' } as const;

/** Drives both sides: two configs side by side in one lab, two versions one after the other. */
export async function tryPair(sides: DiffSides, wish: PairWish): Promise<TriedPair> {
  const { before, after, isOfLines } = sides;
  const first = openCandidateRunner(groundOf(before, wish));
  const second = isOfLines ? first : openCandidateRunner(groundOf(after, wish));
  const close = async (): Promise<void> => {
    await first[Symbol.asyncDispose]();
    if (second !== first) await second[Symbol.asyncDispose]();
  };
  try {
    const [was, is] = isOfLines
      ? await first.try([
          { id: 'before', tree: before.tree },
          { id: 'after', tree: after.tree },
          ...(wish.also ?? []).map((tree, index) => ({ id: `also-${String(index)}`, tree })),
        ])
      : [await alone(first, before), await alone(second, after)];
    const tried = was === undefined || is === undefined ? null : ([was, is] as const);
    return { tried, runner: first, runs: first.runs + (second === first ? 0 : second.runs), [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function alone(runner: CandidateRunner, { tree, refused }: DiffSide): Promise<TriedCandidate | undefined> {
  if (refused !== null)
    return { id: 'side', status: 'rejected', because: refused, findings: [], fingerprints: new Map(), verdict: 'error' };
  return (await runner.try([{ id: 'side', tree }]))[0];
}

const groundOf = ({ stood, paths }: DiffSide, { scenarios, paths: ids, factor, seed, signal }: PairWish): CandidateGround => ({
  stood,
  paths: paths.filter((path) => isControl(path) || ids === null || ids.has(path.id)),
  scenarios,
  policy: POLICY,
  seed,
  factor,
  signal,
});
