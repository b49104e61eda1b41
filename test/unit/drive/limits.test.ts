import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LadderMode } from '../../../harness/model/ladder-mode.ts';
import { acceptFor } from '../../../harness/wire/handshake.ts';
import { endpointAt, type RunningDriver, type RunningOrigin, startDriver, startOrigin, startRawServer } from './programs.ts';

let running: RunningDriver;
let echo: RunningOrigin;
beforeAll(async () => {
  [running, echo] = await Promise.all([startDriver(), startOrigin('echo')]);
});
afterAll(async () => {
  await Promise.all([running[Symbol.asyncDispose](), echo[Symbol.asyncDispose]()]);
});

const climb = async (port: number, mode: LadderMode, { watchMs = 3000, target = '/socket', reuseAfterMs = null as number | null } = {}) => {
  const socket = { endpoint: endpointAt(port, { target }), mode, intervalMs: 20, reuseAfterMs };
  const { sockets } = await running.driver.request<'ladder'>({ kind: 'ladder', sockets: [socket], watchMs, deadlineMs: 3000 });
  return sockets[0];
};

describe('driveLadder', () => {
  it.each(['idle', 'client-to-origin', 'origin-to-client', 'ping', 'busy', 'connect-silent', 'head-unfinished'] as const)(
    'watches %s to the end where nothing ends it',
    async (mode) => {
      expect(await climb(echo.port, mode, { watchMs: 150 })).toMatchObject({ limitMs: null, end: { kind: 'survived' }, failure: null });
    },
  );

  it('measures from the moment that the quiet begins', async () => {
    await using server = await startRawServer((socket) => setTimeout(() => socket.end(), 120));
    for (const mode of ['connect-silent', 'head-unfinished', 'head-unanswered'] as const) {
      const rung = await climb(server.port, mode);
      expect(rung?.end.kind).toBe('fin');
      expect(rung?.limitMs).toBeGreaterThan(90);
    }
  });

  it('takes an answer for the end of the quiet', async () => {
    await using server = await startRawServer((socket) => setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n'), 60));
    expect(await climb(server.port, 'connect-silent')).toMatchObject({
      status: 408,
      limitMs: expect.any(Number),
      end: { kind: 'survived' },
    });
  });

  it('asks a second time over a kept connection, and says what became of it', async () => {
    const page = { target: '/page' };
    expect(await climb(echo.port, 'keep-alive-idle', { ...page, reuseAfterMs: 50 })).toMatchObject({ status: 200, failure: null });
    await using server = await startRawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        socket.once('data', () => socket.end());
      });
    });
    expect(await climb(server.port, 'keep-alive-idle', { reuseAfterMs: 50 })).toMatchObject({ status: null, end: { kind: 'fin' } });
    await using once = await startRawServer(
      (socket) => void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')),
    );
    expect(await climb(once.port, 'keep-alive-idle')).toMatchObject({ startedAtMs: null, failure: 'not-kept' });
  });

  it('says why a rung did not begin', async () => {
    await using server = await startRawServer((socket) => void socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')));
    expect(await climb(server.port, 'idle')).toMatchObject({ startedAtMs: null, failure: '403' });
    expect(await climb(1, 'connect-silent')).toMatchObject({ failure: 'connect-failed' });
  });
});

/** Upgrades and echoes as long as fewer than `most` are open; the others get 503. */
const small = (most: number) => {
  let open = 0;
  return startRawServer((socket: Socket) => {
    socket.once('data', (chunk) => {
      if (open >= most) return void socket.end('HTTP/1.1 503 Full\r\nContent-Length: 0\r\n\r\n');
      open += 1;
      const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(chunk.toString())?.[1] ?? '';
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(key)}\r\n\r\n`,
      );
      socket.once('data', () => socket.write(Buffer.concat([Buffer.from([0x81, 13]), Buffer.from('hopscope held')])));
      return void socket.once('end', () => socket.end()).once('close', () => (open -= 1));
    });
  });
};

describe('driveCapacity', () => {
  const fill = (port: number, most: number, recoverMs = 2000) =>
    running.driver.request<'capacity'>({
      kind: 'capacity',
      endpoint: endpointAt(port),
      ...{ most, above: 3, patienceMs: 300, release: 2, recoverMs, deadlineMs: 10_000 },
    });

  it('counts what fits, says what the rest saw, asks those that are open, and waits for room', async () => {
    await using server = await small(4);
    const reply = await fill(server.port, 10);
    expect(reply).toMatchObject({ opened: 4, above: { '503': 3 }, heldAnswered: 4 });
    expect(reply.recoveredAfterMs).toBeGreaterThan(0);
  });

  it('stops at the most that it may hold', async () => {
    await using server = await small(100);
    expect(await fill(server.port, 5)).toMatchObject({ opened: 5, above: {}, heldAnswered: 5, recoveredAfterMs: null });
  });

  it('tells a connection without an answer from none at all', async () => {
    await using silent = await startRawServer(() => undefined);
    expect((await fill(silent.port, 5, 100)).above).toEqual({ silent: 3 });
    expect((await fill(1, 5, 100)).above).toEqual({ refused: 3 });
  });
});
