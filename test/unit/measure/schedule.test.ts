import { describe, expect, it } from 'vitest';
import { Schedule } from '../../../harness/measure/schedule.ts';
import type { Stage } from '../../../harness/model/load.ts';

const rate = (fromPerSecond: number, toPerSecond: number, forMs: number): Stage => ({ kind: 'rate', fromPerSecond, toPerSecond, forMs });
const burst = (count: number, everyMs: number, forMs: number): Stage => ({ kind: 'burst', count, everyMs, forMs });
const dues = (schedule: Schedule): number[] => Array.from({ length: schedule.count }, (_, n) => schedule.dueAtMs(n));

describe('Schedule', () => {
  it('spaces a constant rate evenly from the start', () => {
    const schedule = new Schedule([rate(4, 4, 1000)]);
    expect(dues(schedule)).toEqual([0, 250, 500, 750]);
    expect([schedule.endMs, schedule.dueAtMs(4)]).toEqual([1000, Number.POSITIVE_INFINITY]);
  });

  it('has as many arrivals as the area under its stages, rounded up', () => {
    const counts = [[rate(4, 4, 1001)], [rate(0.5, 0.5, 1000)], [rate(0.1, 0.1, 30_000)], [rate(0, 10, 2000)], [rate(0, 0, 1000)], []];
    expect(counts.map((stages) => new Schedule(stages).count)).toEqual([5, 1, 3, 10, 0, 0]);
  });

  it('follows a ramp as the square root of the number', () => {
    const up = new Schedule([rate(0, 100, 1000)]);
    expect(up.count).toBe(50);
    for (const n of [0, 1, 12, 49]) expect(up.dueAtMs(n)).toBeCloseTo(Math.sqrt((2 * n) / 100) * 1000, 9);
    const down = new Schedule([rate(100, 0, 1000)]);
    expect(down.dueAtMs(32)).toBeCloseTo((1 - Math.sqrt(1 - 0.64)) * 1000, 6);
  });

  it('carries rests of an arrival from stage to stage, over pauses', () => {
    const schedule = new Schedule([rate(0.5, 0.5, 1000), rate(0, 0, 5000), rate(0.5, 0.5, 1000), rate(10, 10, 200)]);
    expect(dues(schedule)).toEqual([0, 7000, 7100]);
    expect(new Schedule([rate(0, 0, 5000), rate(2, 2, 1000)]).dueAtMs(0)).toBe(5000);
  });

  it('has every burst within its stage, all of it at once', () => {
    expect(dues(new Schedule([burst(2, 100, 250), rate(10, 10, 200)]))).toEqual([0, 0, 100, 100, 200, 200, 250, 350]);
    expect(dues(new Schedule([rate(1, 1, 500), burst(3, 0, 0)]))).toEqual([0, 500, 500, 500]);
  });

  it('never goes back in time', () => {
    const schedule = new Schedule([rate(0, 977, 700), burst(7, 33, 400), rate(1000, 3, 900), rate(0, 0, 50), rate(333.3, 333.3, 777)]);
    const all = dues(schedule);
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(all.at(-1)).toBeLessThanOrEqual(schedule.endMs);
  });

  it.each([1, 2, 3, 7])('gives %i shards exactly the whole between them', (of) => {
    const stages = [burst(5, 10, 20), rate(10, 90, 1000)];
    const shards = Array.from({ length: of }, (_, index) => new Schedule(stages, { index, of }));
    expect(shards.flatMap(dues).toSorted((a, b) => a - b)).toEqual(dues(new Schedule(stages)));
  });

  it('needs no list for a million arrivals', () => {
    const schedule = new Schedule([rate(100_000, 100_000, 3_600_000)]);
    expect([schedule.count, schedule.dueAtMs(359_999_999)]).toEqual([360_000_000, 3_599_999.99]);
  });
});
