import type { LoadEvidence } from '../model/evidence.ts';
import type { UsageEvidence, UsageSample } from '../model/load.ts';

/** The origin is one program with one thread: above this of one CPU it makes messages wait for itself. */
const BUSY_CPU_PERCENT = 90;
/** A tenth of the samples busy for a moment is a machine; more is an origin that was too slow for the load. */
const MOST_BUSY = 0.1;

/** Why the latency of these loads may be the origin's own: it was busy in more than a tenth of the samples that were taken while they ran. Null: it was not, or it was not measured. */
export function originDoubt(loads: readonly LoadEvidence[], usages: readonly UsageEvidence[]): string | null {
  const samples = loads.flatMap((load) => originSamples(load, usages)).flatMap(({ cpuPercent }) => cpuPercent ?? []);
  const busy = samples.filter((cpuPercent) => cpuPercent > BUSY_CPU_PERCENT).length;
  if (busy <= MOST_BUSY * samples.length) return null;
  return `the origin used more than ${BUSY_CPU_PERCENT} % of one CPU in ${busy} of ${samples.length} samples, at most ${Math.round(Math.max(...samples))} %`;
}

/** CPU is counted since the sample before, so the first that is in the load may tell of the time before it. */
const originSamples = (load: LoadEvidence, usages: readonly UsageEvidence[]): readonly UsageSample[] =>
  usages
    .filter(({ path, scenario, role }) => role === 'origin' && path === load.path && scenario === load.scenario)
    .flatMap(({ samples }) => samples.filter(({ atMs }) => atMs >= load.startedAtMs && atMs <= load.endedAtMs));
