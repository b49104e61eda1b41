import type { EncodedDistribution } from '../model/distribution.ts';
import type { LatencySummary } from '../model/record.ts';
import { Distribution } from './distribution.ts';

/** Points for each halving of the distance to 100 %: the tail gets as many as the body. */
const STEPS_PER_HALVING = 4;

/** Points [percentile, milliseconds] from 0 to 100, as far into the tail as the sample can tell: no finer than one in `count`. */
export function percentileCurve(distribution: Distribution): readonly (readonly [number, number])[] {
  if (distribution.count === 0) return [];
  const points: (readonly [number, number])[] = [];
  for (let distance = 100; distance > 100 / distribution.count; distance /= 2) {
    for (let step = 0; step < STEPS_PER_HALVING; step += 1) {
      const percentile = 100 - distance + (distance / 2) * (step / STEPS_PER_HALVING);
      points.push([Math.round(percentile * 1e4) / 1e4, distribution.percentile(percentile) / 1000]);
    }
  }
  points.push([100, distribution.max / 1000]);
  return points;
}

/** The numbers a report shows. Check `count` first: an empty sample gives zeros that measured nothing. */
export function summarise(encoded: EncodedDistribution): LatencySummary {
  const distribution = Distribution.decode(encoded);
  const ms = (percentile: number): number => distribution.percentile(percentile) / 1000;
  return {
    count: distribution.count,
    p50Ms: ms(50),
    p90Ms: ms(90),
    p99Ms: ms(99),
    p999Ms: ms(99.9),
    maxMs: distribution.max / 1000,
    curve: percentileCurve(distribution),
  };
}
