import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { dial } from '../../../harness/drive/dial.ts';
import { nowMs } from '../../../harness/measure/clock.ts';
import { endpointAt, startRawServer } from './programs.ts';
import { SELF_SIGNED } from './self-signed.ts';

const dialTls = (port: number, forMs = 5000) => dial(endpointAt(port, { tls: true }), nowMs() + forMs);

describe('dial', () => {
  it('reaches TLS with a certificate nobody trusts, names the server and asks for HTTP/1.1', async () => {
    const seen: unknown[] = [];
    const server = createServer({ ...SELF_SIGNED, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
      seen.push((socket as typeof socket & { servername?: string }).servername, socket.alpnProtocol);
      socket.on('error', () => undefined).end('hello');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const dialled = await dialTls((server.address() as AddressInfo).port);
    if (dialled.kind !== 'connected') throw new Error(JSON.stringify(dialled));
    const [chunk] = (await once(dialled.socket, 'data')) as [Buffer];
    dialled.socket.destroy();
    server.close();
    expect(seen).toEqual(['origin', 'http/1.1']);
    expect(chunk.toString()).toBe('hello');
    const { startedAtMs, connectedAtMs, tlsAtMs, localPort } = dialled.times;
    expect(startedAtMs <= (connectedAtMs ?? 0) && (connectedAtMs ?? 0) <= (tlsAtMs ?? 0)).toBe(true);
    expect(localPort).toBeGreaterThan(0);
  });

  it('tells how TLS failed: a FIN, a reset, silence, or something else than TLS', async () => {
    await using fin = await startRawServer((socket) => socket.once('data', () => socket.end()));
    await using reset = await startRawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await using silent = await startRawServer((socket) => socket.resume());
    await using plain = await startRawServer((socket) => socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const results = await Promise.all([dialTls(fin.port), dialTls(reset.port), dialTls(silent.port, 150), dialTls(plain.port)]);
    expect(results.map((result) => (result.kind === 'failed' ? result.outcome : result.kind))).toMatchObject([
      { kind: 'closed' },
      { kind: 'reset' },
      { kind: 'timeout', waitingFor: 'tls' },
      { kind: 'connect-failed', code: expect.stringMatching(/^ERR_SSL_/) },
    ]);
    expect(results.every(({ times }) => times.connectedAtMs !== null && times.tlsAtMs === null)).toBe(true);
  });

  it('reports a name that does not resolve by its code', async () => {
    const dialled = await dial(endpointAt(80, { host: 'no-such-host.invalid' }), nowMs() + 5000);
    expect(dialled).toMatchObject({ kind: 'failed', outcome: { kind: 'connect-failed' }, times: { connectedAtMs: null } });
  });
});
