import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../harness/lab/in-parallel.ts';

describe('inParallel', () => {
  it('keeps the order of the items and never exceeds its width', async () => {
    let running = 0;
    let most = 0;
    const doubled = await inParallel([5, 1, 3, 2, 4], 2, async (item) => {
      most = Math.max(most, ++running);
      await sleep(item);
      running--;
      return item * 2;
    });
    expect(doubled).toEqual([10, 2, 6, 4, 8]);
    expect(most).toBe(2);
  });

  it('throws the first failure once everything under way has ended, and starts nothing more', async () => {
    const ended: number[] = [];
    const running = inParallel([1, 2, 3, 4], 2, async (item) => {
      if (item === 1) throw new Error('first');
      await sleep(5);
      ended.push(item);
    });
    await expect(running).rejects.toThrow('first');
    expect(ended).toEqual([2]);
  });

  it('does nothing with no items', async () => {
    expect(await inParallel([], 3, () => Promise.resolve(1))).toEqual([]);
  });
});
