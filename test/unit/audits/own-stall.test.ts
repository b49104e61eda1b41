import { describe, expect, it } from 'vitest';
import { ownStallMs } from '../../../harness/audits/own-stall.ts';
import type { Stall } from '../../../harness/model/play.ts';
import { play } from './play-builders.ts';

const stalled = (client: readonly Stall[], origin: readonly Stall[]): Parameters<typeof ownStallMs>[0] => {
  const base = play();
  return { client: { ...base.client, stalls: client }, origin: base.origin === null ? null : { ...base.origin, stalls: origin } };
};

describe('ownStallMs', () => {
  it('is nothing where both ends could always run', () => {
    expect(ownStallMs(play(), 0, 5000)).toBe(0);
  });

  it('counts what lies within the time, and once what both ends saw', () => {
    const both = stalled([{ fromMs: 1000, untilMs: 2000 }], [{ fromMs: 1500, untilMs: 2600 }]);
    expect(ownStallMs(both, 0, 5000)).toBe(1600);
    expect(ownStallMs(both, 1800, 2500)).toBe(700);
    expect(ownStallMs(both, 3000, 5000)).toBe(0);
  });

  it('counts a short one within a long one not at all', () => {
    expect(
      ownStallMs(
        stalled(
          [
            { fromMs: 100, untilMs: 900 },
            { fromMs: 1000, untilMs: 1100 },
          ],
          [{ fromMs: 200, untilMs: 300 }],
        ),
        0,
        5000,
      ),
    ).toBe(900);
  });
});
