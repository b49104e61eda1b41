import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { driveLoad } from '../../harness/drive/load/drive-load.ts';
import { steadyProfile } from '../../harness/measure/steady-profile.ts';

/** Round trips, and the CPU time they took this process, in microseconds. */
export interface Cost {
  readonly roundTrips: number;
  readonly cpuUs: number;
}

const CONNECTIONS = 64;
const BYTES = 32;
const WARM_MS = 1000;
const TIMED_MS = 2000;
const MASKED_FRAME = 6 + BYTES;
const PLAIN_FRAME = 2 + BYTES;
const REQUEST =
  'GET / HTTP/1.1\r\nHost: origin\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** What runs while `count` counts. */
async function timed(count: () => number): Promise<Cost> {
  await delay(WARM_MS);
  const [cpu, before] = [process.cpuUsage(), count()];
  await delay(TIMED_MS);
  const used = process.cpuUsage(cpu);
  return { roundTrips: count() - before, cpuUs: used.user + used.system };
}

/** The floor: sockets that write the same masked bytes for every echo, and look at nothing. */
export async function floor(port: number, depth: number): Promise<Cost> {
  const buffer = Buffer.allocUnsafeSlow(65_536);
  const frames = Buffer.alloc(MASKED_FRAME * depth);
  for (let n = 0; n < depth; n += 1) {
    frames[n * MASKED_FRAME] = 0x81;
    frames[n * MASKED_FRAME + 1] = 0x80 | BYTES;
  }
  let roundTrips = 0;
  const sockets: Socket[] = [];
  for (let n = 0; n < CONNECTIONS; n += 1) {
    let isUpgraded = false;
    let rest = 0;
    const callback = (count: number): boolean => {
      if (isUpgraded) {
        rest += count;
        const echoes = Math.floor(rest / PLAIN_FRAME);
        rest -= echoes * PLAIN_FRAME;
        roundTrips += echoes;
        if (echoes > 0) socket.write(echoes === depth ? frames : frames.subarray(0, echoes * MASKED_FRAME));
      } else {
        isUpgraded = true;
        socket.write(frames);
      }
      return true;
    };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } });
    socket.once('connect', () => socket.write(REQUEST));
    sockets.push(socket);
  }
  const cost = await timed(() => roundTrips);
  for (const socket of sockets) socket.destroy();
  return cost;
}

/** The same loop on the `ws` package. */
export async function ws(port: number): Promise<Cost> {
  const message = 'x'.repeat(BYTES);
  let roundTrips = 0;
  const sockets = Array.from({ length: CONNECTIONS }, () => new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false }));
  for (const socket of sockets) {
    socket.on('open', () => socket.send(message));
    socket.on('message', () => {
      roundTrips += 1;
      socket.send(message);
    });
  }
  const cost = await timed(() => roundTrips);
  for (const socket of sockets) socket.terminate();
  return cost;
}

const requestTo = (port: number) => ({
  kind: 'load' as const,
  endpoint: { host: '127.0.0.1', port, tls: false, serverName: 'origin', target: '/', hostHeader: 'origin' },
  sourceAddresses: [],
  shard: { index: 0, of: 1 },
  startInMs: 0,
  openingMs: 5000,
  maxUpgradeFailures: CONNECTIONS,
  bucketMs: 1000,
});

/** Ours, with everything recorded. The first bucket is the warming. */
export async function ours(port: number, depth: number): Promise<Cost> {
  const durationMs = WARM_MS + TIMED_MS;
  const steady = steadyProfile({ connections: CONNECTIONS, messagesPerSecond: 0, durationMs, payloadBytes: BYTES, seed: 1 });
  const { series } = await driveLoad({ ...requestTo(port), profile: { ...steady, loop: 'closed', messages: [], depth } }, () => undefined);
  const buckets = series.slice(WARM_MS / 1000, durationMs / 1000);
  return {
    roundTrips: buckets.reduce((sum, { echoed }) => sum + echoed, 0),
    cpuUs: buckets.reduce((sum, { cpuPercent }) => sum + cpuPercent * 10_000, 0),
  };
}

/** Bytes that an idle connection costs this process: in all, and on the heap. */
export async function idle(
  port: number,
  connections: number,
): Promise<{ readonly rss: number; readonly heap: number; readonly upgradesPerSecond: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const steady = steadyProfile({ connections, messagesPerSecond: 0, durationMs: 3000, payloadBytes: BYTES, seed: 1 });
  const perSecond = connections / 2;
  const stages = [{ kind: 'rate', fromPerSecond: perSecond, toPerSecond: perSecond, forMs: 2000 }] as const;
  const load = driveLoad(
    {
      ...requestTo(port),
      profile: { ...steady, connections: stages, messages: [], pingEveryMs: 60_000, messagesBegin: 'together', durationMs: 5000 },
    },
    () => undefined,
  );
  await delay(4500);
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const { series } = await load;
  const upgraded = series.slice(0, 2).reduce((sum, bucket) => sum + bucket.upgraded, 0);
  const opened = Math.max(1, upgraded);
  return { rss: (rss - before.rss) / opened, heap: (heapUsed - before.heapUsed) / opened, upgradesPerSecond: upgraded / 2 };
}
