import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Distribution } from '../../../../harness/measure/distribution.ts';
import { foldLoad, mergeResults } from '../../../../harness/measure/fold-load.ts';
import type { LoadBucket } from '../../../../harness/model/load.ts';
import { endpointAt, type RunningDriver, type RunningOrigin, startDriver, startOrigin, startRawServer, takeEnded } from '../programs.ts';
import { loadRequest, rate, runLoad } from './load-requests.ts';

let running: RunningDriver;
let echo: RunningOrigin;
beforeAll(async () => {
  [running, echo] = await Promise.all([startDriver(), startOrigin('echo')]);
});
afterAll(async () => {
  await Promise.all([running[Symbol.asyncDispose](), echo[Symbol.asyncDispose]()]);
});

const WHOLE = { unanswered: 0, missed: 0, corrupted: 0, upgradeFailures: {}, lostSessions: {}, ended: 'complete' };

describe('driveLoad', () => {
  it('sends what the schedule says, evenly over the sessions, and gets every echo back', async () => {
    await takeEnded(echo.origin);
    const load = await runLoad(running, loadRequest(echo.port));
    expect(load).toMatchObject({ ...WHOLE, attempts: 4, upgraded: 4, sent: 50, echoed: 50 });
    expect([load.latency.count, load.phases.connect?.count, load.phases.upgrade?.count, load.phases.firstMessage?.count]).toEqual([
      50, 4, 4, 4,
    ]);
    expect([load.phases.close?.count, load.phases.dns, load.phases.tls]).toEqual([4, undefined, undefined]);
    expect(load.endedAtMs - load.startedAtMs).toBeGreaterThan(450);
    const frames = (await takeEnded(echo.origin)).map(({ framesReceived }) => framesReceived);
    expect(frames.toSorted((a, b) => a - b)).toEqual([12, 12, 13, 13]);
  });

  it('tells each bucket when it is over, and all of them at the end', async () => {
    const told: LoadBucket[] = [];
    const result = await running.driver.request<'load'>(loadRequest(echo.port), undefined, (bucket) => told.push(bucket));
    expect(told).toEqual(result.series);
    expect(told.map(({ atMs }) => atMs).slice(0, 5)).toEqual([0, 100, 200, 300, 400]);
    expect(told[2]).toMatchObject({ open: 4 });
    expect(told[2]?.rssBytes).toBeGreaterThan(0);
  });

  it('follows the stages of both schedules, connections coming and going', async () => {
    const load = await runLoad(
      running,
      loadRequest(echo.port, {
        connections: rate(50, 500),
        messagesBegin: 'together',
        lifeMs: 100,
        messages: [...rate(0, 200), { kind: 'burst', count: 30, everyMs: 100, forMs: 300 }],
      }),
    );
    expect(load).toMatchObject({ ...WHOLE, upgraded: 25, sent: 90, echoed: 90 });
    expect(load.series.slice(0, 2).map(({ sent }) => sent)).toEqual([0, 0]);
    expect(Math.max(...load.series.map(({ open }) => open))).toBeLessThan(15);
  });

  it.each([
    ['of any size, empty ones too', { size: { kind: 'uniform', fromBytes: 0, toBytes: 20 } }],
    [
      'of many sizes, in fragments',
      {
        size: {
          kind: 'weighted',
          of: [
            { bytes: 10, weight: 1 },
            { bytes: 70_000, weight: 1 },
          ],
        },
        fragments: 3,
      },
    ],
    [
      'of 3 MB',
      {
        size: { kind: 'fixed', bytes: 3_000_000 },
        payload: 'binary',
        messages: rate(10, 500),
        connections: [{ kind: 'burst', count: 2, everyMs: 1, forMs: 1 }],
      },
    ],
  ] as const)('checks messages %s', async (_what, profile) => {
    const load = await runLoad(running, loadRequest(echo.port, profile));
    expect(load).toMatchObject(WHOLE);
    expect(load.echoed).toBeGreaterThan(0);
    await takeEnded(echo.origin);
  });

  it.each([
    ['accepted', '/socket?deflate=echo', 1],
    ['accepted, in fragments', '/socket?deflate=echo', 3],
    ['not accepted', '/socket', 1],
  ])('offers compression, which is %s', async (_what, target, fragments) => {
    const request = loadRequest(echo.port, { deflate: true, fragments }, { endpoint: endpointAt(echo.port, { target }) });
    expect(await runLoad(running, request)).toMatchObject({ ...WHOLE, sent: 50, echoed: 50 });
    await takeEnded(echo.origin);
  });

  it('pings every open connection in its turn, and counts the pongs', async () => {
    const load = await runLoad(running, loadRequest(echo.port, { messages: [], pingEveryMs: 100, durationMs: 450 }));
    expect(load).toMatchObject({ ...WHOLE, sent: 0 });
    expect(load.pings).toBeGreaterThanOrEqual(16);
    expect(load.pings).toBeLessThanOrEqual(20);
    expect(load.pongs).toBe(load.pings);
  });

  it('keeps so many in flight in a closed loop, and thinks between them', async () => {
    const thinking = await runLoad(running, loadRequest(echo.port, { loop: 'closed', messages: [], depth: 2, thinkMs: 50 }));
    expect(thinking).toMatchObject(WHOLE);
    expect(thinking.sent).toBeGreaterThanOrEqual(8);
    expect(thinking.sent).toBeLessThanOrEqual(80);
    const fast = await runLoad(running, loadRequest(echo.port, { loop: 'closed', messages: [], depth: 16, durationMs: 200 }));
    expect(fast).toMatchObject(WHOLE);
    expect(fast.sent).toBeGreaterThan(1000);
    await takeEnded(echo.origin);
  });

  it('connects from the addresses in turn', async () => {
    const seen: (string | undefined)[] = [];
    await using server = await startRawServer((socket) => {
      seen.push(socket.remoteAddress);
      socket.once('data', () => socket.end('HTTP/1.1 503 Busy\r\n\r\n'));
    });
    const load = await runLoad(running, loadRequest(server.port, {}, { sourceAddresses: ['127.0.0.2', '127.0.0.3'] }));
    expect(load.upgradeFailures).toEqual({ 503: 4 });
    expect(seen.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(['127.0.0.2', '127.0.0.2', '127.0.0.3', '127.0.0.3']);
  });

  it('takes the next port of an address where another program has one', async () => {
    const [low] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number);
    await using other = await startRawServer(() => undefined, { host: '127.0.0.4', port: low ?? 0 });
    expect(other.port).toBe(low);
    const load = await runLoad(running, loadRequest(echo.port, {}, { sourceAddresses: ['127.0.0.4'] }));
    expect(load).toMatchObject({ ...WHOLE, attempts: 4, upgraded: 4, echoed: 50 });
    await takeEnded(echo.origin);
  });

  it('times the look-up of a name', async () => {
    const load = await runLoad(running, loadRequest(echo.port, {}, { endpoint: endpointAt(echo.port, { host: 'localhost' }) }));
    expect(load).toMatchObject({ ...WHOLE, upgraded: 4 });
    expect(load.phases.dns?.count).toBe(4);
  });

  it('shares a load between shards that come to exactly the whole', async () => {
    const profile = { messagesBegin: 'together', connections: rate(40, 200), messages: [...rate(0, 300), ...rate(200, 200)] } as const;
    const results = await Promise.all(
      [0, 1, 2].map((index) => running.driver.request<'load'>(loadRequest(echo.port, profile, { shard: { index, of: 3 }, startInMs: 50 }))),
    );
    const merged = foldLoad(mergeResults(results).series);
    expect(merged).toMatchObject({ upgraded: 8, sent: 40, echoed: 40, missed: 0 });
    expect(Distribution.decode(merged.latency).count).toBe(40);
  });

  it('stops when told, with what there is and nothing left open', async () => {
    const before = await running.driver.request<'usage'>({ kind: 'usage' });
    const endless = runLoad(running, loadRequest(echo.port, { durationMs: 600_000, messages: rate(100, 600_000) }));
    const waiting = runLoad(running, loadRequest(echo.port, {}, { startInMs: 600_000 }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await running.driver.request<'stop'>({ kind: 'stop' })).toEqual({ stopped: 2 });
    const load = await endless;
    expect(load).toMatchObject({ ended: 'stopped', upgraded: 4, lostSessions: {} });
    expect(load.sent).toBeGreaterThan(5);
    expect(await waiting).toMatchObject({ ended: 'stopped', attempts: 0 });
    const after = await running.driver.request<'usage'>({ kind: 'usage' });
    expect(after.openFiles).toBeLessThanOrEqual(before.openFiles);
    expect(after.cpuMs).toBeGreaterThan(before.cpuMs);
  });

  it('stops a thousand connections within a second', async () => {
    const connections = [{ kind: 'burst', count: 1000, everyMs: 1, forMs: 1 }] as const;
    const load = runLoad(running, loadRequest(echo.port, { connections, durationMs: 600_000, messages: [] }, { openingMs: 10_000 }));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const stoppedAtMs = performance.now();
    await running.driver.request<'stop'>({ kind: 'stop' });
    expect(await load).toMatchObject({ upgraded: 1000, lostSessions: {}, ended: 'stopped' });
    expect(performance.now() - stoppedAtMs).toBeLessThan(3000);
  });
});
