import { expect, it } from 'vitest';
import { parseSockets } from '../../../harness/probes/socket-samples.ts';
import { SocketSeries } from '../../../harness/probes/socket-series.ts';

const [seen] = parseSockets(['ESTAB 0 0 10.0.0.1:80 10.0.0.2:81 cwnd:10']);

it('keeps the samples of one socket together, in order', () => {
  const series = new SocketSeries();
  if (seen !== undefined) for (const atMs of [1, 2, 3]) series.add(atMs, seen);
  expect(series.sockets.map(({ local, samples }) => [local, samples.map(({ atMs }) => atMs)])).toEqual([['10.0.0.1:80', [1, 2, 3]]]);
});

it('is bounded in sockets and in samples', () => {
  const series = new SocketSeries();
  for (let port = 0; port < 100; port++)
    for (let atMs = 0; atMs < 200; atMs++) if (seen !== undefined) series.add(atMs, { ...seen, peer: `10.0.0.2:${port}` });
  expect(series.sockets.length).toBe(64);
  expect(new Set(series.sockets.map(({ samples }) => samples.length))).toEqual(new Set([120]));
});
