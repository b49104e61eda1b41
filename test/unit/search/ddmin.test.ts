import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { type Minimised, minimise } from '../../../harness/search/ddmin.ts';

type Predicate = (parts: readonly number[]) => boolean;

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const find = (count: number, isFailing: Predicate, width = 4): Promise<Minimised<number>> =>
  minimise(range(count), (sets) => Promise.resolve(sets.map(isFailing)), { width, limit: 10_000 });

const needs =
  (...needed: readonly number[]): Predicate =>
  (parts) =>
    needed.every((one) => parts.includes(one));

/** Fails with all of one of the groups, but not where a spoiler is there without its partner: removing one alone can hide the failure. */
function seededPredicate(seed: number, count: number): Predicate {
  const random = seededRandom(seed);
  const pick = (): number => Math.floor(random() * count);
  const groups = [1, 2].map(() => Array.from({ length: 1 + Math.floor(random() * 4) }, pick));
  const pairs = Array.from({ length: 4 }, () => [pick(), pick()] as const);
  return (parts) =>
    groups.some((group) => needs(...group)(parts)) &&
    pairs.every(([spoiler, partner]) => !parts.includes(spoiler) || parts.includes(partner));
}

describe('minimise', () => {
  it('finds two lines of a hundred', async () => {
    expect(await find(100, needs(3, 70))).toMatchObject({ parts: [3, 70], isMinimal: true });
  });

  it('finds that nothing is needed', async () => {
    expect(await find(9, () => true)).toMatchObject({ parts: [], isMinimal: true });
  });

  it('keeps everything where everything is needed', async () => {
    expect(await find(7, needs(...range(7)))).toMatchObject({ parts: range(7), isMinimal: true });
  });

  it('takes an empty whole', async () => {
    expect(await find(0, () => true)).toEqual({ parts: [], isMinimal: true, asked: 0 });
  });

  it('never asks for the same set twice', async () => {
    const seen: string[] = [];
    await find(40, (parts) => {
      seen.push(parts.join(','));
      return needs(5, 6, 31)(parts);
    });
    expect(new Set(seen).size).toBe(seen.length);
  });

  it.each(range(40))('ends at a failing set from which no single part can go (monotone, seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const count = 1 + Math.floor(random() * 60);
    const needed = Array.from({ length: 1 + Math.floor(random() * 5) }, () => Math.floor(random() * count));
    const { parts, isMinimal } = await find(count, needs(...needed));
    expect(isMinimal).toBe(true);
    expect(parts).toEqual([...new Set(needed)].toSorted((a, b) => a - b));
  });

  it.each(range(60))('ends at a failing set from which no single part can go (not monotone, seed %i)', async (seed) => {
    const count = 5 + (seed % 30);
    const isFailing = seededPredicate(seed, count);
    const whole = range(count).filter(() => true);
    if (!isFailing(whole)) return;
    const { parts, isMinimal } = await find(count, isFailing);
    expect(isMinimal).toBe(true);
    expect(isFailing(parts)).toBe(true);
    for (const left of parts) expect(isFailing(parts.filter((one) => one !== left))).toBe(false);
  });

  it.each(range(20))('finds the same whatever the width (seed %i)', async (seed) => {
    const isFailing = seededPredicate(seed, 25);
    const found = await Promise.all([1, 3, 8, 100].map((width) => find(25, isFailing, width)));
    expect(new Set(found.map(({ parts }) => parts.join(','))).size).toBe(1);
  });

  it.each(range(60))('leaves out together what a batch showed to be spare (seed %i)', async (seed) => {
    const count = 5 + (seed % 40);
    const isFailing = seededPredicate(seed, count);
    if (!isFailing(range(count))) return;
    let batches = 0;
    const { parts, isMinimal } = await minimise(
      range(count),
      (sets) => {
        batches += 1;
        return Promise.resolve(sets.map(isFailing));
      },
      { width: 8, limit: 10_000, isTogether: true },
    );
    expect(isMinimal).toBe(true);
    expect(isFailing(parts)).toBe(true);
    for (const left of parts) expect(isFailing(parts.filter((one) => one !== left))).toBe(false);
    expect(batches).toBeLessThan(3 * count);
  });

  it('asks for no more at once than the width', async () => {
    const sizes: number[] = [];
    await minimise(
      range(50),
      (sets) => {
        sizes.push(sets.length);
        return Promise.resolve(sets.map(needs(1, 20, 40)));
      },
      { width: 5, limit: 1000 },
    );
    expect(Math.max(...sizes)).toBe(5);
  });

  it('ends with what it has at the limit, and says that it may not be minimal', async () => {
    const options = { width: 4, limit: 12 };
    const found = await minimise(range(64), (sets) => Promise.resolve(sets.map(needs(3, 60))), options);
    expect(found.isMinimal).toBe(false);
    expect(found.asked).toBeLessThanOrEqual(12);
    expect(needs(3, 60)(found.parts)).toBe(true);
  });

  it('ends with what it has when it is told to', async () => {
    const ender = new AbortController();
    const ask = (sets: readonly (readonly number[])[]): Promise<readonly boolean[]> => {
      ender.abort();
      return Promise.resolve(sets.map(needs(2)));
    };
    const found = await minimise(range(16), ask, { width: 1, limit: 100, signal: ender.signal });
    expect(found).toEqual({ parts: range(16), isMinimal: false, asked: 1 });
  });

  it('ends where an answer is not known', async () => {
    const found = await minimise(range(8), (sets) => Promise.resolve(sets.map(() => null)), { width: 3, limit: 100 });
    expect(found).toMatchObject({ parts: range(8), isMinimal: false });
  });

  it('reports each step down', async () => {
    const steps: number[] = [];
    await minimise(range(16), (sets) => Promise.resolve(sets.map(needs(7))), {
      width: 4,
      limit: 1000,
      onProgress: ({ parts }) => steps.push(parts),
    });
    expect(steps).toEqual([8, 4, 2, 1]);
  });
});
