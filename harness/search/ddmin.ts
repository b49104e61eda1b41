/** What is known while a search goes on. */
export interface MinimiseProgress {
  /** Parts of the smallest set so far. */
  readonly parts: number;
  /** Candidates asked for so far. */
  readonly asked: number;
}

export interface MinimiseOptions {
  /** Most candidates that are asked for at once. */
  readonly width: number;
  /** Most candidates that are asked for in all. */
  readonly limit: number;
  /**
   * Where several of a batch fail, asks next whether all that they left out can go together: far fewer batches, but what is found may
   * depend on the width.
   */
  readonly isTogether?: boolean;
  /** Ends the search with what it has. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MinimiseProgress) => void;
}

export interface Minimised<T> {
  readonly parts: readonly T[];
  /** Every set that lacks one more part was tried and fails no longer. False: the search ended early. */
  readonly isMinimal: boolean;
  readonly asked: number;
}

/**
 * Answers for each candidate, in order. Null: not known. Behind one that fails that says nothing; where none fails, the search ends, as it
 * does when there is no time left to try more.
 */
export type StillFailing<T> = (candidates: readonly (readonly T[])[]) => Promise<readonly (boolean | null)[]>;

/**
 * The smallest part of a failing whole that still fails: delta debugging (A. Zeller and R. Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", IEEE Transactions on Software Engineering 28(2), 2002, section 3: ddmin). 1-minimal, not the global minimum:
 * no single part can be left out. `parts` as a whole must fail; that is the caller's to know.
 *
 * Each candidate costs a real run, so two things differ from the paper: subsets are asked for in halves only, where they pay, and a
 * round of complements goes on behind the run that it left out, later ones first, instead of starting over. The last rounds, of single
 * parts, go on until none can go, which is what makes it 1-minimal. The empty set is asked for first, as a level of a hierarchy may
 * not be needed at all.
 *
 * Candidates are asked for in batches. The first in order that fails is taken, so the result is the same whatever the width, unless
 * `isTogether`.
 */
export async function minimise<T>(parts: readonly T[], isStillFailing: StillFailing<T>, options: MinimiseOptions): Promise<Minimised<T>> {
  const search = new Search(parts, isStillFailing, options);
  return await search.run();
}

/** Indices into the parts, ascending. */
type Indices = readonly number[];

class Search<T> {
  readonly #parts: readonly T[];
  readonly #isStillFailing: StillFailing<T>;
  readonly #options: MinimiseOptions;
  /** Sets that are known not to fail. */
  readonly #passing = new Set<string>();
  #asked = 0;
  /** The limit or the signal came before everything was asked. */
  #wasCut = false;

  constructor(parts: readonly T[], isStillFailing: StillFailing<T>, options: MinimiseOptions) {
    this.#parts = parts;
    this.#isStillFailing = isStillFailing;
    this.#options = options;
  }

  async run(): Promise<Minimised<T>> {
    let current: Indices = this.#parts.map((_, index) => index);
    if (current.length > 0) current = await this.#halve(current);
    for (let count = 4; current.length > 1 && !this.#wasCut; count *= 2) {
      const isFinest = count >= current.length;
      current = await this.#thin(current, Math.min(count, current.length));
      if (isFinest) break;
    }
    return { parts: this.#chosen(current), isMinimal: current.length === 0 || !this.#wasCut, asked: this.#asked };
  }

  /** Nothing, or a half that fails by itself, for as long as there is one. */
  async #halve(whole: Indices): Promise<Indices> {
    let current = whole;
    let half: Indices | null = whole;
    while (half !== null && half.length > 0) {
      half = await this.#firstFailing([[], ...(current.length > 1 ? split(current, 2) : [])]);
      if (half !== null) current = this.#step(half);
    }
    return current;
  }

  /** Leaves runs out, one after the other, round and round while they are single parts, else in one round. */
  async #thin(whole: Indices, count: number): Promise<Indices> {
    let current = whole;
    let turn: readonly Indices[] = split(current, count).toReversed();
    let spare: readonly Indices[] = [];
    const areSingle = count === whole.length;
    while (turn.length > 0 && current.length > 1) {
      const ways = [...(spare.length > 1 ? [spare] : []), ...turn.map((run) => [run])];
      const sets = ways.map((way) => difference(current, way.flat()));
      const failing = await this.#failing(sets);
      const [gone, set] = [ways[failing[0] ?? -1], sets[failing[0] ?? -1]];
      if (gone === undefined || set === undefined) break;
      current = this.#step(set);
      spare =
        this.#options.isTogether === true
          ? [...new Set(failing.flatMap((index) => ways[index] ?? []))].filter((run) => !gone.includes(run))
          : [];
      // Those that were needed a moment ago are most likely still: they come last, and are only asked about again where it is the last word.
      const at = Math.max(...gone.map((run) => turn.indexOf(run)));
      turn = [...turn.slice(at + 1), ...(areSingle ? turn.slice(0, at) : [])].filter((run) => !gone.includes(run));
    }
    return current;
  }

  #step(smaller: Indices): Indices {
    this.#options.onProgress?.({ parts: smaller.length, asked: this.#asked });
    return smaller;
  }

  /** The first that fails; null when none does, or when the search must end before it is known. */
  async #firstFailing(candidates: readonly Indices[]): Promise<Indices | null> {
    const [first] = await this.#failing(candidates);
    return first === undefined ? null : (candidates[first] ?? null);
  }

  /** Places of the first that fails and of what else failed in its batch. Empty: none does, or the search must end before it is known. */
  async #failing(candidates: readonly Indices[]): Promise<readonly number[]> {
    const unknown = [...candidates.entries()].filter(([, candidate]) => !this.#passing.has(keyOf(candidate)));
    let next = 0;
    while (next < unknown.length) {
      const batch = unknown.slice(next, next + Math.max(1, Math.min(this.#options.width, this.#options.limit - this.#asked)));
      if (this.#mustStop(batch.length)) return [];
      this.#asked += batch.length;
      const failing = await this.#isStillFailing(batch.map(([, candidate]) => this.#chosen(candidate)));
      for (const [index, [, candidate]] of batch.entries()) if (failing[index] === false) this.#passing.add(keyOf(candidate));
      const found = batch.flatMap(([place], index) => (failing[index] === true ? [place] : []));
      if (found.length > 0) return found;
      if (batch.some((_, index) => failing[index] !== false)) this.#wasCut = true;
      next += batch.length;
    }
    return [];
  }

  #mustStop(count: number): boolean {
    if (this.#options.signal?.aborted === true || this.#asked + count > this.#options.limit) this.#wasCut = true;
    return this.#wasCut;
  }

  #chosen(indices: Indices): readonly T[] {
    return indices.flatMap((index) => this.#parts.slice(index, index + 1));
  }
}

const keyOf = (indices: Indices): string => indices.join(',');

/** In `count` runs of nearly the same length, none of them empty. */
function split(indices: Indices, count: number): readonly Indices[] {
  return Array.from({ length: count }, (_, index) =>
    indices.slice(Math.floor((index * indices.length) / count), Math.floor(((index + 1) * indices.length) / count)),
  );
}

function difference(indices: Indices, run: Indices): Indices {
  const out = new Set(run);
  return indices.filter((index) => !out.has(index));
}
