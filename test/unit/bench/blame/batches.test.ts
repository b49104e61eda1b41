import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../../../bench/blame/batches.ts';
import type { Fault } from '../../../../bench/blame/fault.ts';
import { topologyKey } from '../../../../harness/model/path.ts';
import type { Impairment } from '../../../../harness/model/impairment.ts';
import { pathWith } from '../../audits/path-builders.ts';

const fault = (id: string, scenarios: readonly string[], impairments: readonly Impairment[] = []): Fault => {
  const { control: _, ...path } = pathWith([id], {
    id,
    links: [
      { name: 'link-1', impairments },
      { name: 'link-2', impairments: [] },
    ],
  });
  return { id, about: '', family: 'config', file: '', path, scenarios, truth: null };
};

describe('batchesOf', () => {
  it('runs faults of the same scenarios together, with one control path for the same links', () => {
    const [first, second, ...rest] = batchesOf([fault('a', ['x']), fault('b', ['x']), fault('c', ['y'])]);
    expect(rest).toEqual([]);
    expect(first?.paths.map(({ id }) => id)).toEqual(['a', 'a.control', 'b']);
    expect(second?.faults.map(({ id }) => id)).toEqual(['c']);
  });

  it('takes no more topologies at once than a small machine carries', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      fault(`f-${index}`, ['x'], [{ kind: 'delay', ms: index + 1, direction: 'both' }]),
    );
    const batches = batchesOf(many);
    expect(batches.length).toBeGreaterThan(2);
    expect(Math.max(...batches.map(({ paths }) => new Set(paths.map(topologyKey)).size))).toBeLessThanOrEqual(14);
    expect(batches.flatMap(({ faults }) => faults).length).toBe(40);
  });
});
