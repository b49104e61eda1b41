import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../harness/measure/seeded-random.ts';
import { SeenRanges } from '../../../../../harness/wire/tcp/transport/seen-ranges.ts';

const started = (at: number): SeenRanges => {
  const seen = new SeenRanges();
  seen.start(at);
  return seen;
};

describe('SeenRanges', () => {
  it('knows every number it was given, whatever the order, as a plain set does', () => {
    const random = seededRandom(7);
    const base = 0x7fffffff - 300;
    const seen = started((base + 200) | 0);
    const set = new Set<number>();
    for (let turn = 0; turn < 3000; turn += 1) {
      const start = Math.floor(random() * 900);
      const end = start + 1 + Math.floor(random() * 30);
      const expected = Array.from({ length: end - start }, (_, n) => start + n).filter((number) => set.has(number)).length;
      expect(seen.overlap((base + start) | 0, (base + end) | 0)).toBe(expected);
      if (random() > 0.1) continue;
      for (let number = start; number < end; number += 1) set.add(number);
      seen.add((base + start) | 0, (base + end) | 0);
    }
    expect(set.size).toBeGreaterThan(800);
  });

  it('forgets the oldest hole after a thousand', () => {
    const seen = started(0);
    for (let n = 0; n < 1001; n += 1) seen.add(10 * n + 5, 10 * n + 10);
    expect(seen.overlap(0, 5)).toBe(5);
    expect(seen.overlap(10, 15)).toBe(0);
  });

  it('goes round the sequence space more than once', () => {
    const seen = started(-1000);
    let at = -1000;
    for (let bytes = 0; bytes < 2 ** 33; bytes += 2 ** 29) {
      const next = (at + 2 ** 29) | 0;
      expect(seen.overlap(at, next)).toBe(0);
      seen.extend(next);
      expect(seen.overlap((next - 1448) | 0, next)).toBe(1448);
      at = next;
    }
  });

  it('tells what is further away than any window', () => {
    const seen = started(-5);
    expect([2 ** 30 + 1, -(2 ** 30) - 10, 100].map((seq) => seen.isFar(seq))).toEqual([true, true, false]);
  });
});
