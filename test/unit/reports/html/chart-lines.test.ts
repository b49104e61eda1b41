import { describe, expect, it } from 'vitest';
import { bandPath, endLabels, linePath, stepPath } from '../../../../reports/html/chart-lines.ts';
import { linearScale, logScale } from '../../../../reports/html/chart-scale.ts';

describe('lines of a chart', () => {
  it('have gaps where nothing was measured, and a dash for a point alone', () => {
    expect(
      linePath([
        [0, 1],
        [10, 2],
        [20, null],
        [30, 3.14159],
        [40, null],
      ]),
    ).toBe('M0 1L10 2M30 3.1h2');
    expect(linePath([])).toBe('');
  });

  it('climb in steps where a counter does', () => {
    expect(
      stepPath([
        [0, 50],
        [10, 40],
        [1000, 40],
      ]),
    ).toBe('M0 50H10V40H1000V40');
  });

  it('have ground between two of them, run by run', () => {
    expect(
      bandPath(
        [
          [0, 1],
          [1, 1],
          [2, null],
          [3, 1],
        ],
        [
          [0, 5],
          [1, 6],
          [2, null],
          [3, 5],
        ],
      ),
    ).toBe('M0 1L1 1L1 6L0 5ZM3 1L3 5Z');
  });

  it('have labels that stand apart and within the lane, however close their ends', () => {
    for (const ys of [
      [50, 50, 50],
      [0, 0],
      [52, 20, 51],
      [0, 27, 54],
    ]) {
      const places = endLabels(
        ys.map((y, index) => ({ text: String(index), style: 'own', y })),
        54,
      ).map(({ text }) => Number(/y="([\d.-]+)"/.exec(text)?.[1]));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      const gaps = places.slice(1).map((place, index) => place - (places[index] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(12);
      expect(Math.min(...places)).toBeGreaterThan(0);
      expect(Math.max(...places)).toBeLessThanOrEqual(57);
    }
  });
});

describe('scales of a chart', () => {
  it('end at a round number that no value is above', () => {
    for (const [high, top] of [
      [0, 1],
      [7, 8],
      [103, 125],
      [10_000, 10_000],
      [38_000, 40_000],
    ] as const) {
      const scale = linearScale(high);
      expect(scale.ticks).toEqual([0, top]);
      expect(scale.position(high)).toBeLessThanOrEqual(1);
    }
  });

  it('are logarithmic over at least a decade, with every value on it', () => {
    const narrow = logScale([2, 3]);
    expect(narrow.ticks).toEqual([2, 5, 10, 20]);
    const wide = logScale([0, 0.31, 1502]);
    expect(wide.ticks).toEqual([1, 10, 100, 1000]);
    expect([wide.position(0), wide.position(0.31), wide.position(1502)].every((at) => at >= 0 && at <= 1)).toBe(true);
    expect(wide.position(10) - wide.position(1)).toBeCloseTo(wide.position(1000) - wide.position(100), 6);
    expect(logScale([]).ticks.length).toBeGreaterThan(1);
  });
});
