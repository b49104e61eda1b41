import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { BarrierOptions, Released } from '../../../harness/fleet/barrier-lines.ts';
import { hostBarrier, START_IN_MS } from '../../../harness/fleet/host-barrier.ts';
import { joinBarrier } from '../../../harness/fleet/join-barrier.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const options = (port: number, index: number, of: number, changes: Partial<BarrierOptions> = {}): BarrierOptions => ({
  host: '127.0.0.1',
  port,
  runId: 'run-1',
  shard: { index, of },
  timeoutMs: 20_000,
  signal: new AbortController().signal,
  ...changes,
});
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

/** Sends text to the barrier and gives its answer. */
async function knock(port: number, text: string): Promise<string> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.once('connect', () => socket.write(text));
    await once(socket, 'close');
    if (answer !== '') return answer;
  }
}

describe('the barrier', () => {
  it('lets all drivers go together when the last has come, whoever came first', async () => {
    const port = await freePort();
    const guests = [joinBarrier(options(port, 2, 4)), joinBarrier(options(port, 1, 4))];
    const host = hostBarrier(options(port, 0, 4));
    const late = joinBarrier(options(port, 3, 4));
    const startAt = async (released: Promise<Released>): Promise<number> => {
      const { startInMs } = await released;
      return performance.now() + startInMs;
    };
    const starts = await Promise.all([host, late, ...guests].map(startAt));
    expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(500);
    expect((await host).startInMs).toBe(START_IN_MS);
    expect((await late).roundTripMs).toBeGreaterThan(0);
  });

  it('does not wait where there is one driver', async () => {
    expect(await hostBarrier(options(1, 0, 1))).toEqual({ startInMs: 0, roundTripMs: 0, waitedMs: 0 });
  });

  it('names who is missing when the time is over, to everybody', async () => {
    const port = await freePort();
    const host = failure(hostBarrier(options(port, 0, 4, { timeoutMs: 1500 })));
    const guest = failure(joinBarrier(options(port, 2, 4, { timeoutMs: 1500 })));
    const words = /expected 4 drivers within 1500 ms, still missing: shard 1, 3/;
    expect(await host).toMatchObject({ code: 'DRIVE_ERR_BARRIER', message: expect.stringMatching(words) });
    expect(await guest).toMatchObject({ code: 'DRIVE_ERR_BARRIER', message: expect.stringMatching(words) });
  });

  it('turns away another run, another count and a shard that is there already, and lets the others go', async () => {
    const port = await freePort();
    const host = hostBarrier(options(port, 0, 3));
    const guest = joinBarrier(options(port, 1, 3));
    const hello = (runId: string, index: number, of: number): string =>
      `${JSON.stringify({ hopscopeBarrier: 1, runId, shard: { index, of } })}\n`;
    expect(await failure(joinBarrier(options(port, 2, 3, { runId: 'run-2' })))).toMatchObject({
      code: 'DRIVE_ERR_BARRIER',
      message: expect.stringContaining('expected run id run-1, got run-2'),
    });
    expect(await knock(port, hello('run-1', 2, 5))).toContain('expected shards of 3, got one of 5');
    expect(await knock(port, hello('run-1', 7, 3))).toContain('expected a shard from 1 to 2, got 7');
    expect(await knock(port, hello('run-1', 0, 3))).toContain('expected shard 0 once');
    expect(await knock(port, 'GET / HTTP/1.1\r\n\r\n')).toContain('no hello of a driver');
    expect(await knock(port, `${'x'.repeat(10_000)}\n`)).toContain('no hello of a driver');
    const last = joinBarrier(options(port, 2, 3));
    await expect(Promise.all([host, guest, last])).resolves.toHaveLength(3);
  });

  it('turns a second driver of a shard away while the first is there', async () => {
    const port = await freePort();
    const host = failure(hostBarrier(options(port, 0, 3, { timeoutMs: 2500 })));
    const both = await Promise.race([failure(joinBarrier(options(port, 1, 3))), failure(joinBarrier(options(port, 1, 3)))]);
    expect(both).toMatchObject({
      code: 'DRIVE_ERR_BARRIER',
      message: expect.stringContaining('expected shard 1 once, it is there already'),
    });
    expect(await host).toMatchObject({ message: expect.stringMatching(/missing: shard 2; refused: expected shard 1 once/) });
  });

  it('gives up in bounded time where nobody listens', async () => {
    const error = await failure(joinBarrier(options(await freePort(), 1, 2, { timeoutMs: 200 })));
    expect(error).toMatchObject({ code: 'DRIVE_ERR_BARRIER', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('says which port it cannot have', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    expect(await failure(hostBarrier(options(port, 0, 2)))).toMatchObject({
      code: 'DRIVE_ERR_BARRIER',
      message: expect.stringContaining(`port ${String(port)}, got EADDRINUSE`),
    });
    server.close();
  });

  it('ends at once when it is interrupted, on both sides', async () => {
    const port = await freePort();
    const controller = new AbortController();
    const waiting = [0, 1].map((index) =>
      failure((index === 0 ? hostBarrier : joinBarrier)(options(port, index, 3, { signal: controller.signal }))),
    );
    setTimeout(() => controller.abort(), 300);
    expect(await Promise.all(waiting)).toMatchObject([{ code: 'RUN_ERR_INTERRUPTED' }, {}]);
  });
});
