import { expect, it } from 'vitest';
import { parseSockets } from '../../../harness/probes/socket-samples.ts';
import { SocketSeries } from '../../../harness/probes/socket-series.ts';

const [seen] = parseSockets(['ESTAB 0 0 10.0.0.1:80 10.0.0.2:81 cwnd:10']);

it('keeps the samples of one socket together, in order', () => {
  const series = new SocketSeries();
  if (seen !== undefined) for (const atMs of [1, 2, 3]) series.add(atMs, seen);
  expect(series.sockets.map(({ local, samples }) => [local, samples.map(({ atMs }) => atMs)])).toEqual([['10.0.0.1:80', [1, 2, 3]]]);
});

it('is bounded in sockets', () => {
  const series = new SocketSeries();
  for (let port = 0; port < 100; port++) if (seen !== undefined) series.add(1, { ...seen, peer: `10.0.0.2:${port}` });
  expect(series.sockets.length).toBe(64);
});

it('is bounded in samples, which cover all of the time', () => {
  const series = new SocketSeries();
  for (let atMs = 0; atMs < 10_000; atMs++) if (seen !== undefined) series.add(atMs, seen);
  const times = series.sockets[0]?.samples.map(({ atMs }) => atMs) ?? [];
  expect(times.length).toBeLessThanOrEqual(120);
  expect(times.length).toBeGreaterThanOrEqual(60);
  expect([times[0], (times.at(-1) ?? 0) > 9800]).toEqual([0, true]);
  expect(new Set(times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0))).size).toBe(1);
});
