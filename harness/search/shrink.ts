import type { CandidateRunner, TriedCandidate } from '../model/candidate.ts';
import type { Shrunk } from '../model/search-results.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import { allParts, type ConfigPart, type ConfigParts, keptLines, partsOf, withoutParts } from './config-parts.ts';
import { minimise } from './ddmin.ts';
import { dependentsOf } from './references.ts';
import { type TrialOptions, Trials } from './trials.ts';

export interface ShrinkProgress {
  /** Lines with content that are left, and that there were. */
  readonly lines: number;
  readonly before: number;
  readonly runs: number;
}

export interface ShrinkOptions extends TrialOptions {
  /** Name of the ProxyService: which syntax its configs have. */
  readonly service: string;
  readonly onProgress?: (progress: ShrinkProgress) => void;
}

/** The whole config does not show what is wanted, and why that is known, as a clause. */
export interface NotShown {
  readonly kind: 'not-shown';
  readonly because: string;
}

/**
 * The few lines of a config that still show what is wanted, each candidate really run. Comments go first, then ddmin level by level
 * (hierarchical delta debugging: G. Misherghi and Z. Su, "HDD", ICSE 2006): sections, then what is in those that are left; then every
 * block and statement by itself, until none can be left out. A candidate that its proxy refuses is not run, unless the whole config is
 * refused and that is what is wanted.
 */
export async function shrink(
  runner: CandidateRunner,
  tree: ConfigTree,
  wanted: (tried: TriedCandidate) => boolean,
  options: ShrinkOptions,
): Promise<Shrunk | NotShown> {
  const trials = new Trials(runner, 'shrink', options);
  const whole = await trials.one(tree);
  if (whole === null) return { kind: 'not-shown', because: 'there was no time to run the whole config' };
  if (!wanted(whole)) return { kind: 'not-shown', because: notShownWords(whole) };
  const search = new ShrinkSearch(tree, trials, wanted, whole.status === 'rejected', options);
  await search.leaveOutComments();
  await search.descend();
  const isMinimal = await search.sweep();
  const kept = keptLines(tree, search.removed);
  const lines = kept.length;
  const before = keptLines(tree, []).length;
  return { kind: 'shrunk', tree: withoutParts(tree, search.removed), kept, lines, before, ...trials.cost, isMinimal };
}

const notShownWords = ({ status, because, findings }: TriedCandidate): string => {
  if (status === 'rejected') return `its proxy refuses the whole config: ${because}`;
  const failing = findings.filter(({ outcome }) => outcome === 'fail').map(({ auditId }) => auditId);
  return `the whole config does not show it; it fails ${failing.length === 0 ? 'nothing' : [...new Set(failing)].toSorted().join(', ')}`;
};

class ShrinkSearch {
  readonly #tree: ConfigTree;
  readonly #parts: ConfigParts;
  readonly #trials: Trials;
  readonly #wanted: (tried: TriedCandidate) => boolean;
  readonly #isRefusal: boolean;
  readonly #options: ShrinkOptions;
  readonly #dependents: (removed: readonly ConfigPart[]) => readonly ConfigPart[];
  #removed: readonly ConfigPart[] = [];

  constructor(tree: ConfigTree, trials: Trials, wanted: (tried: TriedCandidate) => boolean, isRefusal: boolean, options: ShrinkOptions) {
    this.#tree = tree;
    this.#parts = partsOf(tree, options.service);
    this.#trials = trials;
    this.#wanted = wanted;
    this.#isRefusal = isRefusal;
    this.#options = options;
    this.#dependents = dependentsOf(this.#parts.top, options.service);
  }

  get removed(): readonly ConfigPart[] {
    return this.#removed;
  }

  async leaveOutComments(): Promise<void> {
    const { comments } = this.#parts;
    if (comments !== null && (await this.#stillShow([[comments]])).includes(true)) this.#leaveOut([comments]);
  }

  /** ddmin over each level of what is left of the hierarchy, the outermost first. */
  async descend(): Promise<void> {
    for (let level = this.#kept(this.#parts.top); level.length > 0; level = this.#kept(level.flatMap(({ parts }) => parts))) {
      const without = (kept: readonly ConfigPart[]): readonly ConfigPart[] => {
        const stays = new Set(kept);
        return this.#withDependents(level.filter((one) => !stays.has(one)));
      };
      const { signal } = this.#options;
      const found = await minimise(level, (sets) => this.#stillShow(sets.map(without)), {
        width: this.#trials.width,
        limit: Infinity,
        isTogether: true,
        ...(signal === undefined ? {} : { signal }),
        onProgress: () => this.#report(),
      });
      this.#leaveOut(without(found.parts));
    }
  }

  /** Each part that is left by itself, later ones first, round and round until none can be left out. True: that was reached. */
  async sweep(): Promise<boolean> {
    let turn: readonly ConfigPart[] = this.#kept(allParts(this.#parts.top)).toReversed();
    for (;;) {
      const found = await this.#firstSpare(turn);
      if (found === null || found === 'none') return found === 'none';
      this.#leaveOut(found.parts);
      // What came before it was tried already, though with more around it.
      turn = this.#kept([...turn.slice(found.index + 1), ...turn.slice(0, found.index)]);
    }
  }

  /** The first that can be left out, with what depends on it or alone; null: not known. */
  async #firstSpare(
    turn: readonly ConfigPart[],
  ): Promise<{ readonly parts: readonly ConfigPart[]; readonly index: number } | null | 'none'> {
    const { width } = this.#trials;
    for (let next = 0; next < turn.length; next += width) {
      const ways = turn.slice(next, next + width).flatMap((one, at) => [
        { index: next + at, parts: this.#withDependents([one]) },
        { index: next + at, parts: [one] },
      ]);
      const answers = await this.#stillShow(ways.map(({ parts }) => parts));
      const found = ways[answers.indexOf(true)];
      if (found !== undefined) return found;
      if (answers.includes(null)) return null;
    }
    return 'none';
  }

  #stillShow(ways: readonly (readonly ConfigPart[])[]): Promise<readonly (boolean | null)[]> {
    const trees = ways.map((parts) => withoutParts(this.#tree, [...this.#removed, ...parts]));
    return this.#trials.firstThat(trees, this.#wanted, this.#isRefusal);
  }

  #withDependents(parts: readonly ConfigPart[]): readonly ConfigPart[] {
    return [...parts, ...this.#dependents([...this.#removed, ...parts])];
  }

  /** Those that were not left out, by themselves or with what holds them. */
  #kept(parts: readonly ConfigPart[]): readonly ConfigPart[] {
    const gone = new Set(allParts(this.#removed));
    return parts.filter((one) => !gone.has(one));
  }

  #leaveOut(parts: readonly ConfigPart[]): void {
    this.#removed = [...this.#removed, ...parts];
    this.#report();
  }

  #report(): void {
    const { onProgress } = this.#options;
    if (onProgress === undefined) return;
    const [lines, before] = [keptLines(this.#tree, this.#removed).length, keptLines(this.#tree, []).length];
    onProgress({ lines, before, runs: this.#trials.cost.runs });
  }
}
