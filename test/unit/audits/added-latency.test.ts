import { describe, expect, it } from 'vitest';
import { addedLatency } from '../../../harness/audits/added-latency.ts';
import type { LoadEvidence } from '../../../harness/model/evidence.ts';
import type { UsageEvidence } from '../../../harness/model/load.ts';
import { findingsOf, latencies, load, onControl, usage } from './evidence-builders.ts';
import { hostOf, pathWith } from './path-builders.ts';

const path = pathWith(['haproxy']);
const both = (slot: LoadEvidence): readonly LoadEvidence[] => [slot, { ...slot, slot: 3 }];
const slowBy = (ms: number): LoadEvidence => load({ latency: latencies(2000, (index) => 300 + (index % 100) + ms * 1000) });
const control = both(onControl(load()));
const findings = (loads: readonly LoadEvidence[], on = path, usages: readonly UsageEvidence[] = []) =>
  findingsOf(addedLatency, on, { loads, usages, hosts: [hostOf('haproxy')] });
const judged = (loads: readonly LoadEvidence[], on = path) => findings(loads, on)[0];
const generator = { lag: latencies(1, () => 1), cpuPercent: 99, wasBottleneck: true, because: 'sends were late' };

describe('added-latency', () => {
  it('says the difference when it passes', () => {
    expect(judged([...both(slowBy(0.21)), ...control])).toMatchObject({
      outcome: 'pass',
      summary: 'against control: p50 +0.21 ms (0.20 to 0.22); p99 +0.21 ms (0.21 to 0.21)',
      measures: { addedP50Ms: 0.21, slowerShare: 1 },
    });
  });

  it('says how large a difference would have been seen where none was', () => {
    const [first, second] = [slowBy(0), slowBy(0.4)];
    expect(judged([first, second, ...control])?.summary).toMatch(
      /^against control: p50 no difference seen, the smallest detectable was \d/,
    );
  });

  it('passes a real difference of less than 5 ms', () => {
    expect(judged([...both(slowBy(4.9)), ...control])?.outcome).toBe('pass');
  });

  it('fails a median beyond 5 ms and blames the only proxy', () => {
    const finding = judged([...both(slowBy(8)), ...control]);
    expect(finding).toMatchObject({
      outcome: 'fail',
      blame: { host: 'haproxy', confidence: 'likely' },
      measures: { addedP50Ms: expect.closeTo(8, 1) },
    });
    expect(finding?.summary).toContain('p50 +8.0 ms (');
    expect(finding?.details[0]).toMatchObject({ title: expect.stringContaining('slower in 100 % of pairs') });
  });

  it('fails a 99th percentile beyond 50 ms though the median is fine', () => {
    const tail = load({ latency: latencies(2000, (index) => (index % 20 === 0 ? 80_000 : 300 + (index % 100))) });
    expect(judged([...both(tail), ...control])).toMatchObject({ outcome: 'fail', blame: { host: 'haproxy' } });
  });

  it('says nothing of a 99th percentile that there are too few echoes for', () => {
    const few = load({ latency: latencies(160, (index) => (index % 20 === 0 ? 80_000 : 300)) });
    const finding = judged([...both(few), ...both(onControl(load({ latency: latencies(160, () => 300) })))]);
    expect(finding).toMatchObject({ outcome: 'pass', summary: expect.not.stringContaining('p99') });
    expect(finding?.measures).not.toHaveProperty('addedP99Ms');
  });

  it('is inconclusive where slots of one path differ more than the paths do', () => {
    expect(judged([slowBy(0), slowBy(40), slowBy(40), ...control])).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('no difference seen, the smallest detectable was'),
    });
    const few = load({ latency: latencies(2, () => 20_000) });
    expect(judged([...both(few), ...control])?.outcome).toBe('inconclusive');
  });

  it('is inconclusive with one slot on a path', () => {
    expect(judged([slowBy(8), ...control])).toMatchObject({ outcome: 'inconclusive', summary: expect.stringContaining('one slot') });
  });

  it('merges the slots of a path', () => {
    expect(judged([slowBy(8), ...both(slowBy(0)), ...control])?.outcome).toBe('pass');
  });

  it('compares with the control slots that were run for this path', () => {
    const foreign = both(onControl(load({ ...slowBy(20), comparedFor: 'another' })));
    expect(judged([...both(slowBy(8)), ...foreign, ...control])?.outcome).toBe('fail');
  });

  it('names nobody on a path of two proxies', () => {
    expect(judged([...both(slowBy(8)), ...control], pathWith(['nginx', 'haproxy']))?.blame?.host).toBe('unknown');
  });

  it('judges each profile by itself, and names it', () => {
    const of = (profile: string, slot: LoadEvidence): readonly LoadEvidence[] => both({ ...slot, profile, scenario: 'load' });
    const all = [...of('calm', slowBy(1)), ...of('rush', slowBy(20)), ...of('calm', onControl(load())), ...of('rush', onControl(load()))];
    expect(findings(all).map(({ outcome }) => outcome)).toEqual(['pass', 'fail']);
    expect(findings(all)[1]?.summary).toMatch(/^rush: /);
  });
});

describe('added-latency of loads that cannot tell', () => {
  it('fails what is much later than the generator was, and not what a generator without CPU time measured', () => {
    const late = (cpuPercent: number) => ({ lag: latencies(100, () => 7000), cpuPercent, wasBottleneck: true, because: 'sends were late' });
    expect(judged([...both({ ...slowBy(40), generator: late(12) }), ...control])?.outcome).toBe('fail');
    expect(judged([...both({ ...slowBy(12), generator: late(12) }), ...control])?.outcome).toBe('inconclusive');
    expect(judged([...both({ ...slowBy(40), generator: late(97) }), ...control])?.outcome).toBe('inconclusive');
  });

  it('is inconclusive when the generator was the bottleneck, on either path', () => {
    expect(judged([...both({ ...slowBy(8), generator }), ...control])).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('sends were late'),
    });
    expect(judged([...both(slowBy(8)), ...both(onControl(load({ generator })))])?.outcome).toBe('inconclusive');
  });

  it('is inconclusive when the origin was busy in more than a tenth of the samples, with the numbers', () => {
    const all = [...both(slowBy(8)), ...control];
    const busy = (count: number) => usage('origin', [...Array<number>(count).fill(97), ...Array<number>(10 - count).fill(40)]);
    expect(findings(all, path, [busy(1)])[0]?.outcome).toBe('fail');
    expect(findings(all, path, [busy(2)])[0]).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('more than 90 % of one CPU in 4 of 20 samples, at most 97 %'),
    });
    expect(findings(all, path, [{ ...busy(9), path: 'direct' }])[0]?.outcome).toBe('inconclusive');
    expect(findings(all, path, [{ ...busy(9), host: 'haproxy', role: 'proxy' }])[0]?.outcome).toBe('fail');
  });

  it('does not judge a closed loop, and says nothing of a load without a comparison', () => {
    const { requested } = load();
    const closed = { ...requested, loop: 'closed' as const };
    expect(judged([...both({ ...slowBy(8), requested: closed }), ...both(onControl(load({ requested: closed })))])).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('a closed loop asks a slow path less'),
    });
    expect(judged(both({ ...slowBy(8), requested: { ...requested, compared: false } }))).toBeUndefined();
  });

  it('leaves out slots that were stopped or cut, and judges nothing where too few are left', () => {
    const cut = load({ ...slowBy(900), ended: 'cut' });
    expect(judged([...both(slowBy(1)), cut, ...control])?.outcome).toBe('pass');
    expect(judged([slowBy(8), { ...slowBy(8), ended: 'stopped' }, ...control])).toMatchObject({
      outcome: 'inconclusive',
      summary: expect.stringContaining('the load ended before its time'),
    });
  });

  it('is inconclusive when no echo came back, and says nothing when no upgrade succeeded or nothing was sent', () => {
    expect(judged([...both(load({ latency: latencies(0, () => 0) })), ...control])?.outcome).toBe('inconclusive');
    expect(judged([load({ upgraded: 0 }), ...control])).toBeUndefined();
    expect(judged([load({ sent: 0 }), ...control])).toBeUndefined();
  });
});
