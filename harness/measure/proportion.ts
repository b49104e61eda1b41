/** Hits among a total: retransmitted segments among all that were sent. */
export interface Proportion {
  readonly hits: number;
  readonly total: number;
}

interface ProportionDifference {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

const Z_95 = 1.96;

export const share = ({ hits, total }: Proportion): number => (total === 0 ? 0 : hits / total);

/**
 * Difference of two proportions (a minus b) with its 95 % interval. One success and one failure are added to each sample (Agresti and
 * Caffo 2000), so that small counts and counts of 0 do not give an interval that is too sure of itself.
 */
export function compareProportions(a: Proportion, b: Proportion): ProportionDifference {
  const [p, q] = [(a.hits + 1) / (a.total + 2), (b.hits + 1) / (b.total + 2)];
  const margin = Z_95 * Math.sqrt((p * (1 - p)) / (a.total + 2) + (q * (1 - q)) / (b.total + 2));
  return { difference: share(a) - share(b), low: p - q - margin, high: p - q + margin };
}

/** `1.9 %`, with enough digits to tell a small share from none. */
export function percent(value: number): string {
  const hundredfold = value * 100;
  return `${hundredfold !== 0 && hundredfold < 0.1 ? hundredfold.toPrecision(1) : hundredfold.toFixed(1)} %`;
}
