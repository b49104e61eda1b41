/**
 * A distribution that can be merged by adding: counts in buckets whose bounds grow by a fixed ratio (under 0.1 % relative
 * error, so three significant digits) from 1 µs up. Indexes and counts alternate in `buckets`, sorted by index.
 */
export interface EncodedDistribution {
  readonly unit: 'us';
  readonly count: number;
  readonly minUs: number;
  readonly maxUs: number;
  readonly sumUs: number;
  readonly buckets: readonly number[];
}
