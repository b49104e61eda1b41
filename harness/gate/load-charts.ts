import { Distribution } from '../measure/distribution.ts';
import { originDoubt } from '../measure/headroom.ts';
import type { EvidenceByKind, EvidenceKind, LoadEvidence, Recorded } from '../model/evidence.ts';
import type { UsageEvidence } from '../model/load.ts';
import type { Path } from '../model/path.ts';
import type { LoadChart, LoadHeadroom } from '../model/record.ts';
import { loadEvents } from './load-events.ts';
import { loadPoints } from './load-points.ts';
import { loadResent } from './load-resent.ts';

type Kinds = 'loads' | 'usages' | 'sockets' | 'actions' | 'crashes' | 'hosts';
type Given = { readonly [K in EvidenceKind & Kinds]: readonly Recorded<EvidenceByKind[K]>[] };

/** Whether a load has a chart: that of a named profile, or a step of a search. The load of any other scenario is short and part of its own question. */
export const isCharted = ({ scenario }: Pick<LoadEvidence, 'scenario'>): boolean => scenario === 'load' || scenario === 'knee';

/** Whether it has a comparison of its own: steps of a search differ from each other, and their sum would say nothing. */
export const isNamed = ({ scenario }: Pick<LoadEvidence, 'scenario'>): boolean => scenario === 'load';

/** Every slot of every named profile over time, in the order of the evidence. Pure. */
export function loadCharts(evidence: Given, paths: readonly Path[]): readonly LoadChart[] {
  return evidence.loads.filter(isCharted).flatMap((load) => {
    const path = paths.find(({ id }) => id === load.path);
    return path === undefined ? [] : [chartOf(load, path, evidence)];
  });
}

function chartOf(load: LoadEvidence, path: Path, evidence: Given): LoadChart {
  const { scenario, profile, slot, comparedFor, ended, startedAtMs } = load;
  const isOwn = (it: { readonly path: string; readonly scenario: string }): boolean => it.path === path.id && it.scenario === scenario;
  const usages = usagesDuring(load, evidence.usages);
  const hosts = evidence.hosts.filter((host) => host.paths.includes(path.id));
  return {
    path: path.id,
    scenario,
    profile,
    slot,
    comparedFor,
    loop: load.requested.loop,
    ended,
    startedAtMs,
    ...loadPoints(load.series, load.bucketMs),
    hosts: hostSeries(load, usages),
    resent: loadResent(load, { path, hosts, usages, sockets: evidence.sockets.filter(isOwn) }),
    events: loadEvents(load, evidence.actions, evidence.crashes),
    headroom: headroomOf(load, usages),
  };
}

const usagesDuring = (load: LoadEvidence, usages: readonly UsageEvidence[]): readonly UsageEvidence[] =>
  usages.filter(
    ({ path, scenario, startedAtMs, endedAtMs }) =>
      path === load.path && scenario === load.scenario && startedAtMs <= load.endedAtMs && endedAtMs >= load.startedAtMs,
  );

/** A sample every second of ten minutes; of a longer load every n-th. */
const MOST_SAMPLES = 600;

function hostSeries(load: LoadEvidence, usages: readonly UsageEvidence[]): LoadChart['hosts'] {
  return [...Map.groupBy(usages, ({ host }) => host)].flatMap(([host, readings]) => {
    const samples = samplesDuring(load, readings);
    const every = Math.max(1, Math.ceil(samples.length / MOST_SAMPLES));
    const points = samples
      .filter((_, index) => index % every === 0)
      .map(({ atMs, cpuPercent, rssBytes, openFiles }) => ({ atMs: atMs - load.startedAtMs, cpuPercent, rssBytes, openFiles }));
    const [first] = readings;
    return first === undefined || points.length === 0 ? [] : [{ host, role: first.role, points }];
  });
}

const samplesDuring = ({ startedAtMs, endedAtMs }: LoadEvidence, usages: readonly UsageEvidence[]): UsageEvidence['samples'] =>
  usages.flatMap(({ samples }) => samples.filter(({ atMs }) => atMs >= startedAtMs && atMs <= endedAtMs));

function headroomOf(load: LoadEvidence, usages: readonly UsageEvidence[]): LoadHeadroom {
  const origin = samplesDuring(
    load,
    usages.filter(({ role }) => role === 'origin'),
  ).flatMap(({ cpuPercent }) => cpuPercent ?? []);
  const { generator } = load;
  const doubt = generator.wasBottleneck ? null : originDoubt([load], usages);
  return {
    lagP99Ms: Distribution.decode(generator.lag).percentile(99) / 1000,
    generatorCpuPercent: generator.cpuPercent,
    originCpuPercent: origin.length === 0 ? null : Math.max(...origin),
    bottleneck: generator.wasBottleneck ? 'client' : doubt === null ? null : 'origin',
    because: doubt ?? generator.because,
  };
}

/** Why the latency of some slots is inconclusive; null where generator and origin had something left. */
export function bottleneckOf(loads: readonly LoadEvidence[], usages: readonly UsageEvidence[]): string | null {
  const late = loads.find(({ generator }) => generator.wasBottleneck);
  if (late !== undefined) return `the load generator was the bottleneck, ${late.generator.because}`;
  const doubt = originDoubt(loads, usages);
  return doubt === null ? null : `the origin was the bottleneck, ${doubt}`;
}
