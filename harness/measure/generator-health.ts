import type { GeneratorHealth } from '../model/evidence.ts';
import type { Distribution } from './distribution.ts';

/** Judged at this percentile: a machine that is busy for a moment delays a few sends on every path alike. */
const LAG_PERCENTILE = 90;
const MAX_LAG_MS = 5;
/** Of one CPU, of each driver. */
const MAX_CPU_PERCENT = 90;

/** Judges whether the generator kept its own schedule: a late or busy one measures itself and not the path. `cpuPercent`: of one CPU, all drivers together. */
export function judgeGenerator(lag: Distribution, cpuPercent: number, drivers = 1): GeneratorHealth {
  const lagMs = lag.percentile(LAG_PERCENTILE) / 1000;
  const whose = drivers === 1 ? '' : ` by ${drivers} drivers`;
  const numbers = `${LAG_PERCENTILE} % of sends at most ${lagMs.toFixed(1)} ms late, ${cpuPercent} % of a CPU used${whose}`;
  const reasons = [
    lagMs > MAX_LAG_MS ? `sends were late by more than ${MAX_LAG_MS} ms` : null,
    cpuPercent > MAX_CPU_PERCENT * drivers ? `more than ${MAX_CPU_PERCENT} % of a CPU was used` : null,
  ].filter((reason) => reason !== null);
  const because = reasons.length === 0 ? `the generator kept its schedule: ${numbers}` : `${reasons.join(' and ')}: ${numbers}`;
  return { lag: lag.encode(), cpuPercent, wasBottleneck: reasons.length > 0, because };
}
