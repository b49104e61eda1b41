import { describe, expect, it } from 'vitest';
import { nextTurn, type SearchTurn, type TriedValue } from '../../../harness/measure/knee-search.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { stepFlaw } from '../../../harness/measure/step-flaw.ts';
import { load } from '../audits/evidence-builders.ts';

const BOUNDS = { from: 1, most: 64, mostTries: 60 };
type Done = Extract<SearchTurn, { readonly kind: 'done' }>;

function searched(
  answer: (value: number, index: number) => boolean | TriedValue['flaw'],
  bounds = BOUNDS,
): Done & { readonly tried: readonly TriedValue[] } {
  const tried: TriedValue[] = [];
  for (;;) {
    const turn = nextTurn(tried, bounds);
    if (turn.kind === 'done') return { ...turn, tried };
    const said = answer(turn.value, tried.length);
    tried.push({ value: turn.value, met: said === true, flaw: typeof said === 'string' ? said : null });
  }
}

describe('a search', () => {
  it('doubles, halves, makes what broke once more and confirms what was kept', () => {
    const { tried, ...found } = searched((value) => value <= 8);
    expect(found).toEqual({ kind: 'done', sustainable: 8, brokeAt: 9, because: 'settled' });
    expect(tried.map(({ value }) => value)).toEqual([1, 2, 4, 8, 16, 16, 12, 12, 10, 10, 9, 9, 8]);
  });

  it.each([1, 7, 63, 777, 5123, 99_999])('finds %d within 5 %', (knee) => {
    const { sustainable, brokeAt, because, tried } = searched((value) => value <= knee, { from: 1, most: 1e6, mostTries: 60 });
    expect(because).toBe('settled');
    expect(sustainable).toBeLessThanOrEqual(knee);
    expect(brokeAt).toBeGreaterThan(knee);
    expect((brokeAt ?? 0) - (sustainable ?? 0)).toBeLessThanOrEqual(Math.max(1, 0.05 * (sustainable ?? 0)));
    expect(tried.length).toBeLessThan(45);
  });

  it('ends at the most, confirmed, where nothing breaks', () => {
    const { tried, ...found } = searched(() => true);
    expect(found).toMatchObject({ sustainable: 64, brokeAt: null, because: 'settled' });
    expect(tried.slice(-2).map(({ value }) => value)).toEqual([64, 64]);
  });

  it('ends where the lowest breaks twice', () => {
    expect(searched(() => false)).toMatchObject({ sustainable: null, brokeAt: 1, because: 'lowest-broke', tried: { length: 2 } });
  });

  it('does not count one failure of a load that is kept the next time', () => {
    expect(searched((value, index) => value <= 8 && index !== 2)).toMatchObject({ sustainable: 8, brokeAt: 9 });
  });

  it('goes lower when what was kept is not kept again', () => {
    let isKept = true;
    const found = searched((value) => {
      if (value === 9) isKept = false;
      return value < 8 || (value === 8 && isKept);
    });
    expect(found.sustainable).toBeLessThanOrEqual(8);
    expect(searched((value, index) => value <= (index < 6 ? 8 : 5), { ...BOUNDS, most: 8 })).toMatchObject({ sustainable: 8 });
  });

  it('ends with what was kept where the generator is the bottleneck twice', () => {
    expect(searched((value) => (value <= 16 ? true : 'generator'))).toMatchObject({ sustainable: 16, brokeAt: null, because: 'generator' });
  });

  it('ends where nothing opens any more', () => {
    expect(searched((value) => (value <= 16 ? true : 'dead'))).toMatchObject({ sustainable: 16, brokeAt: 32, because: 'dead' });
  });

  it('ends in a bounded number of loads whatever comes', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 300; round += 1) {
      const { tried, sustainable, brokeAt } = searched(() => (random() < 0.1 ? 'generator' : random() < 0.6));
      expect(tried.length).toBeLessThanOrEqual(60);
      expect(sustainable ?? 0).toBeLessThan(brokeAt ?? Number.POSITIVE_INFINITY);
    }
  });
});

describe('a broken load', () => {
  const late = { ...load().generator, wasBottleneck: true };

  it.each([
    ['says nothing of the path when its generator was late and a latency is bad', load({ generator: late }), ['p99'], 'generator'],
    ['says nothing of the path when its generator ended', load({ ended: 'cut' }), ['failures'], 'generator'],
    [
      'counts where upgrades were refused, however late the generator was',
      load({ generator: late, upgradeFailures: { '503': 2 } }),
      ['failures'],
      null,
    ],
    ['counts where the generator was on time', load(), ['p99'], null],
    ['says that nothing opens where nothing did', load({ upgraded: 0, upgradeFailures: { 'connect-failed': 10 } }), ['failures'], 'dead'],
  ] as const)('%s', (_, totals, broken, flaw) => {
    expect(stepFlaw(totals, broken)).toBe(flaw);
  });
});
