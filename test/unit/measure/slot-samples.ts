import { Distribution } from '../../../harness/measure/distribution.ts';

/**
 * Slots of exponential latencies with a mean of 1 ms over a base. Each slot is later or earlier as a whole by what is drawn from a normal distribution
 * with the given deviation, as slots on a busy machine are.
 */
export function slots(random: () => number, count: number, perSlot: number, baseUs: number, deviationUs: number): readonly Distribution[] {
  return Array.from({ length: count }, () => {
    const offsetUs = deviationUs * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const slot = new Distribution();
    // Far from 0, where nothing could be earlier.
    for (let n = 0; n < perSlot; n += 1) slot.record(20_000 + baseUs + offsetUs - 1000 * Math.log(1 - random()));
    return slot;
  });
}
