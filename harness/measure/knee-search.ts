/** One load that was really made. */
export interface TriedValue {
  readonly value: number;
  readonly met: boolean;
  /**
   * Why it says nothing of the path at this load: `generator`, it could not make the load; `dead`, nothing opens on the path any more. Such a load is not met. Null: it
   * was judged.
   */
  readonly flaw: 'generator' | 'dead' | null;
}

export interface SearchBounds {
  readonly from: number;
  readonly most: number;
  /** Loads that are made at the most, repeats included. */
  readonly mostTries: number;
}

/** What a search does next, or what it came to. */
export type SearchTurn =
  | { readonly kind: 'try'; readonly value: number; readonly why: 'grow' | 'halve' | 'repeat' | 'confirm' }
  | {
      readonly kind: 'done';
      /** Highest value that was kept; null: none. */
      readonly sustainable: number | null;
      /** Lowest that was broken, twice; null: none was, or by the generator only. */
      readonly brokeAt: number | null;
      readonly because: 'settled' | 'lowest-broke' | 'generator' | 'dead' | 'tries';
    };

/** The kept and the broken value may lie this far apart, as a share of the kept one. */
const CLOSE = 0.05;
const MOST_HALVINGS = 12;
const GROWTH = 2;

/**
 * The search for the highest load that keeps a limit, as a function of what was tried: it doubles until the limit is broken, then halves the gap until both ends are
 * within 5 %. A broken load is made once more before it counts, and the highest kept one is confirmed once. Pure.
 */
export function nextTurn(tried: readonly TriedValue[], bounds: SearchBounds): SearchTurn {
  const last = tried.at(-1);
  const { kept, broken } = standing(tried);
  const done = (because: Extract<SearchTurn, { kind: 'done' }>['because']): SearchTurn => ({
    kind: 'done',
    sustainable: kept,
    brokeAt: broken,
    because,
  });
  if (tried.length >= bounds.mostTries) return done('tries');
  if (last === undefined) return { kind: 'try', value: bounds.from, why: 'grow' };
  if (!last.met && isFirstFailure(tried, last)) return { kind: 'try', value: last.value, why: 'repeat' };
  if (!last.met && last.flaw !== null) return done(last.flaw);
  if (kept === null) return done('lowest-broke');
  if (broken === null && kept < bounds.most) return { kind: 'try', value: Math.min(bounds.most, kept * GROWTH), why: 'grow' };
  const halvings = new Set(
    tried.map(({ value }) => value).filter((value) => broken !== null && value > kept / GROWTH && value < broken * GROWTH),
  ).size;
  if (broken !== null && broken - kept > Math.max(1, kept * CLOSE) && halvings < MOST_HALVINGS)
    return { kind: 'try', value: Math.round((kept + broken) / 2), why: 'halve' };
  const isConfirmed = tried.filter(({ value, met }) => value === kept && met).length > 1;
  return isConfirmed ? done('settled') : { kind: 'try', value: kept, why: 'confirm' };
}

/** The failure before it, of the same value, would make it count. */
function isFirstFailure(tried: readonly TriedValue[], last: TriedValue): boolean {
  const before = tried.at(-2);
  return before === undefined || before.met || before.value !== last.value;
}

/** Broken: failed twice in a row and judged. What was kept counts below that only. */
function standing(tried: readonly TriedValue[]): { readonly kept: number | null; readonly broken: number | null } {
  const failed = tried.filter((one, index) => {
    const before = tried[index - 1];
    return !one.met && one.flaw !== 'generator' && before !== undefined && !before.met && before.value === one.value;
  });
  const lowest = Math.min(...failed.map(({ value }) => value));
  const good = tried.filter(({ value, met }) => met && value < lowest).map(({ value }) => value);
  return { kept: good.length === 0 ? null : Math.max(...good), broken: failed.length === 0 ? null : lowest };
}
