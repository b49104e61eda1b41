import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relayPort, relayUnix } from '../../../../containers/world/tcp-relay.ts';

const folder = mkdtempSync(join(tmpdir(), 'relay-'));
const path = join(folder, 'run/app/app.sock');
const accepted: Socket[] = [];
let origin: Server;
let port: number;
beforeAll(async () => {
  origin = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    accepted.push(socket);
    origin.emit('accepted');
  });
  await once(origin.listen(0, '127.0.0.1'), 'listening');
  const target = { host: '127.0.0.1', port: (origin.address() as AddressInfo).port };
  port = await relayPort(0, target);
  await relayUnix(path, target);
});
afterAll(() => {
  origin.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Both ends of a relayed connection. */
async function joined(to: () => Socket): Promise<[Socket, Socket]> {
  const came = once(origin, 'accepted');
  const client = to();
  await came;
  return [client, accepted.at(-1) as Socket];
}
const WAYS = [
  ['IPv4', () => connect({ port, host: '127.0.0.1', allowHalfOpen: true })],
  ['IPv6', () => connect({ port, host: '::1', allowHalfOpen: true })],
  ['a unix socket', () => connect({ path, allowHalfOpen: true })],
] as const;

async function allOf(socket: Socket): Promise<number> {
  let count = 0;
  socket.on('data', (bytes: Buffer) => (count += bytes.length));
  await once(socket, 'end');
  return count;
}

describe.each(WAYS)('a relayed connection over %s', (way, to) => {
  it('carries every byte both ways, and the end of one side while the other goes on', async () => {
    const [client, server] = await joined(to);
    const up = allOf(server);
    client.end(Buffer.alloc(3_000_000, 'u'));
    expect(await up).toBe(3_000_000);
    const down = allOf(client);
    server.end(Buffer.alloc(2_000_000, 'd'));
    expect(await down).toBe(2_000_000);
  });

  it('passes the reset of the origin on', async () => {
    const [client, server] = await joined(to);
    client.write('x');
    await once(server, 'data');
    server.resetAndDestroy();
    const ended = await Promise.race([once(client, 'error').then(() => 'reset'), once(client.resume(), 'end').then(() => 'end')]);
    expect(ended).toBe(way === 'a unix socket' ? 'end' : 'reset');
    client.destroy();
  });

  it('takes no more than the other side does', async () => {
    const [client, server] = await joined(to);
    server.pause();
    const chunk = Buffer.alloc(1_048_576);
    let sent = 0;
    while (sent < 64 && client.write(chunk)) sent += 1;
    for (
      ;
      sent < 64 && (await Promise.race([once(client, 'drain').then(() => true), new Promise((done) => setTimeout(done, 300, false))]));
      sent++
    )
      client.write(chunk);
    expect(sent).toBeLessThan(64);
    client.destroy();
    server.destroy();
  });
});

describe('relayPort', () => {
  it.each(WAYS.slice(0, 2))('passes the reset of the client on over %s', async (_way, to) => {
    const [client, server] = await joined(to);
    server.write('x');
    await once(client, 'data');
    client.resetAndDestroy();
    const [error] = (await once(server.resume(), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });

  it('resets who came when there is no origin', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const target = { host: '127.0.0.1', port: (free.address() as AddressInfo).port };
    free.close();
    const client = connect(await relayPort(0, target), '127.0.0.1');
    const [error] = (await once(client.resume(), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });
});
