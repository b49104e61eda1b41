import { compareLatency } from '../measure/compare.ts';
import { Distribution } from '../measure/distribution.ts';
import { summarise } from '../measure/percentile-curve.ts';
import type { EncodedDistribution } from '../model/distribution.ts';
import type { LoadEvidence } from '../model/evidence.ts';
import { LOAD_PHASES, type LoadPhase, type UsageEvidence } from '../model/load.ts';
import type { Path } from '../model/path.ts';
import type { LatencySummary, LoadComparison, LoadSummary, PhaseLatency } from '../model/record.ts';
import { bottleneckOf, isCharted, isNamed } from './load-charts.ts';

/** Slots of a path and of its control, each merged by adding: percentiles are never averaged. */
interface Slots {
  readonly own: readonly LoadEvidence[];
  readonly control: readonly LoadEvidence[];
}

const slotsOf = (path: Path, loads: readonly LoadEvidence[]): Slots => {
  const here = loads.filter(({ comparedFor }) => comparedFor === path.id);
  return {
    own: here.filter((load) => load.path === path.id),
    control: path.control === path.id ? [] : here.filter((load) => load.path === path.control),
  };
};

/** The short loads of a path, which are part of its scenarios, over all of these; null where there was none. */
export function loadSummary(path: Path, loads: readonly LoadEvidence[]): LoadSummary | null {
  const slots = slotsOf(
    path,
    loads.filter((load) => !isCharted(load)),
  );
  return slots.own.length === 0 ? null : summaryOf(slots);
}

/** Each named profile on each path against the control's slots of the same, in the order of the evidence. Pure. */
export function loadComparisons(
  paths: readonly Path[],
  loads: readonly LoadEvidence[],
  usages: readonly UsageEvidence[],
): readonly LoadComparison[] {
  const named = loads.filter(isNamed);
  return paths.flatMap((path) => {
    const { own } = slotsOf(path, named);
    return [...Map.groupBy(own, ({ scenario, profile }) => JSON.stringify([scenario, profile])).values()].flatMap(([first]) => {
      if (first === undefined) return [];
      const { scenario, profile } = first;
      const slots = slotsOf(
        path,
        named.filter((load) => load.scenario === scenario && load.profile === profile),
      );
      return [comparisonOf(path, slots, first, usages)];
    });
  });
}

function comparisonOf(
  path: Path,
  slots: Slots,
  { scenario, profile, requested }: LoadEvidence,
  usages: readonly UsageEvidence[],
): LoadComparison {
  return {
    path: path.id,
    control: slots.control.length === 0 ? null : path.control,
    scenario,
    profile,
    loop: requested.loop,
    ...summaryOf(slots),
    inconclusiveBecause: bottleneckOf([...slots.own, ...slots.control], usages),
    phases: phasesOf(slots),
  };
}

function summaryOf({ own, control }: Slots): LoadSummary {
  const sum = (of: (load: LoadEvidence) => number): number => own.reduce((total, load) => total + of(load), 0);
  const upgradeFailures: Record<string, number> = {};
  for (const load of own)
    for (const [label, count] of Object.entries(load.upgradeFailures)) upgradeFailures[label] = (upgradeFailures[label] ?? 0) + count;
  const bottleneck = [...own, ...control].find((load) => load.generator.wasBottleneck);
  const here = merged(own.map(({ latency }) => latency));
  const there = merged(control.map(({ latency }) => latency));
  return {
    attempts: sum((load) => load.attempts),
    upgraded: sum((load) => load.upgraded),
    upgradeFailures,
    sent: sum((load) => load.sent),
    echoed: sum((load) => load.echoed),
    latency: summaryOrNull(here),
    controlLatency: summaryOrNull(there),
    differences: compareLatency(
      own.map(({ latency }) => latency),
      control.map(({ latency }) => latency),
    ),
    generatorWasBottleneck: bottleneck !== undefined,
    generatorNote: bottleneck?.generator.because ?? own[0]?.generator.because ?? '',
  };
}

function phasesOf({ own, control }: Slots): LoadComparison['phases'] {
  return LOAD_PHASES.flatMap((phase) => {
    const [here, there] = [timesOf(own, phase), timesOf(control, phase)];
    const latency = phaseLatency(merged(here));
    if (latency === null) return [];
    const differences = compareLatency(here, there).filter(({ percentile }) => percentile === 50 || percentile === 99);
    return [{ phase, own: latency, control: phaseLatency(merged(there)), differences }];
  });
}

const timesOf = (loads: readonly LoadEvidence[], phase: LoadPhase): readonly EncodedDistribution[] =>
  loads.flatMap(({ phases }) => phases[phase] ?? []);

function merged(parts: readonly EncodedDistribution[]): Distribution {
  const all = new Distribution();
  for (const part of parts) all.add(Distribution.decode(part));
  return all;
}

const summaryOrNull = (all: Distribution): LatencySummary | null => (all.count === 0 ? null : summarise(all.encode()));

const phaseLatency = (all: Distribution): PhaseLatency | null =>
  all.count === 0 ? null : { count: all.count, p50Ms: all.percentile(50) / 1000, p99Ms: all.percentile(99) / 1000 };
