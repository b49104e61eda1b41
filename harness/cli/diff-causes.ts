import { plural } from '../../reports/numbers.ts';
import { diffFingerprints } from '../compare/fingerprint-diff.ts';
import type { TriedCandidate } from '../model/candidate.ts';
import type { BehaviouralChange, Cause, Hunk, SearchCost, Uncaused } from '../model/search-results.ts';
import { causesOf } from '../search/blame-hunks.ts';
import { changesOf, type Changes } from '../search/changes.ts';
import { applyHunks, hunksOf, splitHunk } from '../search/hunks.ts';
import type { ConfigTree } from '../model/surroundings.ts';
import type { DiffSides } from './diff-sides.ts';
import { tryPair } from './diff-tries.ts';
import type { Progress } from './progress.ts';

/** One kind of driving: the configs as they are, or copies whose durations are divided. */
export interface DiffPass {
  readonly scenarios: readonly string[];
  readonly factor: number;
}

export interface SearchGround {
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

type Tries = readonly [before: TriedCandidate, after: TriedCandidate];

/** What differed when both sides were driven for the first time. */
export interface SeenOnce {
  readonly changes: readonly BehaviouralChange[];
  readonly tried: Tries | null;
}

export interface FoundCauses {
  readonly causes: readonly Cause[];
  readonly uncaused: readonly Uncaused[];
  /** Seen once and not again: no behaviour. */
  readonly unsteady: readonly BehaviouralChange[];
  readonly cost: SearchCost;
}

const NO_COST: SearchCost = { runs: 0, checks: 0, cached: 0 };
const NOTHING: FoundCauses = { causes: [], uncaused: [], unsteady: [], cost: NO_COST };
/** Proxies that are brought up side by side, and configs in all that are run for one pass. */
const MOST_AT_ONCE = 8;
const MOST_RUNS = 200;

/** Changes between two tries of the same paths, and how much was compared on each path. */
export function comparedTries(before: TriedCandidate, after: TriedCandidate): Changes & { readonly compared: ReadonlyMap<string, number> } {
  const diffs = [...before.fingerprints].flatMap(([path, was]) => {
    const is = after.fingerprints.get(path);
    return is === undefined ? [] : [[path, diffFingerprints(was, is)] as const];
  });
  const changes = changesOf(before, after, new Map(diffs.map(([path, { differences }]) => [path, differences])));
  const kept = changes.changes.filter((change) => !isOfTiming(change));
  return { ...changes, changes: kept, compared: new Map(diffs.map(([path, { compared }]) => [path, compared])) };
}

/** How the sockets end that do not outlive a reload, and whether a handshake meets the gap, differs from one time to the next; how many live does not. */
function isOfTiming({ area, before, after }: BehaviouralChange): boolean {
  const [was, is] = [before, after].map((label) => label?.replace(/[(,].*/, '').trim());
  return area === 'reload' && was === is;
}

/**
 * Drives both sides again, only what the changes are about, and names the lines for those that show again: a change that was seen once may be the moment's.
 * `likely`: sets of lines that cause other changes.
 */
export async function searchCauses(
  sides: DiffSides,
  pass: DiffPass,
  { changes, tried: first }: SeenOnce,
  likely: readonly (readonly Hunk[])[],
  { seed, signal, progress }: SearchGround,
): Promise<FoundCauses> {
  if (changes.length === 0) return NOTHING;
  const interrupted = (): FoundCauses => ({
    ...NOTHING,
    uncaused: changes.map((change) => ({ change, because: 'it was interrupted before it had been seen twice' })),
  });
  if (signal.aborted) return interrupted();
  const paths = changes.some(({ path }) => path === null) ? null : new Set(changes.flatMap(({ path }) => path ?? []));
  const scenarios = scenariosOf(changes, pass);
  const also = likelyTrees(sides, likely).slice(0, Math.floor(MOST_AT_ONCE / (paths?.size ?? sides.before.paths.length)));
  await using pair = await tryPair(sides, { scenarios, paths, factor: pass.factor, seed: seed + 1, signal, also });
  if (pair.tried === null) return interrupted();
  const [was, is] = pair.tried;
  const shown = changes.filter((change) => change.shows(is) && (change.area === 'start' || !change.shows(was)));
  const steady = first === null ? shown : aboveNoise(shown, first, pair.tried);
  const unsteady = changes.filter((change) => !steady.includes(change));
  const cost = { ...NO_COST, runs: pair.runs };
  if (!sides.isOfLines) {
    const uncaused = steady.map((change) => ({ change, because: 'both sides have the same lines' }));
    return { ...NOTHING, uncaused, unsteady, cost };
  }
  const found = await causesOf(pair.runner, sides.before.tree, sides.after.tree, steady, {
    width: Math.max(1, Math.floor(MOST_AT_ONCE / (paths?.size ?? sides.before.paths.length))),
    limit: MOST_RUNS,
    signal,
    likely,
    onProgress: ({ change, hunks, runs }) => progress.what(`${change.what}: ${plural(hunks, 'place')} left after ${plural(runs, 'run')}`),
  });
  return { causes: found.causes, uncaused: found.uncaused, unsteady, cost: plus(cost, found.cost) };
}

/** Areas whose items have nothing to do with each other, unlike the cases of a scenario. */
const ONE_BY_ONE: ReadonlySet<string> = new Set(['finding', 'limits', 'measures', 'headers', 'reload']);

/** How much more must differ between two sides than between two runs of one of them. */
const NOISE_FACTOR = 2;

/**
 * Without what is no more than chance: where an entry does otherwise from one run to the next (a limit of requests, say), a few cases that differ between the
 * sides say nothing.
 */
function aboveNoise(changes: readonly BehaviouralChange[], first: Tries, again: Tries): readonly BehaviouralChange[] {
  const areaOf = ({ path, area, what }: BehaviouralChange): string =>
    JSON.stringify(ONE_BY_ONE.has(area) ? [path, area, what] : [path, area]);
  const noise = [0, 1].flatMap((side) => {
    const [one, other] = [first[side], again[side]];
    return one === undefined || other === undefined ? [] : comparedTries(one, other).changes.map(areaOf);
  });
  const count = (list: readonly string[], area: string): number => list.filter((one) => one === area).length;
  const areas = changes.map(areaOf);
  return changes.filter((change) => {
    const area = areaOf(change);
    return change.area === 'start' || count(areas, area) > NOISE_FACTOR * count(noise, area);
  });
}

/** For each set that may be the cause: the config before with it alone, and with everything else. */
function likelyTrees({ before, after, isOfLines }: DiffSides, likely: readonly (readonly Hunk[])[]): readonly ConfigTree[] {
  if (!isOfLines) return [];
  const lines = hunksOf(before.tree, after.tree).flatMap(splitHunk);
  return likely.flatMap((set) => {
    const ids = new Set(set.map(({ id }) => id));
    return [set, lines.filter(({ id }) => !ids.has(id))].map((chosen) => applyHunks(before.tree, after.tree, chosen));
  });
}

/** In the order of the pass; all of them where the changes do not say. */
function scenariosOf(changes: readonly BehaviouralChange[], { scenarios }: DiffPass): readonly string[] {
  const named = new Set(changes.map(scenarioOf));
  const wanted = scenarios.filter((id) => named.has(id));
  return changes.some((change) => !scenarios.includes(scenarioOf(change))) ? scenarios : wanted;
}

/** In which scenario a change is seen; empty where it cannot be told. */
function scenarioOf({ area, what }: BehaviouralChange): string {
  if (area === 'finding') return /^\S+ in (\S+)$/.exec(what)?.[1] ?? '';
  if (area === 'headers' || area === 'routing' || area === 'start') return 'opening-handshake';
  if (area === 'limits') return what.endsWith('(held)') ? 'idle-hold' : 'lifetime';
  return area === 'measures' ? (what.split(' ')[0] ?? '') : area;
}

export const plus = (a: SearchCost, b: SearchCost): SearchCost => ({
  runs: a.runs + b.runs,
  checks: a.checks + b.checks,
  cached: a.cached + b.cached,
});

/** Causes of several passes: the same lines are one cause. */
export function mergedCauses(causes: readonly Cause[]): readonly Cause[] {
  const groups = Map.groupBy(causes, ({ diff }) => diff);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const isOnly = group.some((one) => one.isOnly === false) ? false : group.some((one) => one.isOnly === null) ? null : true;
    return [{ ...first, changes: group.flatMap(({ changes }) => changes), isMinimal: group.every(({ isMinimal }) => isMinimal), isOnly }];
  });
}
