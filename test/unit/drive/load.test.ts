import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadRequest } from '../../../harness/drive/protocol.ts';
import { endpointAt, type RunningDriver, type RunningOrigin, startDriver, startOrigin, startRawServer, takeEnded } from './programs.ts';

let running: RunningDriver;
let echo: RunningOrigin;
beforeAll(async () => {
  [running, echo] = await Promise.all([startDriver(), startOrigin('echo')]);
});
afterAll(async () => {
  await Promise.all([running[Symbol.asyncDispose](), echo[Symbol.asyncDispose]()]);
});

const SHAPE = { connections: 4, messagesPerSecond: 100, durationMs: 500, payloadBytes: 64, seed: 3 };
const load = (port: number, more: Partial<LoadRequest> = {}) =>
  running.driver.request<'load'>({
    kind: 'load',
    endpoint: endpointAt(port),
    shape: SHAPE,
    deadlineMs: 2000,
    maxUpgradeFailures: 4,
    ...more,
  });

describe('driveLoad', () => {
  it('sends what the shape says and gets every echo back', async () => {
    const reply = await load(echo.port);
    expect(reply).toMatchObject({
      attempts: 4,
      upgraded: 4,
      sent: 50,
      echoed: 50,
      unanswered: 0,
      corrupted: 0,
      upgradeFailures: {},
      lostSessions: {},
    });
    expect([reply.latency.count, reply.handshake.count, reply.generator.lag.count]).toEqual([50, 4, 50]);
    expect(reply.generator.because).toContain('% of a CPU');
    expect(reply.endedAtMs - reply.startedAtMs).toBeGreaterThan(450);
    const origins = await takeEnded(echo.origin);
    expect(origins.map(({ framesReceived }) => framesReceived).toSorted((a, b) => a - b)).toEqual([12, 12, 13, 13]);
  });

  it('leaves a refusing path alone after as many failures in a row as allowed', async () => {
    await echo.origin.behave({ kind: 'reject', status: 503, body: '' }, 100);
    const reply = await load(echo.port, { shape: { ...SHAPE, connections: 50 }, maxUpgradeFailures: 2 });
    await echo.origin.behave({ kind: 'normal' }, 0);
    expect(reply).toMatchObject({ upgraded: 0, sent: 0, echoed: 0, latency: { count: 0 } });
    expect(reply.attempts).toBeLessThanOrEqual(4);
    expect(reply.upgradeFailures).toEqual({ 503: reply.attempts });
    await takeEnded(echo.origin);
  });

  it('counts lost sessions, unanswered messages and echoes that are not what was sent', async () => {
    let seen = 0;
    // Passes everything on to the origin, then spoils one echo, and cuts the first of two connections.
    await using relay = await startRawServer((socket) => {
      const isFirst = seen++ === 0;
      void import('node:net').then(({ connect }) => {
        const onward = connect(echo.port, '127.0.0.1');
        let answers = 0;
        socket.on('data', (chunk) => onward.write(chunk));
        onward
          .on('error', () => undefined)
          .on('data', (chunk) => {
            answers += 1;
            if (!isFirst && answers === 3) chunk[chunk.length - 1] = 33;
            socket.write(chunk);
            if (isFirst && answers === 5) socket.resetAndDestroy();
          });
        socket.on('close', () => onward.destroy());
      });
    });
    const reply = await load(relay.port, { shape: { ...SHAPE, connections: 2 } });
    expect(reply.upgraded).toBe(2);
    expect(reply.lostSessions).toEqual({ reset: 1 });
    expect(reply.corrupted).toBe(1);
    expect(reply.sent).toBe(50);
    expect(reply.unanswered).toBe(reply.sent - reply.echoed);
    expect(reply.unanswered).toBeGreaterThanOrEqual(1);
    await takeEnded(echo.origin);
  });
});
