import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peakPerSecond } from '../../../harness/measure/peak-rate.ts';
import { endpointAt, type RunningDriver, type RunningOrigin, startDriver, startOrigin } from './programs.ts';

let running: RunningDriver;
let echo: RunningOrigin;
beforeAll(async () => {
  [running, echo] = await Promise.all([startDriver(), startOrigin('echo')]);
});
afterAll(async () => {
  await Promise.all([running[Symbol.asyncDispose](), echo[Symbol.asyncDispose]()]);
});

const survive = (group: string, port: number, sockets = 3) =>
  running.driver.request<'survive'>({
    kind: 'survive',
    group,
    endpoint: endpointAt(port),
    sockets,
    everyMs: 20,
    probeEveryMs: 20,
    atMostMs: 10_000,
    deadlineMs: 2000,
  });
const survived = (group: string) => running.driver.request<'survived'>({ kind: 'survived', group });

describe('driveSurvive', () => {
  it('keeps sockets open with numbered messages that all come back, beside new handshakes', async () => {
    expect(await survive('calm', echo.port)).toMatchObject({ opened: 3 });
    await sleep(200);
    const { sockets, newHandshakes, reconnects } = await survived('calm');
    expect(sockets).toHaveLength(3);
    for (const socket of sockets) {
      expect(socket).toMatchObject({ end: 'survived', lost: 0, duplicated: 0 });
      expect(socket.sent).toBeGreaterThan(2);
    }
    expect(newHandshakes.length).toBeGreaterThan(2);
    expect(new Set(newHandshakes.map(({ outcome }) => outcome))).toEqual(new Set(['101']));
    expect(reconnects).toEqual([]);
  });

  it('says how sockets ended that an origin says goodbye to, and how they came back', async () => {
    const origin = await startOrigin('echo');
    await survive('drained', origin.port);
    await sleep(60);
    await origin[Symbol.asyncDispose]();
    await sleep(150);
    const { sockets, newHandshakes, reconnects } = await survived('drained');
    expect(sockets.map(({ end }) => end)).not.toContain('survived');
    expect(newHandshakes.at(-1)?.outcome).toBe('connect-failed');
    expect(peakPerSecond(reconnects)).toBeGreaterThanOrEqual(30);
  });

  it('watches nothing where nothing opens', async () => {
    expect(await survive('closed', 1)).toMatchObject({ opened: 0, outcomes: [{ kind: 'connect-failed' }, {}, {}] });
    expect(await survived('closed')).toEqual({ sockets: [], newHandshakes: [], reconnects: [] });
  });
});
