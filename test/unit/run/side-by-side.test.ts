import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LivePath } from '../../../harness/run/scenario.ts';
import { sideBySide } from '../../../harness/run/side-by-side.ts';
import { pathWith } from '../audits/path-builders.ts';

const pathOf = (id: string, topology: number): LivePath =>
  ({ path: { ...pathWith(['haproxy']), id, links: [{ name: `rack${topology}`, impairments: [] }] } }) as unknown as LivePath;

async function driven(paths: readonly LivePath[], atOnce: number): Promise<{ readonly groups: string[][]; readonly most: number }> {
  const groups: string[][] = [];
  let underWay = 0;
  let most = 0;
  const context = { paths, signal: new AbortController().signal, progress: () => undefined };
  await sideBySide(context, { atOnce, what: 'plays' }, async (group) => {
    groups.push(group.map(({ path }) => path.id));
    underWay += 1;
    most = Math.max(most, underWay);
    await sleep(5);
    underWay -= 1;
  });
  return { groups, most };
}

describe('topologies driven side by side', () => {
  it('are no more at a time than there are processors for, and all come to their turn', async () => {
    const paths = Array.from({ length: 40 }, (_, index) => pathOf(`p${index}`, index));
    const { groups, most } = await driven(paths, 6);
    expect(most).toBe(Math.min(40, Math.max(2, availableParallelism())));
    expect(groups.flat().toSorted()).toEqual(paths.map(({ path }) => path.id).toSorted());
  });

  it('begin with the one of most paths, whose paths go in groups one after the other', async () => {
    const paths = [pathOf('a', 1), ...Array.from({ length: 5 }, (_, index) => pathOf(`b${index}`, 2))];
    const { groups } = await driven(paths, 3);
    expect(groups[0]).toEqual(['b0', 'b1', 'b2']);
    expect(groups).toContainEqual(['b3', 'b4']);
  });
});
