import type { EncodedDistribution } from '../model/distribution.ts';
import type { LoadTotals } from '../model/evidence.ts';
import { Distribution } from './distribution.ts';

const PERCENTILES = { p50: 50, p90: 90, p99: 99, p999: 99.9, max: 100 } as const;
type Percentile = keyof typeof PERCENTILES;
const COUNTED = ['failures', 'lost', 'missed', 'corrupted', 'unanswered'] as const;

export type LimitMeasure = Percentile | `upgrade.${Percentile}` | (typeof COUNTED)[number];

const NAMES = Object.keys(PERCENTILES) as Percentile[];

/** Everything that a limit can be about. */
export const MEASURES: readonly LimitMeasure[] = [...NAMES, ...COUNTED, ...NAMES.map((name) => `upgrade.${name}` as const)];

export const isMeasure = (text: string): text is LimitMeasure => MEASURES.some((name) => name === text);

const isCount = (measure: LimitMeasure): boolean => COUNTED.some((name) => name === measure);

export const unitOf = (measure: LimitMeasure): 'ms' | 'count' => (isCount(measure) ? 'count' : 'ms');

/** A measured value in milliseconds, or a count with what it is a share of; null: there was nothing to measure. */
export interface Measured {
  /** As findings name measures: `p99Ms`, `upgradeP99Ms`, `failures`. */
  readonly name: string;
  readonly value: number | null;
  readonly of: number;
}

/** All that a limit can be about, of one load. */
export function measuresOf(totals: LoadTotals): Readonly<Record<LimitMeasure, Measured>> {
  const { attempts, upgraded, sent, missed, corrupted, unanswered } = totals;
  const due = sent + missed;
  const lost = sum(totals.lostSessions);
  const counts = {
    failures: { value: sum(totals.upgradeFailures) + lost + corrupted + unanswered + missed, of: attempts + due },
    lost: { value: lost, of: upgraded },
    missed: { value: missed, of: due },
    corrupted: { value: corrupted, of: sent },
    unanswered: { value: unanswered, of: sent },
  };
  const latencies = [
    ...percentilesOf(totals.latency).map(([name, value]) => [name, { name: `${name}Ms`, value, of: 1 }] as const),
    ...percentilesOf(totals.phases.upgrade).map(([name, value]) => {
      const title = `upgrade${name[0]?.toUpperCase() ?? ''}${name.slice(1)}Ms`;
      return [`upgrade.${name}`, { name: title, value, of: 1 }] as const;
    }),
  ];
  const counted = COUNTED.map((name) => [name, { name, ...counts[name] }] as const);
  return Object.fromEntries([...latencies, ...counted]) as Readonly<Record<LimitMeasure, Measured>>;
}

export const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);

function percentilesOf(encoded: EncodedDistribution | undefined): readonly (readonly [Percentile, number | null])[] {
  const times = encoded === undefined || encoded.count === 0 ? null : Distribution.decode(encoded);
  return NAMES.map((name) => [name, times === null ? null : times.percentile(PERCENTILES[name]) / 1000]);
}

/** `p99 was 61.2 ms`, `failures were 3`, `failures were 0.15 % (3 of 2,000)`. */
export function measureWords(measure: LimitMeasure, { value, of }: Measured, isShare: boolean): string {
  if (value === null) return `${measure} was not measured, as nothing came back`;
  if (!isCount(measure)) return `${measure} was ${value >= 10 ? value.toFixed(1) : value.toPrecision(3)} ms`;
  const verb = measure === 'failures' ? 'were' : 'was';
  return isShare
    ? `${measure} ${verb} ${Number(((100 * value) / Math.max(1, of)).toPrecision(3))} % (${value} of ${of})`
    : `${measure} ${verb} ${value}`;
}
