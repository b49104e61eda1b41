import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineChannel } from '../../../harness/drive/line-channel.ts';
import { endpointAt, handshakeTo, startDriver, startProgram } from './programs.ts';

function channelTo() {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const { promise: exited, resolve: exit } = Promise.withResolvers<unknown>();
  const channel = new LineChannel({ title: 'the driver', host: 'client-2', stdin, stdout, exited });
  const say = (value: unknown): void => void stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
  return { channel, stdin, say, exit };
}

describe('LineChannel', () => {
  it('joins replies to requests in any order', async () => {
    const { channel, say, stdin } = channelTo();
    const [a, b] = [channel.ask({ kind: 'a' }), channel.ask({ kind: 'b' })];
    say({ id: 2, ok: true, value: 'b' });
    say({ id: 1, ok: true, value: 'a' });
    expect([(await a)['value'], (await b)['value']]).toEqual(['a', 'b']);
    expect(String(stdin.read())).toBe('{"kind":"a","id":1}\n{"kind":"b","id":2}\n');
  });

  it('is ready when the program says so', async () => {
    const { channel, say } = channelTo();
    say({ ready: true, node: 'v24' });
    await expect(channel.ready).resolves.toBeUndefined();
  });

  it('rejects what is open, and what comes later, when the program ends', async () => {
    const { channel, exit } = channelTo();
    const open = channel.ask({ kind: 'a' });
    exit(137);
    const failure = { code: 'DRIVE_ERR_PROTOCOL', message: 'the driver in host client-2 ended with exit code 137' };
    await expect(open).rejects.toMatchObject(failure);
    await expect(channel.ready).rejects.toMatchObject(failure);
    await expect(channel.ask({ kind: 'b' })).rejects.toMatchObject(failure);
  });

  it('passes on what is told before the reply, and drops it once nobody waits', async () => {
    const { channel, say } = channelTo();
    const told: unknown[] = [];
    const controller = new AbortController();
    const first = channel.ask({ kind: 'a' }, undefined, (progress) => told.push(progress));
    const second = channel.ask({ kind: 'b' }, controller.signal, (progress) => told.push(progress));
    controller.abort(new Error('stopped'));
    await expect(second).rejects.toThrow('stopped');
    for (const n of [1, 2]) say({ id: 1, progress: n });
    for (const value of [{ progress: 3 }, { progress: 4 }, { ok: true }]) say({ id: 2, ...value });
    say({ id: 1, ok: true });
    await expect(first).resolves.toMatchObject({ id: 1 });
    expect(told).toEqual([1, 2]);
  });

  it.each([
    ['no JSON', 'oops', 'answered a line that is no JSON object: "oops"'],
    ['an answer nobody asked for', { id: 9, ok: true }, 'answered request 9, which is not open'],
    ['a refusal', { id: 1, ok: false, message: 'no such kind' }, 'could not do what it was asked: no such kind'],
  ])('names the host for %s', async (_what, line, message) => {
    const { channel, say } = channelTo();
    const open = channel.ask({ kind: 'a' });
    say(line);
    await expect(open).rejects.toMatchObject({
      code: 'DRIVE_ERR_PROTOCOL',
      message: expect.stringContaining(`in host client-2 ${message}`),
    });
  });

  it('drops the late reply to a request that was aborted', async () => {
    const { channel, say } = channelTo();
    const controller = new AbortController();
    const first = channel.ask({ kind: 'a' }, controller.signal);
    controller.abort(new Error('stopped'));
    await expect(first).rejects.toThrow('stopped');
    const second = channel.ask({ kind: 'b' });
    say({ id: 1, ok: true });
    say({ id: 2, ok: true });
    await expect(second).resolves.toMatchObject({ id: 2 });
  });
});

describe('the driver program', () => {
  it('answers a bad request and lives on', async () => {
    await using running = await startDriver();
    const bad = { ...handshakeTo(80), endpoint: endpointAt(-1) };
    await expect(running.driver.request<'handshake'>(bad)).rejects.toMatchObject({ code: 'DRIVE_ERR_PROTOCOL' });
    await expect(
      running.driver.request<'http'>({ kind: 'http', endpoint: endpointAt(80), cases: [], load: null, deadlineMs: 1 }),
    ).resolves.toBeDefined();
  });

  it.each(['harness/drive/main.ts', 'containers/echo/main.ts', 'containers/ws-origin/main.ts'])(
    '%s ends by itself when stdin ends',
    async (file) => {
      const program = startProgram(file, ...(file.startsWith('containers') ? ['--port', '0', '--static-port', '0'] : []));
      program.child.stdin.end();
      expect(await program.exited).toBe(0);
    },
  );
});
