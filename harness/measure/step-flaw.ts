import type { LoadTotals } from '../model/evidence.ts';
import type { LoadResult } from '../model/load.ts';
import type { LimitMeasure } from './limit-measures.ts';
import { sum } from './limit-measures.ts';

/** Refused upgrades and lost sessions are no matter of some milliseconds: a generator that is late by as much does not cause them. */
const HARD: readonly LimitMeasure[] = ['failures', 'lost', 'corrupted'];

/**
 * Why a load that broke its limit says nothing of the path at that load: its generator ended, or was the bottleneck while only times or unsent messages were bad; or
 * nothing opened at all. Null: it counts. `broken`: the measures that did not keep the limit.
 */
export function stepFlaw(load: LoadTotals & Pick<LoadResult, 'ended'>, broken: readonly LimitMeasure[]): 'generator' | 'dead' | null {
  if (broken.length === 0) return null;
  if (load.ended === 'cut') return 'generator';
  const hard = sum(load.upgradeFailures) + sum(load.lostSessions) + load.corrupted;
  if (load.generator.wasBottleneck && !(hard > 0 && broken.some((measure) => HARD.includes(measure)))) return 'generator';
  return load.upgraded === 0 && load.attempts > 0 ? 'dead' : null;
}
