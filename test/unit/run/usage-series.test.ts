import { expect, it } from 'vitest';
import { UsageSeries, type ProcessUsage } from '../../../harness/run/usage-series.ts';

const used = (key: string, cpuMs: number, openFiles: number | null = 10): ProcessUsage => ({ key, cpuMs, rssBytes: 1000, openFiles });
const counters = (OutSegs: number, ListenOverflows = 0) => ({ OutSegs, RetransSegs: 0, ListenOverflows });

it('tells CPU since the reading before and kernel counters since the first', () => {
  const series = new UsageSeries();
  series.add({ atMs: 0, processes: [used('a', 500), used('b', 100)], counters: counters(70) });
  series.add({ atMs: 1000, processes: [used('a', 900), used('b', 250)], counters: counters(90, 3) });
  expect(series.samples).toEqual([
    { atMs: 0, cpuPercent: null, rssBytes: 2000, openFiles: 20, outSegs: 0, retransSegs: 0, listenOverflows: 0 },
    { atMs: 1000, cpuPercent: 55, rssBytes: 2000, openFiles: 20, outSegs: 20, retransSegs: 0, listenOverflows: 3 },
  ]);
});

it('counts all that a new process used, and nothing of one that has gone', () => {
  const series = new UsageSeries();
  series.add({ atMs: 0, processes: [used('old', 5000)], counters: null });
  series.add({ atMs: 500, processes: [used('new', 100)], counters: null });
  expect(series.samples[1]).toMatchObject({ cpuPercent: 20, outSegs: null, listenOverflows: null });
});

it('says null of what could not be read, and goes on from the last reading', () => {
  const series = new UsageSeries();
  series.add({ atMs: 0, processes: [used('a', 0, null)], counters: null });
  series.add({ atMs: 1000, processes: null, counters: counters(5) });
  series.add({ atMs: 2000, processes: [used('a', 1000)], counters: counters(8) });
  expect(series.samples.map(({ cpuPercent, openFiles, outSegs }) => [cpuPercent, openFiles, outSegs])).toEqual([
    [null, null, null],
    [null, null, 0],
    [50, 10, 3],
  ]);
});
