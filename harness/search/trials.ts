import { createHash } from 'node:crypto';
import type { CandidateRunner, TriedCandidate } from '../model/candidate.ts';
import type { SearchCost } from '../model/search-results.ts';
import type { ConfigTree } from '../model/surroundings.ts';

export interface TrialOptions {
  /** Most candidates that run side by side. */
  readonly width: number;
  /** Most candidates that are run in all. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/** How many configs are asked about at once for each that would run: most of a structure's pieces are refused at once. */
const CHECKED_PER_RUN = 4;

/** Tries configs and remembers every answer by the text of the config. Bounded by a number of runs. */
export class Trials {
  readonly #runner: CandidateRunner;
  readonly #options: TrialOptions;
  readonly #prefix: string;
  readonly #tried = new Map<string, TriedCandidate>();
  readonly #accepted = new Map<string, boolean>();
  readonly #before: SearchCost;
  #ids = 0;
  #asked = 0;
  #remembered = 0;

  constructor(runner: CandidateRunner, prefix: string, options: TrialOptions) {
    this.#runner = runner;
    this.#prefix = prefix;
    this.#options = options;
    const { runs, checks, cached } = runner;
    this.#before = { runs, checks, cached };
  }

  /** How many candidates are best asked for at once. */
  get width(): number {
    return this.#options.width * CHECKED_PER_RUN;
  }

  get cost(): SearchCost {
    const { runs, checks, cached } = this.#runner;
    return {
      runs: runs - this.#before.runs,
      checks: checks - this.#before.checks,
      cached: cached - this.#before.cached + this.#remembered,
    };
  }

  /** Runs one whatever its proxy would say; null when there is nothing left to try with. */
  async one(tree: ConfigTree): Promise<TriedCandidate | null> {
    await this.#run([tree]);
    return this.#tried.get(keyOf(tree)) ?? null;
  }

  /**
   * Whether each shows it, as far as the first that does: null for what was not asked behind it, and where there is nothing left to try with. A config that its
   * proxy refuses shows nothing, unless it is the refusal that is looked for (`mayBeRefused`).
   */
  async firstThat(
    trees: readonly ConfigTree[],
    shows: (tried: TriedCandidate) => boolean,
    mayBeRefused = false,
  ): Promise<readonly (boolean | null)[]> {
    this.#remembered += trees.filter((tree) => this.#isKnown(keyOf(tree))).length;
    if (!mayBeRefused) await this.#check(trees);
    const answers = (): readonly (boolean | null)[] => trees.map((tree) => this.#answer(tree, shows, mayBeRefused));
    for (;;) {
      const known = answers();
      const first = known.indexOf(true);
      const ahead = trees.filter((_, index) => known[index] === null && (first < 0 || index < first));
      if (ahead.length === 0) return known;
      const isRun = await this.#run(ahead);
      if (!isRun) return answers();
    }
  }

  /** Whether its proxy is known to refuse it. */
  isRefused(tree: ConfigTree): boolean {
    const key = keyOf(tree);
    return this.#accepted.get(key) === false || this.#tried.get(key)?.status === 'rejected';
  }

  #isKnown(key: string): boolean {
    return this.#tried.has(key) || this.#accepted.get(key) === false;
  }

  #answer(tree: ConfigTree, shows: (tried: TriedCandidate) => boolean, mayBeRefused: boolean): boolean | null {
    const key = keyOf(tree);
    const tried = this.#tried.get(key);
    if (tried !== undefined) return shows(tried);
    return !mayBeRefused && this.#accepted.get(key) === false ? false : null;
  }

  async #check(trees: readonly ConfigTree[]): Promise<void> {
    const unknown = this.#unlike(trees).filter(([key]) => !this.#tried.has(key) && !this.#accepted.has(key));
    if (unknown.length === 0 || this.#options.signal?.aborted === true) return;
    const accepted = await this.#runner.check(unknown.map(([, tree]) => ({ id: this.#nextId(), tree })));
    for (const [index, [key]] of unknown.entries()) this.#accepted.set(key, accepted[index] === true);
  }

  /** Runs the first of those that were not. False: there is nothing left to try with. */
  async #run(trees: readonly ConfigTree[]): Promise<boolean> {
    const { width, limit, signal } = this.#options;
    const unknown = this.#unlike(trees).filter(([key]) => !this.#tried.has(key));
    const batch = unknown.slice(0, Math.min(width, limit - this.#asked));
    if (unknown.length === 0) return true;
    if (batch.length === 0 || signal?.aborted === true) return false;
    this.#asked += batch.length;
    const tried = await this.#runner.try(batch.map(([, tree]) => ({ id: this.#nextId(), tree })));
    for (const [index, [key]] of batch.entries()) {
      const one = tried[index];
      if (one !== undefined) this.#tried.set(key, one);
    }
    return tried.length >= batch.length;
  }

  #unlike(trees: readonly ConfigTree[]): readonly (readonly [string, ConfigTree])[] {
    return [...new Map(trees.map((tree) => [keyOf(tree), tree] as const))];
  }

  #nextId(): string {
    this.#ids += 1;
    return `${this.#prefix}-${this.#ids}`;
  }
}

/** By tree: a tree is asked about several times. */
const KEYS = new WeakMap<ConfigTree, string>();

function keyOf(tree: ConfigTree): string {
  const known = KEYS.get(tree);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for (const [path, { text }] of tree.files) hash.update(`${path}\0${text.length}\0${text}\0`);
  const key = hash.digest('base64');
  KEYS.set(tree, key);
  return key;
}
