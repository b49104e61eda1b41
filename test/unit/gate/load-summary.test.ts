import { describe, expect, it } from 'vitest';
import { loadComparisons, loadSummary } from '../../../harness/gate/load-summary.ts';
import type { LoadEvidence } from '../../../harness/model/evidence.ts';
import { control, pathWith } from '../audits/path-builders.ts';
import { distribution, onControlSlot, sample, slot, usage } from './load-builders.ts';

const PATH = pathWith(['haproxy']);
const PATHS = [control(PATH), PATH];
const slow = (ms: number) => distribution(...Array.from({ length: 3000 }, (_, index) => ms + (index % 100) / 1000));
const abba = (own: number, there: number, more: Partial<LoadEvidence> = {}): readonly LoadEvidence[] => [
  slot({ slot: 0, latency: slow(own), ...more }),
  onControlSlot({ slot: 1, latency: slow(there) }),
  onControlSlot({ slot: 2, latency: slow(there) }),
  slot({ slot: 3, latency: slow(own), ...more }),
];

describe('loadSummary', () => {
  it('compares the slots of a path with those of its control', () => {
    const loads = abba(5, 1).map((load) => ({ ...load, scenario: 'steady-echo' }));
    const summary = loadSummary(PATH, loads);
    expect(summary).toMatchObject({ attempts: 20, latency: { count: 6000 }, controlLatency: { count: 6000 } });
    const [p50] = summary?.differences ?? [];
    expect(p50).toMatchObject({ percentile: 50, isDifferent: true });
    expect(p50?.deltaMs).toBeCloseTo(4, 1);
    expect(summary?.differences.every(({ smallestDetectableMs }) => smallestDetectableMs > 0)).toBe(true);
  });

  it('leaves named profiles and searches to their own comparison', () => {
    expect(loadSummary(PATH, [...abba(5, 1), slot({ scenario: 'knee' })])).toBeNull();
  });
});

describe('loadComparisons', () => {
  it('has one for each profile on each path, by adding up the slots', () => {
    const loads = [...abba(5, 1), slot({ profile: 'idle', upgradeFailures: { reset: 2 } })];
    expect(
      loadComparisons(PATHS, loads, []).map((it) => [it.path, it.control, it.profile, it.attempts, it.differences.length > 0]),
    ).toEqual([
      ['subject', 'direct', 'peak', 20, true],
      ['subject', null, 'idle', 10, false],
    ]);
  });

  it('adds up no steps of a search', () => {
    expect(loadComparisons(PATHS, [slot({ scenario: 'knee' }), slot({ scenario: 'knee', slot: 1 })], [])).toEqual([]);
  });

  it('sees no difference where there is none, and says what it would have seen', () => {
    const [comparison] = loadComparisons(PATHS, abba(2, 2), []);
    for (const { isDifferent, lowMs, highMs } of comparison?.differences ?? []) {
      expect(isDifferent).toBe(false);
      expect(lowMs).toBeLessThanOrEqual(0);
      expect(highMs).toBeGreaterThanOrEqual(0);
    }
  });

  it('compares the phases that occurred, each on its own', () => {
    const loads = abba(2, 2).map((load) => ({ ...load, phases: { connect: slow(load.path === 'subject' ? 3 : 1) } }));
    const [comparison] = loadComparisons(PATHS, loads, []);
    expect(
      comparison?.phases.map(({ phase, own, control: there, differences }) => [
        phase,
        own.count,
        there?.count,
        differences.map(({ percentile }) => percentile),
      ]),
    ).toEqual([['connect', 6000, 6000, [50, 99]]]);
  });

  it("is inconclusive when generator or origin had nothing left in any slot, the control's too", () => {
    const because = (loads: readonly LoadEvidence[], usages: Parameters<typeof loadComparisons>[2] = []) =>
      loadComparisons(PATHS, loads, usages)[0]?.inconclusiveBecause;
    const busy = { lag: distribution(20), cpuPercent: 99, wasBottleneck: true, because: 'it was late' };
    expect(because(abba(5, 1))).toBeNull();
    expect(because([...abba(5, 1), onControlSlot({ slot: 4, generator: busy })])).toBe(
      'the load generator was the bottleneck, it was late',
    );
    expect(because(abba(5, 1), [usage('origin', 'origin', [sample(1000, { cpuPercent: 99 })])])).toMatch(/^the origin was the bottleneck/);
  });
});
