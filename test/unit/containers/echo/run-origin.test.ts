import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeTlsFiles } from '../../../../harness/lab/tls.ts';
import { exchange } from './exchange.ts';

const MAIN = join(import.meta.dirname, '../../../../containers/echo/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'origin-main-'));
const HANDSHAKE =
  'GET /auth HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
let child: ChildProcess;

async function start(...args: readonly string[]): Promise<number> {
  const program = spawn(process.execPath, [MAIN, '--port', '0', '--static-port', '0', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  child = program;
  const [line] = (await once(createInterface({ input: program.stdout }), 'line')) as [string];
  return (JSON.parse(line) as { readonly port: number }).port;
}

afterEach(async () => {
  const gone = child.exitCode === null ? once(child, 'exit') : null;
  child.stdin?.end();
  await gone;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('runOrigin', () => {
  it('knows no world unless it is told of one', async () => {
    const port = await start('--auth-target', '/auth');
    expect(await exchange(port, 'GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
    expect(await exchange(port, 'PROXY UNKNOWN\r\nGET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await exchange(port, HANDSHAKE)).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('stands for every origin in a world, with keys of both kinds', async () => {
    const files = await makeTlsFiles(folder);
    const [rsaKey, rsaCert] = [join(folder, 'rsa.key'), join(folder, 'rsa.pem')];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', rsaKey, '-out', rsaCert, '-days', '2', '-subj', '/CN=a'];
    execFileSync('openssl', request, { stdio: 'ignore' });
    const tls = ['--tls-cert', files.cert, '--tls-key', files.key, '--tls-cert', rsaCert, '--tls-key', rsaKey];
    const port = await start('--world', ...tls, '--auth-target', '/a', '--auth-target', '/auth');
    expect(await exchange(port, 'PROXY UNKNOWN\r\nGET /health HTTP/1.0\r\n\r\n')).toMatch(/true\n$/);
    expect(await exchange(port, HANDSHAKE)).toMatch(/^HTTP\/1\.1 200 /);
    for (const ciphers of ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256']) {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2', ciphers });
      await once(socket, 'secureConnect');
      expect(socket.getCipher().name).toBe(ciphers);
      socket.destroy();
    }
  });

  it('makes a certificate of its own when it was given none', async () => {
    const socket = connect({ port: await start('--world'), host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    expect(socket.getPeerCertificate().subject.CN).toBe('origin');
    socket.destroy();
  });

  it('ends at once when a certificate cannot be read', async () => {
    const program = spawn(process.execPath, [MAIN, '--world', '--tls-cert', join(folder, 'none'), '--tls-key', join(folder, 'none')]);
    child = program;
    expect((await once(program, 'exit'))[0]).toBe(1);
  });

  it('says goodbye inside TLS when it is told to end', async () => {
    const files = await makeTlsFiles(folder);
    const port = await start('--world', '--tls-cert', files.cert, '--tls-key', files.key);
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.write(HANDSHAKE);
    expect(String((await once(socket, 'data'))[0])).toContain(' 101 ');
    child.kill('SIGTERM');
    expect(((await once(socket, 'data')) as [Buffer])[0].subarray(0, 4).toString('hex')).toBe('880c03e9');
    await once(socket, 'end');
    await once(child, 'exit');
  });
});
