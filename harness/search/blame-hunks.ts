import type { CandidateRunner } from '../model/candidate.ts';
import type { BehaviouralChange, Cause, Hunk, SearchCost, Uncaused } from '../model/search-results.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import { minimise } from './ddmin.ts';
import { hunkDiff } from './hunk-diff.ts';
import { applyHunks, hunksOf, inOrder, splitHunk } from './hunks.ts';
import { type TrialOptions, Trials } from './trials.ts';

export interface CauseOptions extends TrialOptions {
  /** Sets that may well be a cause, as they are one of something else: tried first. */
  readonly likely?: readonly (readonly Hunk[])[];
  readonly onProgress?: (progress: { readonly change: BehaviouralChange; readonly hunks: number; readonly runs: number }) => void;
}

export interface Causes {
  /** In the order of the first change of each. */
  readonly causes: readonly Cause[];
  readonly uncaused: readonly Uncaused[];
  readonly cost: SearchCost;
}

/**
 * For each behavioural change between two configs, the smallest set of hunks that causes it: ddmin over hunks, then over lines of those
 * that are left, every candidate really run. The config before with the set shows the change and without it does not. Changes with the same
 * set are one cause. A candidate is run once for all changes.
 */
export async function causesOf(
  runner: CandidateRunner,
  before: ConfigTree,
  after: ConfigTree,
  changes: readonly BehaviouralChange[],
  options: CauseOptions,
): Promise<Causes> {
  const search = new CauseSearch(new Trials(runner, 'hunks', options), before, after, options);
  const found: { readonly change: BehaviouralChange; readonly cause: FoundCause }[] = [];
  const uncaused: Uncaused[] = [];
  for (const change of changes) {
    const cause = await search.causeOf(change);
    if (typeof cause === 'string') uncaused.push({ change, because: cause });
    else found.push({ change, cause });
  }
  const groups = Map.groupBy(found, ({ cause }) => cause.key);
  const causes = [...groups.values()].map((group): Cause => {
    const all = group.map(({ cause }) => cause);
    const hunks = all[0]?.hunks ?? [];
    const isOnly = all.some((one) => one.isOnly === false) ? false : all.some((one) => one.isOnly === null) ? null : true;
    return {
      changes: group.map(({ change }) => change),
      hunks,
      diff: hunkDiff(before, hunks),
      isMinimal: all.every((one) => one.isMinimal),
      isOnly,
    };
  });
  return { causes, uncaused, cost: search.cost };
}

interface FoundCause extends Pick<Cause, 'hunks' | 'isMinimal' | 'isOnly'> {
  readonly key: string;
}

class CauseSearch {
  readonly #trials: Trials;
  readonly #before: ConfigTree;
  readonly #after: ConfigTree;
  readonly #hunks: readonly Hunk[];
  readonly #options: CauseOptions;
  /** Sets that were found to cause something. */
  readonly #known: (readonly Hunk[])[];

  constructor(trials: Trials, before: ConfigTree, after: ConfigTree, options: CauseOptions) {
    this.#trials = trials;
    this.#before = before;
    this.#after = after;
    this.#hunks = hunksOf(before, after);
    this.#options = options;
    this.#known = [...(options.likely ?? [])];
  }

  get cost(): SearchCost {
    return this.#trials.cost;
  }

  /** Or why none can be named, as a clause. */
  async causeOf(change: BehaviouralChange): Promise<FoundCause | string> {
    if (this.#hunks.length === 0) return 'the configs have the same text';
    const shows = (sets: readonly (readonly Hunk[])[]): Promise<readonly (boolean | null)[]> => this.#show(change, sets);
    const without = await this.#one(change, []);
    const all = await this.#one(change, this.#hunks);
    if (without === null || all === null) return 'no more runs are allowed';
    if (without) return 'the config before shows it as well when it is run again';
    if (!all) return 'the config after does not show it when it is run again';
    const start = (await this.#smallestKnown(change)) ?? this.#hunks;
    const options = this.#minimiseOptions(change);
    const inHunks = await minimise(start, shows, options);
    const inLines = await minimise(inHunks.parts.flatMap(splitHunk), shows, options);
    const hunks = inOrder(inLines.parts).toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    if (!this.#known.some((one) => keyOf(one) === keyOf(hunks))) this.#known.push(hunks);
    return { key: keyOf(hunks), hunks, isMinimal: inLines.isMinimal, isOnly: await this.#isOnly(change, hunks) };
  }

  /** A rest that the proxy refuses says nothing. */
  async #isOnly(change: BehaviouralChange, hunks: readonly Hunk[]): Promise<boolean | null> {
    const others = this.#others(hunks);
    const isStillThere = await this.#one(change, others);
    if (isStillThere === null || this.#trials.isRefused(applyHunks(this.#before, this.#after, others))) return null;
    return !isStillThere;
  }

  /** All of the change but these lines. */
  #others(hunks: readonly Hunk[]): readonly Hunk[] {
    const out = new Set(hunks.map(({ id }) => id));
    return this.#hunks.flatMap((one) => splitHunk(one)).filter(({ id }) => !out.has(id));
  }

  /** A set that caused another change often causes this one too, and its parts were tried already. */
  async #smallestKnown(change: BehaviouralChange): Promise<readonly Hunk[] | null> {
    const known = this.#known.toSorted((a, b) => a.length - b.length);
    const answers = known.length === 0 ? [] : await this.#show(change, known);
    return known[answers.indexOf(true)] ?? null;
  }

  async #one(change: BehaviouralChange, hunks: readonly Hunk[]): Promise<boolean | null> {
    const [answer] = await this.#show(change, [hunks]);
    return answer ?? null;
  }

  #show(change: BehaviouralChange, sets: readonly (readonly Hunk[])[]): Promise<readonly (boolean | null)[]> {
    const trees = sets.map((hunks) => applyHunks(this.#before, this.#after, hunks));
    return this.#trials.firstThat(trees, (tried) => change.shows(tried), change.area === 'start');
  }

  #minimiseOptions(change: BehaviouralChange): Parameters<typeof minimise>[2] {
    const { signal, onProgress } = this.#options;
    return {
      width: this.#trials.width,
      limit: Infinity,
      ...(signal === undefined ? {} : { signal }),
      onProgress: ({ parts }) => onProgress?.({ change, hunks: parts, runs: this.#trials.cost.runs }),
    };
  }
}

const keyOf = (hunks: readonly Hunk[]): string =>
  hunks
    .map(({ id }) => id)
    .toSorted()
    .join('|');
