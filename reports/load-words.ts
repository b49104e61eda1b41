import type { KneeEvidence, KneeResource } from '../harness/model/load.ts';
import type { LoadChart, LoadComparison, LoadSummary } from '../harness/model/record.ts';
import { formatCount, plural } from './numbers.ts';

/** `4,000 of 4,074 sessions upgraded (61 × status-503, 13 × reset); 11,990 of 12,000 messages echoed`. Labels are untrusted. */
export function sessionWords({ attempts, upgraded, upgradeFailures, sent, echoed }: LoadSummary): string {
  const failures = Object.entries(upgradeFailures).map(([label, count]) => `${formatCount(count)} × ${label}`);
  const told = failures.length === 0 ? '' : ` (${failures.join(', ')})`;
  return `${formatCount(upgraded)} of ${plural(attempts, 'session')} upgraded${told}${sent === 0 ? '' : `; ${formatCount(echoed)} of ${plural(sent, 'message')} echoed`}`;
}

/** How the load was driven, for a heading. */
export const LOOP_WORDS = { open: 'open loop', closed: 'closed loop' } as const;

/** Why the latency of a closed loop says little. */
export const CLOSED_LOOP =
  'A closed loop sends the next message when an echo came: while a path is slow it is asked less, so the waits that users would have had are not in these latencies.';

/** Said where a load did not run to its end. */
export const ENDED_WORDS = {
  complete: null,
  stopped: 'it was stopped before its end, and this is what was measured until then',
  cut: 'its generator ended before the load did, and this is what it had told until then',
} as const;

/** Generator and origin: whether anything was left. */
export function headroomWords({ lagP99Ms, generatorCpuPercent, originCpuPercent }: LoadChart['headroom']): string {
  const origin =
    originCpuPercent === null
      ? 'the CPU of the origin was not measured'
      : `the origin used ${percent(originCpuPercent)} of a CPU at its highest`;
  return `99 % of sends were at most ${lag(lagP99Ms)} late, the generator used ${percent(generatorCpuPercent)} of a CPU; ${origin}`;
}

const percent = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} %`;
const lag = (ms: number): string => `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;

/** `checkout-peak on haproxy-plain`. Untrusted. */
export const loadTitle = ({ profile, path }: Pick<LoadComparison, 'profile' | 'path'>): string => `${profile} on ${path}`;

/** The slots of one comparison in the order they ran. */
export const slotsOf = (loads: readonly LoadChart[], { path, scenario, profile }: LoadComparison): readonly LoadChart[] =>
  loads
    .filter((chart) => chart.comparedFor === path && chart.scenario === scenario && chart.profile === profile)
    .toSorted((a, b) => a.startedAtMs - b.startedAtMs);

/** The load of a step of a search. */
export const chartOfStep = (loads: readonly LoadChart[], { path, scenario }: KneeEvidence, slot: number): LoadChart | undefined =>
  loads.find((chart) => chart.path === path && chart.comparedFor === path && chart.scenario === scenario && chart.slot === slot);

const RESOURCES: Readonly<Record<KneeResource, string>> = {
  'generator-cpu': 'CPU of the load generator',
  'origin-cpu': 'CPU of the origin',
  'proxy-cpu': 'CPU of a proxy',
  'accept-queue': 'accept queue',
  'file-descriptors': 'open files',
  'ephemeral-ports': 'ephemeral ports',
  'configured-limit': 'a configured limit',
  memory: 'memory',
  unknown: 'not known',
};

/** `13,000 messages a second`, `50,000 connections`. */
export const kneeValue = (of: KneeEvidence['of'], value: number): string =>
  of === 'messages' ? `${plural(value, 'message')} a second` : plural(value, 'connection');

/** What a search found, in one sentence. Untrusted. */
export function kneeSentence({ path, of, limit, sustainable, brokeAt }: KneeEvidence): string {
  if (sustainable === null)
    return brokeAt === null
      ? `${path} was not tried at any load: whether it keeps ${limit} is not known`
      : `${path} did not keep ${limit} at any load that was tried, the least being ${kneeValue(of, brokeAt)}`;
  const broke = brokeAt === null ? 'the most that was tried' : `and no longer at ${formatCount(brokeAt)}`;
  return `${path} kept ${limit} up to ${kneeValue(of, sustainable)}, ${broke}`;
}

/** What ended first: `CPU of a proxy (haproxy): it used 99 % of a CPU`; null where nothing broke. Untrusted. */
export function kneeStop({ stoppedBy }: KneeEvidence): string | null {
  if (stoppedBy === null) return null;
  const { resource, host, because } = stoppedBy;
  return `${RESOURCES[resource]}${host === null ? '' : ` (${host})`}: ${because}`;
}
