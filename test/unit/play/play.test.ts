import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlayReply } from '../../../harness/drive/protocol.ts';
import { seededBytes } from '../../../harness/measure/seeded-bytes.ts';
import { outcomeLabel } from '../../../harness/model/outcome.ts';
import type { PlayedEnd, Step } from '../../../harness/model/play.ts';
import { KEY, RIGHT_HEAD, type RunningDriver, type RunningOrigin, startDriver, startOrigin } from '../drive/programs.ts';

const text = (value: string) => ({ base64: Buffer.from(value, 'latin1').toString('base64') });
const send = (value: string): Step => ({ do: 'send', bytes: [text(value)] });
const UPGRADE: Step = { do: 'upgrade' };
const HEAD: Step = { do: 'await-head' };
const bodyOf = (played: PlayedEnd['received']) =>
  played.first.map(({ base64 }) => Buffer.from(base64, 'base64').toString('latin1')).join('');
const kinds = (end: PlayedEnd | undefined) => end?.events.map(({ kind }) => kind) ?? [];

let driver: RunningDriver;
const origins: Partial<Record<'echo' | 'ws-origin', RunningOrigin>> = {};
beforeAll(async () => {
  [driver, origins.echo, origins['ws-origin']] = await Promise.all([startDriver(), startOrigin('echo'), startOrigin('ws-origin')]);
});
afterAll(async () => {
  for (const one of [driver, origins.echo, origins['ws-origin']]) await one?.[Symbol.asyncDispose]();
});

let plays = 0;
interface Setting {
  readonly head?: string;
  readonly deadlineMs?: number;
  readonly waitMs?: number;
}

/** Plays one script against an origin; the driver and the origin are programs of their own. */
async function play(
  kind: 'echo' | 'ws-origin',
  client: readonly Step[],
  origin: readonly Step[],
  { head = RIGHT_HEAD, deadlineMs = 5000, waitMs = 500 }: Setting = {},
): Promise<PlayReply['plays'][number] & { readonly origin: PlayedEnd | undefined }> {
  const running = origins[kind];
  if (running === undefined) throw new Error('no origin');
  plays += 1;
  const id = `p.${plays}`;
  await running.origin.plan({ [id]: origin }, deadlineMs + 500);
  const bytes = Buffer.from(head.replace('/socket', `/socket?a=b&play=${id}`), 'latin1');
  const endpoint = { host: '127.0.0.1', port: running.port, tls: false, serverName: '', target: '/', hostHeader: 'a' };
  const one = { endpoint, head: [{ base64: bytes.toString('base64'), delayMs: 0 }], key: KEY, steps: client, deadlineMs };
  const reply = await driver.driver.request({ kind: 'play', plays: [one], atOnce: 4, deadlineMs: 20_000 });
  const played = await running.origin.played([id], waitMs);
  const [first] = reply.plays;
  if (first === undefined) throw new Error('no play');
  return { ...first, origin: played[id]?.[0] };
}

describe.each(['echo', 'ws-origin'] as const)('a play with the %s origin', (kind) => {
  it('carries bytes both ways, some with the heads', async () => {
    const { client, origin, outcome } = await play(
      kind,
      [HEAD, { do: 'await-bytes', count: 5 }, send('abc')],
      [
        { do: 'upgrade', lines: ['X-Extra: 1'], with: [text('hello')] },
        { do: 'await-bytes', count: 8 },
      ],
      { head: `${RIGHT_HEAD}early` },
    );
    expect(outcomeLabel(outcome)).toBe('101');
    expect([bodyOf(client.received), bodyOf(client.sent)]).toEqual(['hello', 'earlyabc']);
    expect([bodyOf(origin!.received), bodyOf(origin!.sent)]).toEqual(['earlyabc', 'hello']);
    expect(origin!.received.sha256).toBe(client.sent.sha256);
    expect(Buffer.from(client.receivedHeadBase64!, 'base64').toString()).toContain('X-Extra: 1');
    expect(Buffer.from(origin!.receivedHeadBase64!, 'base64').toString()).toMatch(/^GET \/socket\?a=b&play=p\.\d+ HTTP\/1\.1\r\n/);
    expect([client.end.kind, origin!.end.kind]).toEqual(['local', 'fin']);
    expect(origin!.port).toBe(client.port);
    expect(origin!.steps.every(({ endedAtMs }) => endedAtMs !== null)).toBe(true);
  });

  it('lets the other direction go on after a FIN of either end', async () => {
    const first = await play(
      kind,
      [HEAD, { do: 'fin' }, { do: 'await-bytes', count: 4 }, { do: 'await-end' }],
      [UPGRADE, { do: 'await-end' }, send('late'), { do: 'fin' }],
    );
    expect(bodyOf(first.client.received)).toBe('late');
    expect([kinds(first.client), kinds(first.origin)]).toEqual([
      ['fin-sent', 'fin-came'],
      ['fin-came', 'fin-sent'],
    ]);
    const second = await play(
      kind,
      [HEAD, { do: 'await-end' }, send('late')],
      [UPGRADE, { do: 'fin' }, { do: 'await-bytes', count: 4 }, { do: 'await-end' }],
    );
    expect(bodyOf(second.origin!.received)).toBe('late');
    expect(kinds(second.origin)).toEqual(['fin-sent', 'fin-came']);
  });

  it('resets from either end', async () => {
    const first = await play(kind, [HEAD, { do: 'reset' }], [UPGRADE, { do: 'await-end' }]);
    expect([first.client.end.kind, first.origin!.end.kind]).toEqual(['local', 'reset']);
    expect([kinds(first.client), kinds(first.origin)]).toEqual([['reset-sent'], ['reset-came']]);
    const second = await play(kind, [HEAD, { do: 'await-end' }], [UPGRADE, { do: 'reset' }]);
    expect([second.client.end.kind, second.origin!.end.kind]).toEqual(['reset', 'local']);
  });

  it('echoes what came, also before, at either end', async () => {
    const first = await play(
      kind,
      [HEAD, send('one'), send('two'), { do: 'await-bytes', count: 6 }],
      [UPGRADE, { do: 'await-bytes', count: 3 }, { do: 'echo' }],
    );
    expect(bodyOf(first.client.received)).toBe('onetwo');
    const second = await play(kind, [HEAD, { do: 'echo' }], [UPGRADE, send('back'), { do: 'await-bytes', count: 4 }, { do: 'fin' }]);
    expect(bodyOf(second.origin!.received)).toBe('back');
  });

  it('serves as a WebSocket server that answers Ping and Close', async () => {
    const frames = Buffer.from('898000000000818201020304696a88820102030402ea', 'hex').toString('latin1');
    const { client, origin } = await play(kind, [HEAD, send(frames), { do: 'await-end' }], [UPGRADE, { do: 'serve' }]);
    expect(Buffer.from(bodyOf(client.received), 'latin1').toString('hex')).toBe('8a0081026868880203e8');
    expect(origin!.end).toMatchObject({ kind: 'close-frame', code: 1000 });
  });

  it('carries 50 MB both ways at once with equal digests', async () => {
    const count = 50_000_000;
    const bulk = (seed: number): Step[] => [
      { do: 'send', bytes: [{ seed, count }] },
      { do: 'await-bytes', count },
    ];
    const { client, origin } = await play(kind, [HEAD, ...bulk(1)], [UPGRADE, ...bulk(2)], { deadlineMs: 60_000 });
    expect(client.received.sha256).toBe(createHash('sha256').update(seededBytes(2, count)).digest('hex'));
    expect(origin!.received.sha256).toBe(createHash('sha256').update(seededBytes(1, count)).digest('hex'));
    expect([client.received.bytes, origin!.received.bytes]).toEqual([count, count]);
  }, 60_000);

  it('blocks a sender whose peer does not read, and loses nothing', async () => {
    const count = 20_000_000;
    const half: Step[] = Array.from({ length: 20 }, () => ({ do: 'send', bytes: [{ seed: 3, count: count / 20 }] }));
    const { client, origin } = await play(
      kind,
      [HEAD, ...half],
      [UPGRADE, { do: 'pause-reading' }, { do: 'sleep', ms: 300 }, { do: 'resume-reading' }, { do: 'await-bytes', count }],
    );
    const resumedAtMs = origin!.steps.find(({ step }) => step === 3)?.startedAtMs ?? 0;
    const taken = client.steps.filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs < resumedAtMs).length;
    expect(taken).toBeLessThan(client.steps.length);
    expect(origin!.received.sha256).toBe(client.sent.sha256);
    expect(origin!.received.bytes).toBe(count);
  });

  it('cuts writes and spaces them', async () => {
    const { client, origin } = await play(
      kind,
      [HEAD, { do: 'send', bytes: [text('abcdef')], writeBytes: 2, everyMs: 20 }],
      [UPGRADE, { do: 'await-bytes', count: 6 }],
    );
    expect(client.sent.first.map(({ base64 }) => Buffer.from(base64, 'base64').toString())).toEqual(['ab', 'cd', 'ef']);
    expect(origin!.received.sha256).toBe(client.sent.sha256);
  });

  it('ends as a kernel does for a program that was killed: FIN, and RST when something was left unread', async () => {
    const client = await play(kind, [HEAD, { do: 'be-killed' }], [UPGRADE, { do: 'await-end' }]);
    expect([kinds(client.client), kinds(client.origin)]).toEqual([['killed'], ['fin-came', 'fin-sent']]);
    const origin = await play(kind, [HEAD, { do: 'await-end' }], [UPGRADE, { do: 'be-killed' }]);
    expect([kinds(origin.client)[0], kinds(origin.origin)]).toEqual(['fin-came', ['killed']]);
    // More than Node takes from the kernel by itself.
    const unread = await play(
      kind,
      [HEAD, { do: 'send', bytes: [{ seed: 1, count: 300_000 }] }, { do: 'await-end' }],
      [{ do: 'pause-reading' }, UPGRADE, { do: 'sleep', ms: 50 }, { do: 'be-killed' }],
    );
    expect(kinds(unread.client)).toContain('reset-came');
  });

  it('ends a play whose time is over, at each end', async () => {
    const { client, origin, outcome } = await play(kind, [HEAD], [], { deadlineMs: 150, waitMs: 1000 });
    expect(outcome).toMatchObject({ kind: 'timeout', waitingFor: 'response' });
    expect(kinds(client)).toEqual(['deadline']);
    expect(origin!.end.kind).toBe('fin');
    const late = await play(kind, [HEAD, { do: 'await-bytes', count: 1 }], [UPGRADE], { deadlineMs: 150 });
    expect(kinds(late.client)).toContain('deadline');
    expect(late.client.steps.map(({ endedAtMs }) => endedAtMs === null)).toEqual([false, true]);
  });

  it('tells answers apart, with what came before the final head', async () => {
    const refused = await play(
      kind,
      [HEAD, { do: 'await-bytes', count: 99 }],
      [send('HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno')],
    );
    expect(outcomeLabel(refused.outcome)).toBe('403');
    expect(Buffer.from(refused.client.receivedBeforeHead[0]!.base64, 'base64').toString()).toMatch(/^HTTP\/1\.1 103 /);
    expect([refused.client.received.bytes, refused.origin!.sent.bytes]).toEqual([2, 2]);
    const odd = await play(kind, [HEAD, send('x')], [send('hello\r\n'), { do: 'fin' }]);
    expect(outcomeLabel(odd.outcome)).toBe('malformed-response');
    const wrong = await play(kind, [HEAD], [send('HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')]);
    expect(outcomeLabel(wrong.outcome)).toBe('wrong-accept');
    expect(outcomeLabel((await play(kind, [HEAD], [{ do: 'fin' }])).outcome)).toBe('closed');
    expect(outcomeLabel((await play(kind, [HEAD], [{ do: 'reset' }])).outcome)).toBe('reset');
  });

  it('begins for a request that no strict server would read', async () => {
    const { outcome } = await play(kind, [HEAD], [UPGRADE], {
      head: `GET /socket HTTP/1.1\nHost a\n folded\nSec-WebSocket-Key: ${KEY}\n\n`,
    });
    expect(outcomeLabel(outcome)).toBe('101');
  });
});

describe.each(['echo', 'ws-origin'] as const)('a connection of the %s origin that served a play', (kind) => {
  it('answers an ordinary request that follows on it, as proxies send them', async () => {
    const { client } = await play(
      kind,
      [HEAD, send('GET /page HTTP/1.1\r\nHost: a\r\n\r\n'), { do: 'sleep', ms: 200 }],
      [send('HTTP/1.1 204 No Content\r\n\r\n')],
    );
    expect(bodyOf(client.received)).toContain('a page of the origin');
  });

  it('answers one whose request line is longer than a segment', async () => {
    const { client } = await play(
      kind,
      [
        HEAD,
        send(`GET /page?q=${'q'.repeat(6000)}`),
        { do: 'sleep', ms: 50 },
        send(' HTTP/1.1\r\nHost: a\r\n\r\n'),
        { do: 'sleep', ms: 200 },
      ],
      [send('HTTP/1.1 204 No Content\r\n\r\n')],
    );
    expect(bodyOf(client.received)).toMatch(/HTTP\/1\.1 (200|404) /);
  });

  it('is answered 426 when the request has lost its upgrade on the way, whatever the script says', async () => {
    const running = origins[kind];
    if (running === undefined) throw new Error('no origin');
    await running.origin.plan({ lost: [UPGRADE] }, 5000, ['lost']);
    const socket = connect(running.port, '127.0.0.1');
    const texts: string[] = [];
    socket.on('data', (chunk) => texts.push(chunk.toString()));
    socket.write(`GET /socket?play=lost HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`);
    await expect.poll(() => texts.join('')).toMatch(/^HTTP\/1\.1 426 /);
    const played = await running.origin.played(['lost'], 200);
    expect(Buffer.from(played['lost']?.[0]?.sentHeadBase64 ?? '', 'base64').toString()).toContain('Connection: close');
    socket.destroy();
  });

  it('keeps it open when the play is asked for, because a proxy may use it again', async () => {
    const running = origins[kind];
    if (running === undefined) throw new Error('no origin');
    await running.origin.plan({ kept: [send('HTTP/1.1 204 No Content\r\n\r\n')] }, 5000);
    const socket = connect(running.port, '127.0.0.1');
    const texts: string[] = [];
    socket.on('data', (chunk) => texts.push(chunk.toString()));
    socket.write('GET /socket?play=kept HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => texts.join('')).toContain('204');
    await running.origin.played(['kept'], 50);
    socket.write('GET /page HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => texts.join('')).toContain('a page of the origin');
    socket.destroy();
  });
});

describe('a play with the echo origin', () => {
  it('begins on a connection that served a plain request before', async () => {
    const { outcome, client } = await play('echo', [HEAD], [UPGRADE], { head: `GET /page HTTP/1.1\r\nHost: a\r\n\r\n${RIGHT_HEAD}` });
    expect(outcomeLabel(outcome)).toBe('200');
    expect(bodyOf(client.received)).toContain('HTTP/1.1 101 Switching Protocols');
  });
});
