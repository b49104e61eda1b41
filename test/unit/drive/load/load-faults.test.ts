import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { acceptFor } from '../../../../harness/wire/handshake.ts';
import { endpointAt, type RunningDriver, type RunningOrigin, startDriver, startOrigin, startRawServer } from '../programs.ts';
import { SELF_SIGNED } from '../self-signed.ts';
import { loadRequest, rate, runLoad } from './load-requests.ts';

let running: RunningDriver;
let echo: RunningOrigin;
beforeAll(async () => {
  [running, echo] = await Promise.all([startDriver(), startOrigin('echo')]);
});
afterAll(async () => {
  await Promise.all([running[Symbol.asyncDispose](), echo[Symbol.asyncDispose]()]);
});

const burst = (count: number) => [{ kind: 'burst', count, everyMs: 1, forMs: 1 }] as const;

/** Passes everything on to the origin; what comes back goes through `spoil`, chunk by chunk, of which the first is the 101. */
const relay = (spoil: (chunk: Buffer, nth: number, socket: Socket, connection: number) => void) => {
  let connections = 0;
  return startRawServer((socket) => {
    const connection = connections++;
    const onward = connect(echo.port, '127.0.0.1');
    let answers = 0;
    socket.on('data', (chunk) => onward.write(chunk));
    onward.on('error', () => undefined).on('data', (chunk) => spoil(chunk, answers++, socket, connection));
    onward.on('end', () => socket.end());
    socket.on('close', () => onward.destroy());
  });
};

const answerTo = (head: Buffer): string => {
  const key = /Sec-WebSocket-Key: ([^\r]+)/.exec(head.toString())?.[1] ?? '';
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(key)}\r\n\r\n`;
};

describe('a load on a path with faults', () => {
  it('leaves a refusing path alone after as many failures in a row as allowed', async () => {
    await echo.origin.behave({ kind: 'reject', status: 503, body: '' }, 100);
    const load = await runLoad(running, loadRequest(echo.port, { connections: burst(50) }, { maxUpgradeFailures: 2 }));
    await echo.origin.behave({ kind: 'normal' }, 0);
    expect(load).toMatchObject({ attempts: 2, upgraded: 0, upgradeFailures: { 503: 2 }, sent: 0, missed: 0, ended: 'stopped' });
  });

  it('names each way in which an upgrade fails', async () => {
    let nth = 0;
    const words = [
      'HTTP/1.1 200 OK\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      'SSH-2.0-x\r\n',
    ];
    await using server = await startRawServer((socket) => {
      const mine = nth++;
      const word = words[mine];
      socket.once('data', () => {
        if (word !== undefined) socket.write(word);
        else if (mine === 3) socket.resetAndDestroy();
        else if (mine === 4) socket.end();
      });
    });
    const load = await runLoad(running, loadRequest(server.port, { connections: burst(6) }, { maxUpgradeFailures: 6, openingMs: 200 }));
    expect(load.upgradeFailures).toEqual({ 200: 1, 'wrong-accept': 1, 'malformed-response': 1, reset: 1, closed: 1, timeout: 1 });
    expect(load.ended).toBe('stopped');
  });

  it('counts changed echoes, lost sessions and what was never answered', async () => {
    await using path = await relay((chunk, nth, socket, connection) => {
      if (connection === 1 && nth === 3) chunk[chunk.length - 1] = 33;
      socket.write(chunk);
      if (connection === 0 && nth === 5) socket.resetAndDestroy();
    });
    const load = await runLoad(running, loadRequest(path.port, { connections: burst(2) }));
    expect(load).toMatchObject({ upgraded: 2, lostSessions: { reset: 1 }, corrupted: 1, sent: 50, missed: 0 });
    expect(load.unanswered).toBe(load.sent - load.echoed);
    expect(load.unanswered).toBeGreaterThanOrEqual(1);
    expect(load.unanswered).toBeLessThanOrEqual(4);
  });

  it('counts doubled and unasked messages as corrupted, and goes on', async () => {
    await using path = await relay((chunk, nth, socket) => {
      socket.write(nth === 3 ? Buffer.concat([chunk, chunk, Buffer.from([0x81, 2, 104, 105])]) : chunk);
    });
    const load = await runLoad(running, loadRequest(path.port, { connections: burst(1) }));
    expect(load).toMatchObject({ sent: 50, echoed: 50, corrupted: 2, lostSessions: {} });
  });

  it('reads answers that come byte by byte, and control frames between fragments', async () => {
    await using path = await relay((chunk, nth, socket) => {
      const isEcho = nth > 0 && (chunk[0] ?? 0) === 0x81 && (chunk[1] ?? 0) === 64 && chunk.length === 66;
      const parts = isEcho
        ? [Buffer.from([0x01, 10]), chunk.subarray(2, 12), Buffer.from([0x89, 1, 33, 0x80, 54]), chunk.subarray(12)]
        : [chunk];
      for (const byte of Buffer.concat(parts)) socket.write(Buffer.of(byte));
    });
    const load = await runLoad(running, loadRequest(path.port, { connections: burst(1) }));
    expect(load).toMatchObject({ sent: 50, echoed: 50, corrupted: 0, lostSessions: {} });
  });

  it('comes back after a loss, waiting as the profile says', async () => {
    await using path = await relay((chunk, nth, socket, connection) => {
      socket.write(chunk);
      if (connection < 4 && nth === 3) socket.end();
    });
    const reconnect = { firstMs: 20, factor: 2, mostMs: 100, jitter: 0.5, attempts: 3 };
    const load = await runLoad(running, loadRequest(path.port, { reconnect, durationMs: 800, messages: rate(100, 800) }));
    expect(load).toMatchObject({ attempts: 8, upgraded: 8, reconnected: 4, lostSessions: { fin: 4 } });
    expect(load.echoed + load.missed + load.unanswered).toBe(80);
  });

  it('misses what is due while no session is open', async () => {
    await using path = await relay((chunk, nth, socket) => (nth === 3 ? socket.resetAndDestroy() : socket.write(chunk)));
    const load = await runLoad(running, loadRequest(path.port, { connections: burst(1) }));
    expect(load.sent + load.missed).toBe(50);
    expect(load.missed).toBeGreaterThan(40);
    expect(load.ended).toBe('complete');
  });

  it('misses what a session has no room for, when nobody reads at the other end', async () => {
    await using server = await startRawServer((socket) => {
      socket.once('data', (head) => socket.pause().write(answerTo(head)));
    });
    const size = { kind: 'fixed', bytes: 4 * 1024 * 1024 } as const;
    const load = await runLoad(running, loadRequest(server.port, { connections: burst(1), size, payload: 'binary', durationMs: 300 }));
    expect(load.sent + load.missed).toBe(30);
    expect(load.missed).toBeGreaterThan(10);
    expect(load.unanswered).toBe(load.sent);
  });

  it('waits for the echoes of an origin that was frozen for a second', async () => {
    let held: Buffer[] | null = null;
    await using path = await relay((chunk, nth, socket) => {
      if (nth === 10) {
        held = [];
        setTimeout(() => {
          for (const one of held ?? []) socket.write(one);
          held = null;
        }, 1100);
      }
      if (held === null) socket.write(chunk);
      else held.push(chunk);
    });
    const load = await runLoad(running, loadRequest(path.port, { connections: burst(1) }));
    expect(load).toMatchObject({ sent: 50, echoed: 50, unanswered: 0 });
    expect(load.latency.maxUs).toBeGreaterThan(1_000_000);
  });

  it('stops reading on a share of the connections, again and again', async () => {
    const slowReaders = { share: 0.5, everyMs: 200, pauseMs: 150 };
    const load = await runLoad(running, loadRequest(echo.port, { slowReaders }));
    expect(load).toMatchObject({ sent: 50, echoed: 50, corrupted: 0, lostSessions: {} });
    expect(load.latency.maxUs).toBeGreaterThan(50_000);
  });

  it('speaks TLS, and times it apart', async () => {
    const server = createServer({ ...SELF_SIGNED, ALPNProtocols: ['http/1.1'] }, (secure) => {
      const onward = connect(echo.port, '127.0.0.1');
      secure.on('error', () => onward.destroy()).pipe(onward);
      onward.on('error', () => secure.destroy()).pipe(secure);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const load = await runLoad(running, loadRequest(port, {}, { endpoint: endpointAt(port, { tls: true }) }));
    server.close();
    expect(load).toMatchObject({ upgraded: 4, sent: 50, echoed: 50, corrupted: 0, lostSessions: {} });
    expect(load.phases.tls?.count).toBe(4);
  });

  it('survives any bytes at all', async () => {
    const random = seededRandom(11);
    await using path = await relay((chunk, nth, socket) => {
      if (nth > 1 && random() < 0.3) for (let n = 0; n < 3; n += 1) chunk[Math.floor(random() * chunk.length)] = Math.floor(random() * 256);
      socket.write(nth > 1 && random() < 0.1 ? chunk.subarray(0, chunk.length >> 1) : chunk);
    });
    const reconnect = { firstMs: 5, factor: 1, mostMs: 5, jitter: 0, attempts: 3 };
    const profile = {
      connections: burst(8),
      reconnect,
      messages: rate(1000, 500),
      size: { kind: 'uniform', fromBytes: 0, toBytes: 300 },
    } as const;
    const load = await runLoad(running, loadRequest(path.port, profile));
    expect(load.sent + load.missed).toBe(500);
    expect(load.echoed).toBeGreaterThan(10);
    expect(load.corrupted + Object.values(load.lostSessions).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    expect(load.echoed).toBeLessThanOrEqual(load.sent);
  });
});
