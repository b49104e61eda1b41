import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeClose, encodeFrame, OPCODE } from '../../../../harness/wire/frame.ts';
import { proxyHeaderV1, proxyHeaderV2 } from '../../../../scenarios/transport/proxy-header.ts';
import { exchange } from './exchange.ts';
import { worldOrigin } from './world-origin.ts';

const MASK = Buffer.from('37fa213d', 'hex');
const HEAD =
  'GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
const TEXT = encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('hi'), maskKey: MASK, fin: true }).toString('latin1');
const CLOSE = encodeClose(1000, '', MASK).toString('latin1');
/** What comes after the 101, in hex. */
const framesOf = (answer: string) =>
  Buffer.from(/^HTTP\/1\.1 101 [\s\S]*?\r\n\r\n([\s\S]*)$/.exec(answer)?.[1] ?? '', 'latin1').toString('hex');
const ECHOED = '81026869880203e8';
const HEADERS = [
  proxyHeaderV1({ address: '203.0.113.7', port: 1 }, { address: '198.18.0.1', port: 2 }),
  proxyHeaderV2({ address: '203.0.113.7', port: 1 }, { address: '198.18.0.1', port: 2 }),
].map((header) => header.toString('latin1'));

let origin: Awaited<ReturnType<typeof worldOrigin>>;
beforeAll(async () => {
  origin = await worldOrigin(['/auth', '/oauth2/verify']);
});
beforeEach(() => origin.renew());
afterAll(() => origin.stop());

async function secure(options: ConnectionOptions = {}, before = ''): Promise<TLSSocket> {
  const plain = connectPlain(origin.port, '127.0.0.1');
  plain.write(before, 'latin1');
  const socket = connect({ socket: plain, rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

async function allOf(socket: TLSSocket): Promise<string> {
  let got = '';
  socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')));
  await once(socket, 'end');
  return got;
}

describe('an origin in a world: TLS', () => {
  it.each([
    ['as such', {}, ''],
    ['of an old version', { maxVersion: 'TLSv1.2' }, ''],
    ['of a very old version', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }, ''],
    ['with a name', { servername: 'chat.example.com' }, ''],
    ['behind a PROXY header', {}, HEADERS[0]],
    ['behind a PROXY header of version 2', {}, HEADERS[1]],
  ] as const)('serves and records what is inside %s', async (_what, options, before) => {
    const socket = await secure(options, before);
    socket.write(HEAD + TEXT + CLOSE, 'latin1');
    expect(framesOf(await allOf(socket))).toBe(ECHOED);
    const [seen, ...more] = origin.state.take();
    expect(more).toEqual([]);
    expect(seen).toMatchObject({
      status: 101,
      framesReceived: 1,
      remoteAddress: '127.0.0.1',
      remotePort: socket.localPort,
      end: { kind: 'close-frame' },
    });
    expect(Buffer.from(seen?.received[0]?.base64 ?? '', 'base64').toString('latin1')).toMatch(/^GET \/socket /);
  });

  it.each([
    [['h2', 'http/1.1'], 'http/1.1'],
    [['h2'], 'h2'],
    [['http/1.0'], 'http/1.0'],
  ])('chooses of %j %s', async (ALPNProtocols, chosen) => {
    const socket = await secure({ ALPNProtocols });
    expect(socket.alpnProtocol).toBe(chosen);
    socket.destroy();
  });

  it('resets beneath TLS when it is told to', async () => {
    origin.state.behave({ kind: 'reset' }, 1);
    const socket = await secure();
    socket.write(HEAD);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });

  it('sees the end and the reset of its peer', async () => {
    const [ending, resetting] = [await secure(), await secure()];
    for (const socket of [ending, resetting]) {
      socket.write(HEAD);
      await once(socket, 'data');
    }
    ending.end();
    resetting.destroy();
    await expect.poll(() => origin.state.take().length, { interval: 20 }).toBe(2);
  });

  it.each([
    [[{ do: 'upgrade' }, { do: 'serve' }], /^HTTP\/1\.1 101 [\s\S]*hi/, { end: { kind: 'close-frame' } }],
    [[{ do: 'upgrade' }, { do: 'fin' }], /^HTTP\/1\.1 101 /, { end: { kind: 'local' } }],
    [[{ do: 'reset' }], /ECONNRESET$/, { end: { kind: 'local' } }],
    [[{ do: 'be-killed' }], /^(?:end|ECONNRESET)$/, { end: { kind: 'local' } }],
  ] as const)('plays inside: %j', async (steps, answer, played) => {
    origin.state.stage.plan({ one: steps }, 2000, ['one']);
    const socket = await secure();
    let got = '';
    socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')));
    const ended = once(socket, 'end').then(
      () => 'end',
      (error: NodeJS.ErrnoException) => error.code,
    );
    socket.write(HEAD.replace('/socket', '/socket?play=one') + TEXT + CLOSE, 'latin1');
    const how = await ended;
    socket.destroy();
    expect(`${got}${how}`).toMatch(answer);
    expect((await origin.state.stage.played(['one'], 500))['one']).toMatchObject([played]);
  });

  it('outlives a handshake that fails', async () => {
    const broken = await exchange(origin.port, '\x16\x03\x01\x00\x05hello');
    expect(broken).not.toContain('HTTP');
    const old = connect({ port: origin.port, host: '127.0.0.1', rejectUnauthorized: true });
    await once(old, 'error');
    expect(await exchange(origin.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toContain('200 OK');
  });
});

describe('an origin in a world: PROXY headers', () => {
  it.each(HEADERS)('takes one off and records what follows: %j', async (header) => {
    expect(framesOf(await exchange(origin.port, header + HEAD + TEXT + CLOSE))).toBe(ECHOED);
    const [seen] = origin.state.take();
    expect(seen).toMatchObject({ status: 101, receivedBytes: HEAD.length + TEXT.length + CLOSE.length });
  });

  it('takes one however it is cut', async () => {
    const socket = connectPlain(origin.port, '127.0.0.1').setNoDelay();
    for (const letter of `${HEADERS[0]}GET / HTTP/1.0\r\n\r\n`) {
      socket.write(letter);
      await new Promise((done) => setImmediate(done));
    }
    expect(String((await once(socket, 'data'))[0])).toContain('hopscope origin');
    socket.destroy();
  });

  it('refuses a second one, however many there are', async () => {
    expect(await exchange(origin.port, (HEADERS[0] ?? '').repeat(1200))).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('an origin in a world: plain requests', () => {
  it.each([
    ['GET /health HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close[\s\S]*\r\n\r\ntrue\n$/],
    ['HEAD /a/b?c HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 200 OK\r\n[\s\S]*Content-Length: 5\r\n\r\n$/],
    ['OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 200 OK\r\n[\s\S]*true\n$/],
    ['OPTIONS / HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 200 OK\r\n[\s\S]*true\n$/],
    ['POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}', /^HTTP\/1\.1 200 OK\r\n[\s\S]*true\n$/],
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', /\r\n\r\nhopscope origin\n$/],
    ['GET /page HTTP/1.1\r\nHost: a\r\n\r\n', /\r\n\r\na page of the origin\n$/],
    ['POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}', /\r\n\r\n\{\}$/],
    ['CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 404 /],
    [HEAD.replace('HTTP/1.1', 'HTTP/1.0'), /^HTTP\/1\.1 400 /],
    [HEAD.replace('13', '8'), /^HTTP\/1\.1 426 /],
    ['hello\r\n', /^HTTP\/1\.1 400 /],
  ])('answers %j', async (request, answer) => {
    expect(await exchange(origin.port, request)).toMatch(answer);
  });
});

describe('an origin in a world: permission', () => {
  const asking = (target: string, version = '1.0') => HEAD.replace('/socket HTTP/1.1', `${target} HTTP/${version}`);

  // What nginx sends for auth_request: HTTP/1.0, the fields of the client, Connection: close.
  it('is given to an auth_request with every field of a handshake, and not recorded', async () => {
    const answer = await exchange(origin.port, asking('/auth').replace('Connection: Upgrade', 'Connection: close'));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Content-Length: 0\r\n\r\n$/);
    expect(origin.state.take()).toEqual([]);
  });

  it('is given on a connection that goes on, of which the record begins with what follows', async () => {
    const post = 'POST /auth/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc';
    const answer = await exchange(origin.port, asking('/oauth2/verify?rd=/socket', '1.1') + post + HEAD + CLOSE);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 101']);
    expect(origin.state.take()).toMatchObject([{ status: 101, end: { kind: 'close-frame' } }]);
  });

  it('is no play, whatever request it quotes', async () => {
    origin.state.stage.plan({ one: [] }, 1000);
    expect(await exchange(origin.port, asking('/auth?uri=/socket?play=one'))).toMatch(/^HTTP\/1\.1 200 OK/);
    expect((await origin.state.stage.played(['one'], 0))['one']).toEqual([]);
  });

  it('is only for those who ask for it', async () => {
    expect(await exchange(origin.port, HEAD.replace('/socket', '/a/auth'))).toMatch(/^HTTP\/1\.1 101 /);
  });
});
