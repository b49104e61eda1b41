import { describe, expect, it } from 'vitest';
import { Distribution } from '../../../harness/measure/distribution.ts';
import { slowerShare, slowerWords } from '../../../harness/measure/effect-size.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';
import { slots } from './slot-samples.ts';

const of = (...us: readonly number[]): Distribution => {
  const slot = new Distribution();
  for (const value of us) slot.record(value);
  return slot;
};

describe('slowerShare', () => {
  it('is the share of pairs in which the subject is slower, ties counted half', () => {
    const random = seededRandom(1);
    for (let trial = 0; trial < 50; trial += 1) {
      const values = (): readonly number[] => Array.from({ length: 1 + Math.floor(random() * 20) }, () => Math.floor(random() * 30));
      const [a, b, c, d] = [values(), values(), values(), values()];
      const pairs = [...a, ...b].flatMap((x) => [...c, ...d].map((y) => (x > y ? 1 : x === y ? 0.5 : 0) as number));
      const expected = pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
      expect(slowerShare([of(...a), of(...b)], [of(...c), of(...d)])?.share).toBeCloseTo(expected, 9);
    }
  });

  it('turns round with its arguments', () => {
    const random = seededRandom(2);
    const [here, there] = [slots(random, 2, 300, 1200, 50), slots(random, 2, 300, 1000, 50)];
    const [one, other] = [slowerShare(here, there), slowerShare(there, here)];
    expect((one?.share ?? 0) + (other?.share ?? 0)).toBeCloseTo(1, 9);
    expect((one?.low ?? 0) + (other?.high ?? 0)).toBeCloseTo(1, 9);
  });

  it.each([0, 300])('leaves out a half in one of a hundred runs of equal paths at most, with %d µs between slots', (noiseUs) => {
    const random = seededRandom(40 + noiseUs);
    let wrong = 0;
    for (let trial = 0; trial < 400; trial += 1) {
      const result = slowerShare(slots(random, 2, 200, 1000, noiseUs), slots(random, 2, 200, 1000, noiseUs));
      if (result === null) throw new Error('two slots each can be compared');
      if (result.low > 0.5 || result.high < 0.5) wrong += 1;
    }
    expect(wrong).toBeLessThanOrEqual(11);
  });

  it('is nothing with one slot on a side', () => {
    expect(slowerShare([of(1)], [of(1), of(2)])).toBeNull();
  });
});

describe('slowerWords', () => {
  it('says the share, or that there is no difference', () => {
    expect(slowerWords({ share: 0.62, low: 0.58, high: 0.66 })).toBe('slower in 62 % of pairs (58 to 66)');
    expect(slowerWords({ share: 0.52, low: 0.48, high: 0.56 })).toBe('as often slower as faster (48 to 56 % of pairs)');
  });
});
