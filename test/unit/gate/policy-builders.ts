import type { MeasureGround } from '../../../harness/gate/measure-ground.ts';
import type { Baseline, BaselinePath } from '../../../harness/model/baseline.ts';
import type { LevelRule, Policy, Quarantine } from '../../../harness/model/policy.ts';
import { STRICT } from './gate-builders.ts';

export const NOTHING: MeasureGround = {
  ...{ ladders: [], survivals: [], loads: [], usages: [], tcpCounters: [], capacities: [], findings: [] },
  isTimeScaled: false,
};

export const level = (of: LevelRule['level'], more: Partial<LevelRule> = {}): LevelRule => ({
  ...{ audit: '*', path: '*', scenario: null, because: 'so be it' },
  level: of,
  ...more,
});

export const quarantine = (until: string, more: Partial<Quarantine> = {}): Quarantine => ({
  ...{ audit: '*', path: '*', scenario: null, because: 'ticket 7' },
  until,
  ...more,
});

export const policy = (more: Partial<Policy>): Policy => ({ ...STRICT, ...more });

export const baselineWith = (more: Partial<BaselinePath> = {}): Baseline => ({
  baselineVersion: 1,
  paths: { subject: { findings: [], measures: {}, thresholds: [], unmet: [], ...more } },
});
