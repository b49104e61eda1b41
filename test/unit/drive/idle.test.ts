import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdleMode } from '../../../harness/model/evidence.ts';
import { acceptFor } from '../../../harness/wire/handshake.ts';
import { endpointAt, type RunningDriver, type RunningOrigin, startDriver, startOrigin, startRawServer, takeEnded } from './programs.ts';

let running: RunningDriver;
let echo: RunningOrigin;
beforeAll(async () => {
  [running, echo] = await Promise.all([startDriver(), startOrigin('echo')]);
});
afterAll(async () => {
  await Promise.all([running[Symbol.asyncDispose](), echo[Symbol.asyncDispose]()]);
});

const hold = (port: number, modes: readonly IdleMode[], holdMs: number) =>
  running.driver.request<'idle'>({
    kind: 'idle',
    sockets: modes.map((mode) => ({ endpoint: endpointAt(port), mode, intervalMs: 30 })),
    holdMs,
    answerMs: 500,
    deadlineMs: 5000,
  });

/** A server that upgrades and then does to the socket what the test says. */
const upgrading = (then: (socket: import('node:net').Socket) => void) =>
  startRawServer((socket) => {
    socket.once('data', (chunk) => {
      const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(chunk.toString())?.[1] ?? '';
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptFor(key)}\r\n\r\n`,
      );
      then(socket);
    });
  });

describe('driveIdle', () => {
  it('holds sockets of every mode, and only the asked direction speaks', async () => {
    const { sockets } = await hold(echo.port, ['idle', 'origin-to-client', 'client-to-origin', 'ping'], 300);
    expect(sockets.map(({ outcome, end }) => [outcome.kind, end.kind])).toEqual(Array.from({ length: 4 }, () => ['upgraded', 'survived']));
    const silence = sockets.map(({ openedAtMs, lastTrafficAtMs }) => (lastTrafficAtMs ?? 0) - (openedAtMs ?? 0));
    expect(silence[0]).toBe(0);
    expect(Math.min(...silence.slice(1))).toBeGreaterThan(100);
    const origins = await takeEnded(echo.origin);
    const sentAfter101 = sockets.map(
      ({ clientPort }) => (origins.find(({ remotePort }) => remotePort === clientPort)?.sent.length ?? 0) - 1,
    );
    // The echo of the message after the hold and the answer to Close are two more writes; ticks and pongs are many.
    expect([sentAfter101[0], sentAfter101[2]]).toEqual([2, 2]);
    expect(Math.min(sentAfter101[1] ?? 0, sentAfter101[3] ?? 0)).toBeGreaterThan(4);
  });

  it('says how and when each socket ended', async () => {
    await using fin = await upgrading((socket) => setTimeout(() => socket.end(), 80));
    await using reset = await upgrading((socket) => setTimeout(() => socket.resetAndDestroy(), 80));
    await using close = await upgrading((socket) => setTimeout(() => socket.write(Buffer.from('880203e9', 'hex')), 80));
    const replies = await Promise.all([fin, reset, close].map(({ port }) => hold(port, ['idle'], 5000)));
    const ends = replies.map(({ sockets }) => sockets[0]);
    expect(ends.map((socket) => socket?.end.kind)).toEqual(['fin', 'reset', 'close-frame']);
    for (const socket of ends) {
      const { end } = socket ?? {};
      if (end === undefined || end.kind === 'survived') throw new Error('an end expected');
      expect(end.atMs - (socket?.openedAtMs ?? 0)).toBeGreaterThan(60);
      expect(socket?.lastTrafficAtMs).toBe(socket?.openedAtMs);
    }
  });

  it('asks a socket that lived through the hold for an answer, whatever the origin said meanwhile', async () => {
    const { sockets } = await hold(echo.port, ['idle', 'origin-to-client', 'client-to-origin', 'ping'], 100);
    for (const { afterHold } of sockets) {
      expect(afterHold?.end).toEqual({ kind: 'survived' });
      expect((afterHold?.answeredAtMs ?? 0) - (afterHold?.sentAtMs ?? 0)).toBeGreaterThan(0);
    }
    await takeEnded(echo.origin);
  });

  it('tells a socket that only looks open, and gives it up with a reset', async () => {
    let end = '';
    await using deaf = await upgrading((socket) => socket.on('error', (error: Error & { code?: string }) => (end = error.code ?? '')));
    const { sockets } = await hold(deaf.port, ['idle'], 50);
    expect(sockets[0]).toMatchObject({ end: { kind: 'survived' }, afterHold: { answeredAtMs: null, end: { kind: 'survived' } } });
    expect(sockets[0]?.afterHold?.waitedMs).toBeGreaterThanOrEqual(450);
    await expect.poll(() => end).toBe('ECONNRESET');
  });

  it('says how a socket ended that was asked for an answer', async () => {
    await using reset = await upgrading((socket) => socket.on('data', () => socket.resetAndDestroy()));
    const { sockets } = await hold(reset.port, ['idle'], 50);
    expect(sockets[0]).toMatchObject({ end: { kind: 'survived' }, afterHold: { answeredAtMs: null, end: { kind: 'reset' } } });
  });

  it('asks nothing of a socket that ended during the hold', async () => {
    await using fin = await upgrading((socket) => setTimeout(() => socket.end(), 10));
    expect((await hold(fin.port, ['idle'], 2000)).sockets[0]?.afterHold).toBeNull();
  });

  it('reports a socket that never opened by its outcome', async () => {
    await echo.origin.behave({ kind: 'reject', status: 503, body: '' }, 1);
    const { sockets } = await hold(echo.port, ['idle'], 50);
    expect(sockets[0]).toMatchObject({ outcome: { kind: 'rejected', status: 503 }, openedAtMs: null, lastTrafficAtMs: null });
    await takeEnded(echo.origin);
  });
});
