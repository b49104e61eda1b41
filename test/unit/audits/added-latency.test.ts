import { describe, expect, it } from 'vitest';
import { addedLatency } from '../../../harness/audits/added-latency.ts';
import type { LoadEvidence } from '../../../harness/model/evidence.ts';
import { findingsOf, latencies, load, onControl } from './evidence-builders.ts';
import { hostOf, pathWith } from './path-builders.ts';

const path = pathWith(['haproxy']);
const slowBy = (ms: number): LoadEvidence => load({ latency: latencies(2000, (index) => 300 + (index % 100) + ms * 1000) });
const control = onControl(load());
const judged = (loads: readonly LoadEvidence[], on = path) => findingsOf(addedLatency, on, { loads, hosts: [hostOf('haproxy')] })[0];
const generator = { lag: latencies(1, () => 1), cpuPercent: 99, wasBottleneck: true, because: 'sends were late' };

describe('added-latency', () => {
  it('says the difference when it passes', () => {
    expect(judged([slowBy(0.21), control])).toMatchObject({
      outcome: 'pass',
      summary: 'p50 +0.21 ms, p99 +0.21 ms against control',
      measures: { addedP50Ms: 0.21 },
    });
  });

  it('passes a real difference of less than 5 ms', () => {
    expect(judged([slowBy(4.9), control])?.outcome).toBe('pass');
  });

  it('fails a median beyond 5 ms and blames the only proxy', () => {
    const finding = judged([slowBy(8), control]);
    expect(finding).toMatchObject({
      outcome: 'fail',
      blame: { host: 'haproxy', confidence: 'likely' },
      measures: { addedP50Ms: expect.closeTo(8, 1) },
    });
    expect(finding?.summary).toContain('p50 interval +');
  });

  it('fails a 99th percentile beyond 50 ms though the median is fine', () => {
    const tail = load({ latency: latencies(2000, (index) => (index % 20 === 0 ? 80_000 : 300 + (index % 100))) });
    expect(judged([tail, control])).toMatchObject({ outcome: 'fail', blame: { host: 'haproxy' } });
  });

  it('does not fail a difference within its interval', () => {
    const few = load({ latency: latencies(5, () => 20_000) });
    expect(judged([few, control])?.outcome).toBe('pass');
  });

  it('merges the slots of a path', () => {
    expect(judged([slowBy(8), slowBy(0), slowBy(0), control])?.outcome).toBe('pass');
  });

  it('compares with the control slots that were run for this path', () => {
    const foreign = onControl(load({ ...slowBy(20), comparedFor: 'another' }));
    expect(judged([slowBy(8), foreign, { ...control, comparedFor: 'subject' }])?.outcome).toBe('fail');
  });

  it('names nobody on a path of two proxies', () => {
    expect(judged([slowBy(8), control], pathWith(['nginx', 'haproxy']))?.blame?.host).toBe('unknown');
  });

  it('fails what is much later than the generator was, and not what a generator without CPU time measured', () => {
    const late = (cpuPercent: number) => ({ lag: latencies(100, () => 7000), cpuPercent, wasBottleneck: true, because: 'sends were late' });
    expect(judged([{ ...slowBy(40), generator: late(12) }, control])?.outcome).toBe('fail');
    expect(judged([{ ...slowBy(12), generator: late(12) }, control])?.outcome).toBe('inconclusive');
    expect(judged([{ ...slowBy(40), generator: late(97) }, control])?.outcome).toBe('inconclusive');
  });

  it('is inconclusive when the generator was the bottleneck, on either path', () => {
    expect(judged([{ ...slowBy(8), generator }, control])).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('sends were late'),
    });
    expect(judged([slowBy(8), { ...control, generator }])?.outcome).toBe('inconclusive');
  });

  it('is inconclusive when no echo came back, and says nothing when no upgrade succeeded', () => {
    expect(judged([load({ latency: latencies(0, () => 0) }), control])?.outcome).toBe('inconclusive');
    expect(judged([load({ upgraded: 0 }), control])).toBeUndefined();
  });
});
