/** What is left to chance: 1 in 20. */
const DOUBT = 0.05;

/**
 * The highest rate, at 95 % confidence, of something that did not show in so many repeats: 1 of 1, about 3/n of many ("rule of three": Hanley and
 * Lippman-Hand, If Nothing Goes Wrong, Is Everything All Right?, JAMA 249:1743, 1983; here the exact 1 - 0.05^(1/n) that 3/n is the limit of).
 */
export const highestUnseenRate = (repeats: number): number => (repeats < 1 ? 1 : 1 - DOUBT ** (1 / repeats));

/**
 * How many repeats without a failure it takes to say, at 95 % confidence, that failures are rarer than `rate` (of 1), by the same rule: about 3 / rate.
 * Infinity for 0, which no number of repeats shows.
 */
export function repeatsToRuleOut(rate: number): number {
  if (rate <= 0) return Infinity;
  return rate >= 1 ? 1 : Math.ceil(Math.log(DOUBT) / Math.log(1 - rate));
}
