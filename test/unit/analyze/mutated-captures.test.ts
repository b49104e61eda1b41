import { describe, expect, it } from 'vitest';
import { checkCapture } from '../../soak/check-capture.ts';
import { plainSeeds } from '../../soak/seed-captures.ts';
import { soakInput } from '../../soak/soak-input.ts';
import { seededRandom } from '../../../harness/measure/seeded-random.ts';

/* A few of what test/soak/mutate-captures.ts does a million times. */

const INPUTS = 3000;
const seeds = plainSeeds();

describe('the analysis of captures', () => {
  it.each(seeds.map(({ name, bytes }) => [name, bytes] as const))('adds up for a capture as it is: %s', (_name, bytes) => {
    expect(checkCapture(bytes, seededRandom(1)).packets).toBeGreaterThan(0);
  });

  it.each([1, 2, 3])('never throws and always adds up for mutated captures, seed %i', (seed) => {
    const captures = seeds.map(({ bytes }) => bytes);
    let packets = 0;
    for (let number = 0; number < INPUTS; number += 1) {
      const { capture, random } = soakInput(seed, number, captures);
      try {
        packets += checkCapture(capture, random).packets;
      } catch (error) {
        throw new Error(`input ${number} of seed ${seed}`, { cause: error });
      }
    }
    expect(packets).toBeGreaterThan(INPUTS);
  });
});
