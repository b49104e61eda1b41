import { describe, expect, it } from 'vitest';
import { loadCharts } from '../../../harness/gate/load-charts.ts';
import type { ActionEvidence } from '../../../harness/model/action-evidence.ts';
import type { EvidenceByKind } from '../../../harness/model/evidence.ts';
import type { LoadChart } from '../../../harness/model/record.ts';
import type { SocketEvidence } from '../../../harness/model/wire-evidence.ts';
import { evidenceSet } from '../audits/evidence-builders.ts';
import { control, hostOf, pathWith, T0 } from '../audits/path-builders.ts';
import { bucket, distribution, onControlSlot, sample, slot, usage } from './load-builders.ts';

type Given = { readonly [K in 'loads' | 'usages' | 'sockets' | 'actions' | 'crashes' | 'hosts']?: readonly EvidenceByKind[K][] };

const PATH = pathWith(['haproxy']);
const chartsOf = (given: Given, path = PATH): readonly LoadChart[] => loadCharts(evidenceSet(given), [control(path), path]);
const chartOf = (given: Given): LoadChart => chartsOf({ loads: [slot()], ...given })[0]!;

const action = (host: string, what: ActionEvidence['do'], atMs: number, more: Partial<ActionEvidence> = {}): ActionEvidence => ({
  host,
  do: what,
  paths: ['subject'],
  scenario: 'load',
  startedAtMs: T0 + atMs,
  endedAtMs: T0 + atMs + 40,
  how: '',
  ...more,
});

const socket = (local: string, peer: string, ...values: readonly (readonly [number, number | null])[]): SocketEvidence => ({
  path: 'subject',
  scenario: 'load',
  host: 'haproxy',
  local,
  peer,
  samples: values.map(([atMs, retransSegs]) => ({
    atMs: T0 + atMs,
    state: 'ESTAB',
    rttMs: 1,
    minRttMs: 1,
    cwndSegs: 10,
    unackedSegs: 0,
    retransSegs,
    bytesRetrans: 0,
    deliveryRateBitPerSecond: null,
  })),
});

describe('loadCharts', () => {
  it('has a chart for each slot of a named profile, those of the control path too, and none for other scenarios', () => {
    const loads = [slot(), onControlSlot(), slot({ scenario: 'steady-echo' }), slot({ scenario: 'knee', slot: 3 })];
    expect(chartsOf({ loads }).map(({ path, scenario, slot: number }) => [path, scenario, number])).toEqual([
      ['subject', 'load', 0],
      ['direct', 'load', 1],
      ['subject', 'knee', 3],
    ]);
  });

  it('says of each bucket what failed in it, and no latency where no echo came', () => {
    const failing = bucket(0, { upgradeFailures: { 'status-503': 2, reset: 1 }, lostSessions: { fin: 4 }, missed: 5, corrupted: 6 });
    const { points } = chartOf({ loads: [slot({ series: [failing, bucket(1000, { latency: distribution() })] })] });
    expect(points[0]).toMatchObject({ failedUpgrades: 3, lostSessions: 4, missed: 5, corrupted: 6, p50Ms: expect.closeTo(2, 1) });
    expect(points[1]).toMatchObject({ p50Ms: null, p90Ms: null, p99Ms: null, maxMs: null });
  });

  it('joins buckets beyond 600 by adding counts and distributions', () => {
    const series = Array.from({ length: 1201 }, (_, index) =>
      bucket(index * 50, { open: index, latency: distribution(...(index % 3 === 0 ? [100] : Array.from({ length: 99 }, () => 1))) }),
    );
    const { points, bucketMs } = chartOf({ loads: [slot({ series, bucketMs: 50 })] });
    expect([points.length, bucketMs]).toEqual([401, 150]);
    expect(points[0]).toMatchObject({ atMs: 0, open: 2, sent: 300, p50Ms: expect.closeTo(1, 2), p99Ms: expect.closeTo(1, 2), maxMs: 100 });
    expect(points[1]?.atMs).toBe(150);
    expect(points.reduce((sum, { sent }) => sum + sent, 0)).toBe(120_100);
  });

  it('puts the samples of the hosts on the clock of the load, and leaves out those of another slot', () => {
    const { hosts } = chartOf({ usages: [usage('haproxy', 'proxy', [sample(-500), sample(1000, { cpuPercent: null }), sample(12_000)])] });
    expect(hosts).toEqual([{ host: 'haproxy', role: 'proxy', points: [{ atMs: 1000, cpuPercent: null, rssBytes: 1e6, openFiles: 20 }] }]);
  });

  it('counts what a host with one leg sent again on that leg, and names both legs of a proxy whose sockets were not sampled', () => {
    const grown = [sample(-100, { retransSegs: 7 }), sample(2000, { retransSegs: 9 }), sample(3000, { retransSegs: 9 })];
    const { resent } = chartOf({ usages: [usage('client', 'client', grown), usage('haproxy', 'proxy', grown)] });
    const points = [
      { atMs: 0, retransSegs: 0 },
      { atMs: 2000, retransSegs: 2 },
    ];
    expect(resent).toEqual([
      { legs: ['client-haproxy'], host: 'client', points },
      { legs: ['client-haproxy', 'haproxy-origin'], host: 'haproxy', points },
    ]);
  });

  it('tells the legs of a proxy apart by the addresses of its sockets', () => {
    const hosts = [
      hostOf('client', [], { role: 'client', addresses: ['10.77.1.10', '10.77.1.11'] }),
      hostOf('origin', [], { role: 'origin', addresses: ['fd00::2'] }),
    ];
    const sockets = [
      socket('10.77.1.130:8080', '10.77.1.11:40000', [1000, 0], [2000, 3]),
      socket('[fd00::1]:41000', '[fd00::2]:9000', [-200, 5], [1500, 6], [2500, null]),
    ];
    const { resent } = chartOf({ hosts, sockets, usages: [usage('haproxy', 'proxy', [sample(1000, { retransSegs: 99 })])] });
    expect(resent.map(({ legs, points }) => [legs, points.at(-1)])).toEqual([
      [['client-haproxy'], { atMs: 2000, retransSegs: 3 }],
      [['haproxy-origin'], { atMs: 1500, retransSegs: 1 }],
    ]);
  });

  it('marks what was done to hosts of the path while it ran, a freeze with its thaw as one', () => {
    const actions = [
      action('haproxy', 'freeze', 3000),
      action('haproxy', 'thaw', 4500),
      action('haproxy', 'reload', 7000),
      action('haproxy', 'reload', 99_000),
      action('haproxy', 'kill', 5000, { paths: ['other'] }),
    ];
    const crash = {
      path: 'subject',
      scenario: 'load',
      host: 'haproxy',
      what: 'worker',
      fromMs: T0 + 8000,
      untilMs: T0 + 8100,
      lastLines: [],
    } as const;
    const { events } = chartOf({ actions, crashes: [{ ...crash, exitCode: 1, signal: null }] });
    expect(events).toEqual([
      { atMs: 3000, untilMs: 4500, title: 'haproxy frozen for 1.5 s' },
      { atMs: 7000, untilMs: 7040, title: 'haproxy reloaded' },
      { atMs: 8000, untilMs: null, title: 'a process of haproxy crashed' },
    ]);
  });

  it('says who had nothing left: the generator, or an origin that was busy', () => {
    const origin = [40, 95, 97].map((cpuPercent, index) => sample(1000 * (index + 1), { cpuPercent }));
    expect(chartOf({ usages: [usage('origin', 'origin', origin)] }).headroom).toMatchObject({
      bottleneck: 'origin',
      originCpuPercent: 97,
      because: 'the origin used more than 90 % of one CPU in 2 of 3 samples, at most 97 %',
    });
    const late = { lag: distribution(20), cpuPercent: 99, wasBottleneck: true, because: 'it was late' };
    expect(chartOf({ loads: [slot({ generator: late })] }).headroom).toEqual({
      lagP99Ms: 20,
      generatorCpuPercent: 99,
      originCpuPercent: null,
      bottleneck: 'client',
      because: 'it was late',
    });
  });
});
