import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import type { WorldReady, WorldSettings } from '../../../../containers/world/settings.ts';
import { hasSocat } from './has-socat.ts';

const MAIN = join(import.meta.dirname, '../../../../containers/world/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'world-'));
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    const gone = child.exitCode === null ? once(child, 'exit') : null;
    child.stdin?.end();
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function start(settings: Partial<WorldSettings>, env: NodeJS.ProcessEnv = process.env) {
  const all = {
    originAddress: '127.0.0.1',
    originPort: 9,
    names: {},
    dnsPort: 0,
    relayPort: 0,
    syslogPort: 0,
    unixOrigins: [],
    syslogSocket: null,
  };
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, 'proxy.log');
  const child = spawn(process.execPath, [MAIN, '--settings', JSON.stringify({ ...all, logFile, ...settings })], { env, stdio: 'pipe' });
  children.push(child);
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, logFile, ready: JSON.parse(line) as WorldReady, complaint: () => complaint };
}

async function logged(logFile: string, lines: number): Promise<readonly string[]> {
  for (let round = 0; round < 200; round++) {
    const seen = readFileSync(logFile, 'utf8').split('\n').slice(0, -1);
    if (seen.length >= lines) return seen;
    await new Promise((done) => setTimeout(done, 10));
  }
  return readFileSync(logFile, 'utf8').split('\n').slice(0, -1);
}

describe('the program of a world', () => {
  it('joins ports and unix sockets to the origin and ends with its standard input', async () => {
    const origin = createServer((socket) => socket.end('origin\n')).listen(0, '127.0.0.1');
    await once(origin, 'listening');
    const path = join(folder, 'a/b/app.sock');
    const { child, ready } = await start({ originPort: (origin.address() as AddressInfo).port, unixOrigins: [path] });
    expect(ready.ready).toBe(true);
    for (const to of [connect(ready.relayPort, '127.0.0.1'), connect(ready.relayPort, '::1'), connect(path)]) {
      expect(String((await once(to, 'data'))[0])).toBe('origin\n');
    }
    child.stdin.end();
    expect((await once(child, 'exit'))[0]).toBe(0);
    origin.close();
  });

  it('puts what comes by syslog over UDP of both families at the end of its file', async () => {
    const { logFile, ready } = await start({});
    const [four, six] = [createSocket('udp4'), createSocket('udp6')];
    four.send('<134>Nov 23 13:53:52 haproxy[1]: one', ready.syslogPort, '127.0.0.1');
    six.send('<134>two\nhalves\n', ready.syslogPort, '::1');
    expect((await logged(logFile, 2)).toSorted()).toEqual(['one', 'two halves']);
    four.close();
    six.close();
  });

  it.skipIf(!hasSocat())('takes each datagram of its unix socket as one line (needs socat)', async () => {
    const path = join(folder, 'dev/log');
    const { child, logFile } = await start({ syslogSocket: path });
    const long = `<134>Nov 23 13:53:52 haproxy[1]: ${'x'.repeat(9000)}`;
    for (const datagram of ['<134>Nov 23 13:53:52 haproxy[1]: one', '<134>Nov 23 13:53:52 haproxy[1]: GET /<1>', long]) {
      const sender = spawn('socat', ['-u', '-b', '65507', 'STDIN', `UNIX-SENDTO:${path}`], { stdio: ['pipe', 'ignore', 'inherit'] });
      sender.stdin.end(datagram);
      await once(sender, 'exit');
    }
    const lines = await logged(logFile, 3);
    expect(lines.map((line) => line.slice(0, 20))).toEqual(['one', 'GET /<1>', 'x'.repeat(20)]);
    expect(lines[2]?.length).toBe(8192);
    child.stdin.end();
    await once(child, 'exit');
    expect(existsSync(path)).toBe(false);
  });

  it('says when there is no socat, and goes on', async () => {
    const { ready, complaint } = await start({ syslogSocket: join(folder, 'log') }, { ...process.env, PATH: '/nonexistent' });
    expect(ready.ready).toBe(true);
    await expect.poll(complaint).toContain('no syslog on');
  });

  it('says which address is taken', async () => {
    const taken = createServer().listen(0);
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const child = spawn(process.execPath, [
      MAIN,
      '--settings',
      JSON.stringify({ relayPort: port, dnsPort: 0, syslogPort: 0, names: {}, unixOrigins: [], syslogSocket: null, logFile: '/dev/null' }),
    ]);
    const complaint = once(child.stderr, 'data');
    expect((await once(child, 'exit'))[0]).toBe(1);
    expect(String((await complaint)[0])).toContain('EADDRINUSE');
    taken.close();
  });
});
