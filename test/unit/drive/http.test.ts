import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../harness/drive/protocol.ts';
import { endpointAt, type RunningDriver, type RunningOrigin, startDriver, startOrigin, startRawServer } from './programs.ts';

let running: RunningDriver;
let echo: RunningOrigin;
beforeAll(async () => {
  [running, echo] = await Promise.all([startDriver(), startOrigin('echo')]);
});
afterAll(async () => {
  await Promise.all([running[Symbol.asyncDispose](), echo[Symbol.asyncDispose]()]);
});

const one = (method: string, target: string, bodyText: string | null, expectedStatus: number, expectedBodyText: string | null) => ({
  caseId: `${method} ${target}`,
  method,
  target,
  bodyText,
  expectedStatus,
  expectedBodyText,
});
const drive = (port: number, more: Partial<HttpRequest>) =>
  running.driver.request<'http'>({ kind: 'http', endpoint: endpointAt(port), cases: [], load: null, deadlineMs: 4000, ...more });

describe('driveHttp', () => {
  it('reports status and body of each request', async () => {
    const { requests, load } = await drive(echo.port, {
      cases: [
        one('GET', '/page?a=1', null, 200, 'a page of the origin\n'),
        one('POST', '/echo', 'grüß', 200, 'grüß'),
        one('GET', '/none', null, 404, 'found'),
      ],
    });
    expect(load).toBeNull();
    expect(requests.map(({ status, error, bodyIntact }) => [status, error, bodyIntact])).toEqual([
      [200, null, true],
      [200, null, true],
      [404, null, false],
    ]);
  });

  it('ends a request that is not answered at the deadline, and names what broke', async () => {
    await using silent = await startRawServer((socket) => socket.resume());
    const { requests } = await drive(silent.port, { deadlineMs: 300, cases: [one('GET', '/', null, 200, null)] });
    expect(requests[0]).toMatchObject({ status: null, bodyIntact: false, error: expect.stringContaining('300 ms') });
    await using cutting = await startRawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const cut = await drive(cutting.port, { cases: [one('GET', '/', null, 200, null)] });
    expect(cut.requests[0]).toMatchObject({ status: null, error: expect.stringContaining('ECONNRESET') });
  });

  it('runs a short load, and ends one that is not answered', async () => {
    const load = { target: '/page', connections: 2, requests: 20, durationMs: 300 };
    expect((await drive(echo.port, { load })).load).toMatchObject({ connections: 2, requests: 20, non2xx: 0, errors: 0 });
    await using silent = await startRawServer((socket) => socket.resume());
    expect((await drive(silent.port, { load })).load).toMatchObject({ requests: 0 });
  });
});
