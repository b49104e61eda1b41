import { describe, expect, it } from 'vitest';
import { measuredIn } from '../../../harness/cli/diff-latency.ts';
import type { LatencyDifference, LoadSummary, PathRecord } from '../../../harness/model/record.ts';

const difference = (percentile: number, deltaMs: number, isDifferent: boolean): LatencyDifference => ({
  percentile,
  subjectMs: 1 + deltaMs,
  controlMs: 1,
  deltaMs,
  lowMs: deltaMs - 0.1,
  highMs: deltaMs + 0.1,
  isDifferent,
  smallestDetectableMs: 0.1,
});
const latency = { count: 1000 } as LoadSummary['latency'];
const load = (other: Partial<LoadSummary>): LoadSummary =>
  ({
    latency,
    controlLatency: latency,
    differences: [50, 90, 99].map((p) => difference(p, 0, false)),
    generatorWasBottleneck: false,
    generatorNote: '',
    ...other,
  }) as LoadSummary;
const pathRecord = (id: string, retransSegs: number | null, own: LoadSummary | null): PathRecord =>
  ({ path: { id, control: 'before' }, load: own, tcp: [{ host: 'client', retransSegs, outSegs: 10_000 }] }) as unknown as PathRecord;
const measured = (after: LoadSummary | null, was: number | null = 0, is: number | null = 0) =>
  measuredIn({ paths: [pathRecord('before', was, load({})), pathRecord('after', is, after)] }, 'web');

describe('latency of one side against the other', () => {
  it('is p50 and p99 with the retransmissions of both', () => {
    const told = measured(load({ differences: [difference(50, 1, true), difference(90, 1, true), difference(99, 0, false)] }));
    expect(told).toMatchObject({
      path: 'web',
      differences: [
        { percentile: 50, isDifferent: true },
        { percentile: 99, isDifferent: false },
      ],
    });
    expect(told).toMatchObject({
      others: [{ isDifferent: false, words: expect.stringContaining('no difference seen, the smallest detectable was') as string }],
    });
  });

  it('has a difference in retransmissions only where the interval leaves out none', () => {
    expect(measured(load({}), 0, 300)).toMatchObject({
      others: [{ isDifferent: true, words: expect.stringMatching(/0\.0 % before, 2\.9 % after: \(2\.\d % to 3\.\d %\)/) as string }],
    });
    expect(measured(load({}), null, 300)).toMatchObject({
      others: [{ isDifferent: false, words: 'retransmitted segments: not measured' }],
    });
  });

  it('is not told where there was no load, or the generator had nothing left', () => {
    expect(measured(null)).toEqual({ because: 'latency was not compared: no load could be driven' });
    expect(measured(load({ generatorWasBottleneck: true, generatorNote: 'sends were late' }))).toEqual({
      because: 'latency was not compared: sends were late',
    });
    expect(measured(load({ controlLatency: null }))).toEqual({ because: 'latency: not compared, there was no slot of a control path' });
  });
});
