import type { Blame } from '../model/finding.ts';

/** The legal answer when the evidence does not decide: says what was seen and names nobody. */
export const unknownBlame = (because: string): Blame => ({
  host: 'unknown',
  leg: null,
  direction: null,
  confidence: 'unknown',
  because,
  config: null,
  innocent: [],
});
