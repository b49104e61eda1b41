import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CoexistRequest } from '../../../harness/drive/protocol.ts';
import { endpointAt, type RunningDriver, type RunningOrigin, startDriver, startOrigin, startRawServer } from './programs.ts';

let running: RunningDriver;
let echo: RunningOrigin;
let ws: RunningOrigin;
beforeAll(async () => {
  [running, echo, ws] = await Promise.all([startDriver(), startOrigin('echo'), startOrigin('ws-origin')]);
});
afterAll(async () => {
  await Promise.all([running, echo, ws].map((one) => one[Symbol.asyncDispose]()));
});

type Phase = CoexistRequest['phases'][number];

const page = (caseId: string) => ({
  caseId,
  method: 'GET',
  target: '/page',
  bodyText: null,
  expectedStatus: 200,
  expectedBodyText: 'a page of the origin\n',
});
const phase = (more: Partial<Phase> = {}): Phase => ({
  withSockets: false,
  streams: [
    { caseId: 'events', target: '/events?n=3&every=20', expectedEvents: 3 },
    { caseId: 'poll', target: '/poll?after=30', expectedEvents: 1 },
  ],
  requests: [page('one'), page('two')],
  load: { target: '/page', connections: 2, requests: 6, durationMs: 2000 },
  ...more,
});
const coexist = (port: number, phases: readonly Phase[], more: Partial<CoexistRequest> = {}) =>
  running.driver.request<'coexist'>({
    kind: 'coexist',
    endpoint: endpointAt(port),
    sockets: 2,
    everyMs: 10,
    aloneMs: 40,
    phases,
    phaseMs: 3000,
    ...more,
  });

describe('driveCoexist', () => {
  it.each([
    ['the echo origin', () => echo.port],
    ['the package ws', () => ws.port],
  ])('reads streams, polls and pages of %s before, beside and after its sockets', async (_name, port) => {
    const { phases, sockets } = await coexist(port(), [phase(), phase({ withSockets: true }), phase()]);
    expect(phases).toHaveLength(3);
    for (const { streams, requests, load } of phases) {
      expect(streams.map(({ caseId, status, error }) => [caseId, status, error])).toEqual([
        ['events', 200, null],
        ['poll', 200, null],
      ]);
      const [events] = streams;
      const came = events?.events.map(({ cameAtMs }) => cameAtMs ?? 0) ?? [];
      expect(came).toHaveLength(3);
      expect(came).toEqual(came.toSorted((a, b) => a - b));
      expect(came.every((atMs) => atMs >= (events?.startedAtMs ?? Infinity))).toBe(true);
      expect(requests.map(({ status, bodyIntact }) => [status, bodyIntact])).toEqual([
        [200, true],
        [200, true],
      ]);
      expect(load).toMatchObject({ requests: 6, non2xx: 0, errors: 0, timeouts: 0 });
    }
    expect(sockets?.sockets).toHaveLength(2);
    for (const socket of sockets?.sockets ?? []) expect(socket).toMatchObject({ end: 'survived', lost: 0, duplicated: 0 });
    expect(sockets?.besideMs).toBeGreaterThan(0);
  });

  it('uses one connection for the single requests of all phases', async () => {
    const alone = phase({ streams: [], load: null });
    await echo.origin.take();
    await coexist(echo.port, [alone, { ...alone, withSockets: true }, alone], { sockets: 1 });
    const taken = await echo.origin.take();
    expect(taken.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('tells a stream that is cut, one that is refused and one that never ends', async () => {
    await using server = await startRawServer((socket) =>
      socket.once('data', (head: Buffer) => {
        const said = '{"n":1,"sentAtMs":1}\n{"n":"x"}\n[]\nnull\n';
        const start = `HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${said}`;
        if (head.includes('/refused')) socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
        else if (head.includes('/cut')) socket.end(start);
        else socket.write(start);
      }),
    );
    const streams = ['refused', 'cut', 'hang'].map((caseId) => ({ caseId, target: `/${caseId}`, expectedEvents: 2 }));
    const { phases, sockets } = await coexist(server.port, [phase({ streams, requests: [], load: null })], { phaseMs: 300 });
    const [refused, cut, hang] = phases[0]?.streams ?? [];
    expect(sockets).toBeNull();
    expect(refused).toMatchObject({ status: 403, error: null, events: [{ cameAtMs: null }, { cameAtMs: null }] });
    expect(cut).toMatchObject({ status: 200, error: expect.any(String), events: [{ sentAtMs: 1 }, { sentAtMs: null }] });
    expect(hang).toMatchObject({ status: 200, error: expect.stringContaining('no answer within') });
  });

  it('counts what fails under load', async () => {
    await using server = await startRawServer((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n')),
    );
    const { phases } = await coexist(server.port, [phase({ streams: [], requests: [] })]);
    expect(phases[0]?.load).toMatchObject({ requests: 6, non2xx: 6, errors: 0, timeouts: 0 });
  });
});
