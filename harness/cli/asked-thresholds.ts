import { parseThreshold, type PathMeasure } from '../measure/threshold-expression.ts';
import type { Policy } from '../model/policy.ts';

const OF_LOADS = ['steady-echo', 'load', 'thin-streams', 'bulk-transfer'];

/** Scenarios that take a measure; null: all do. */
const TAKEN_BY: Readonly<Record<PathMeasure, readonly string[] | null>> = {
  'p50 added latency': OF_LOADS,
  'p90 added latency': OF_LOADS,
  'p99 added latency': OF_LOADS,
  'p99.9 added latency': OF_LOADS,
  'idle limit': ['idle-hold', 'lifetime'],
  'safe ping interval': ['idle-hold', 'lifetime'],
  'reload survival': ['reload'],
  'new handshake after reload': ['reload'],
  'upgrade success': OF_LOADS,
  'resent segments': null,
  capacity: ['capacity'],
};

/** What a policy asks of a run that a command line narrowed to these scenarios. */
interface NarrowedPolicy {
  readonly policy: Policy;
  /** Thresholds that none of the scenarios measures, as they are written. */
  readonly leftOut: readonly string[];
}

/** Leaves out the thresholds that none of the scenarios measures: whoever asks for a part of a run does not ask for the rest. */
export function policyOfScenarios(policy: Policy, scenarios: readonly string[]): NarrowedPolicy {
  const { thresholds = [], ...rest } = policy;
  const isTaken = ({ expect }: (typeof thresholds)[number]): boolean => {
    const by = TAKEN_BY[parseThreshold(expect).measure];
    return by === null || by.some((id) => scenarios.includes(id));
  };
  const kept = thresholds.filter(isTaken);
  const leftOut = thresholds.filter((one) => !isTaken(one)).map(({ expect }) => expect);
  return { policy: { ...rest, ...(kept.length === 0 ? {} : { thresholds: kept }) }, leftOut };
}
