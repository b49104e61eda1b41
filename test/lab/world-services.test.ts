import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLog } from '../../containers/haproxy/log.ts';
import { parseLog as parseNginx } from '../../containers/nginx/log.ts';
import type { WorldReady, WorldSettings } from '../../containers/world/settings.ts';
import { makeTlsFiles } from '../../harness/lab/tls.ts';

/*
 * The origin of a world and the services of its proxy's host, with the proxies that they are for. All on loopback: names lead to 127.0.0.1 here.
 */

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'world-'));
const at = (name: string) => join(folder, name);
const children: ChildProcess[] = [];

function run(command: string, ...args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function readyOf<T>(program: string, ...args: readonly string[]): Promise<T> {
  const { stdout } = run(process.execPath, join(ROOT, program), ...args);
  if (stdout === null) throw new Error('an output expected');
  return JSON.parse(((await once(createInterface({ input: stdout }), 'line')) as [string])[0]) as T;
}

const BACKENDS: Readonly<Record<string, (port: number) => string>> = {
  plain: (port) => `option httpchk GET /health\n  http-check expect string true\n  server s 127.0.0.1:${port} check`,
  tls: (port) => `option httpchk\n  server s 127.0.0.1:${port} ssl verify none check`,
  'tls-both': (port) => `server s 127.0.0.1:${port} ssl verify none alpn h2,http/1.1 check`,
  'tls-h2': (port) => `server s 127.0.0.1:${port} ssl verify none alpn h2 check`,
  h2: (port) => `server s 127.0.0.1:${port} proto h2 check`,
  'proxy-v1': (port) => `option httpchk HEAD /any\n  server s 127.0.0.1:${port} send-proxy check`,
  'proxy-v2-tls': (port) => `option httpchk OPTIONS *\n  server s 127.0.0.1:${port} send-proxy-v2 ssl verify none check check-send-proxy`,
  unix: () => `option httpchk\n  server s unix@${at('run/app.sock')} check`,
  resolved: (port) => `option httpchk\n  server s backend.example.com:${port} check resolvers lab init-addr none`,
};

const haproxyConfig = (port: number, world: WorldReady) => `
global
  log 127.0.0.1:${world.syslogPort} local0
defaults
  mode http
  log global
  option httplog
  timeout connect 2s
  timeout client 5s
  timeout server 5s
  default-server inter 100ms
resolvers lab
  nameserver one 127.0.0.1:${world.dnsPort}
frontend web
  bind unix@${at('haproxy.sock')} mode 666
  use_backend %[path,field(2,/)]
${Object.entries(BACKENDS)
  .map(([name, lines]) => `backend ${name}\n  ${lines(port)}`)
  .join('\n')}
`;

const nginxConfig = (port: number, world: WorldReady) => `
daemon off;
pid ${at('nginx.pid')};
error_log syslog:server=127.0.0.1:${world.syslogPort} info;
events {}
http {
  access_log syslog:server=unix:${at('dev/log')} combined;
  resolver 127.0.0.1:${world.dnsPort};
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${at(name)};`).join(' ')}
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
  server {
    listen unix:${at('nginx.sock')};
    location /asked { auth_request /permission; proxy_pass http://127.0.0.1:${port}; }
    location = /permission { internal; proxy_pass http://127.0.0.1:${port}/auth?uri=$request_uri; proxy_set_header Content-Length ""; }
    location /tls { proxy_pass https://127.0.0.1:${port}; }
    location /resolved { set $to backend; proxy_pass http://$to:${port}; }
  }
}
`;

/** The status of an opening handshake's answer. */
async function statusOf(socketName: string, path: string): Promise<string | undefined> {
  const socket = connect(at(socketName));
  const fields = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13';
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString('latin1').split(' ')[1];
}

beforeAll(async () => {
  // Workers of nginx are nobody.
  chmodSync(folder, 0o755);
  const tls = await makeTlsFiles(folder);
  const tlsArgs = ['--tls-cert', tls.cert, '--tls-key', tls.key];
  const origin = ['--port', '0', '--static-port', '0', '--world', '--auth-target', '/auth', ...tlsArgs];
  const { port } = await readyOf<{ readonly port: number }>('containers/echo/main.ts', ...origin);
  const settings: WorldSettings = {
    originAddress: '127.0.0.1',
    originPort: port,
    names: { backend: '127.0.0.1' },
    dnsPort: 0,
    relayPort: 0,
    syslogPort: 0,
    unixOrigins: [at('run/app.sock')],
    syslogSocket: at('dev/log'),
    logFile: at('log'),
  };
  const world = await readyOf<WorldReady>('containers/world/main.ts', '--settings', JSON.stringify(settings));
  writeFileSync(at('haproxy.cfg'), haproxyConfig(port, world));
  writeFileSync(at('nginx.conf'), nginxConfig(port, world));
  run('haproxy', '-q', '-f', at('haproxy.cfg'));
  run('nginx', '-e', at('nginx-error.log'), '-c', at('nginx.conf'));
  while (!existsSync(at('haproxy.sock')) || !existsSync(at('nginx.sock'))) await sleep(20);
});

afterAll(async () => {
  for (const child of children.toReversed()) {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    child.kill();
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

describe('HAProxy in a world', () => {
  it.each(Object.keys(BACKENDS))('finds its server up and opens WebSockets to it: %s', async (name) => {
    await expect.poll(() => statusOf('haproxy.sock', `/${name}/socket`), { timeout: 5000, interval: 200 }).toBe('101');
    const logged = () => readFileSync(at('log'), 'utf8').split('\n').map(parseLog);
    await expect
      .poll(() => logged().find((entry) => entry?.server === `${name}/s`), { timeout: 5000 })
      .toMatchObject({
        kind: 'access',
        status: 101,
        target: `/${name}/socket`,
      });
    expect(logged().filter((entry) => entry?.kind === 'error' && entry.raw.includes(`Server ${name}/s is DOWN`))).toEqual([]);
  });
});

describe('nginx in a world', () => {
  it.each(['/asked', '/tls', '/resolved'])('opens WebSockets to its origin: %s', async (path) => {
    expect(await statusOf('nginx.sock', path)).toBe('101');
    const logged = () => readFileSync(at('log'), 'utf8').split('\n').map(parseNginx);
    await expect
      .poll(() => logged().find((entry) => entry?.kind === 'access' && entry.target === path), { timeout: 5000 })
      .toMatchObject({ status: 101 });
  });

  it('logs its errors so that they are read', () => {
    const lines = readFileSync(at('log'), 'utf8').split('\n');
    expect(lines.filter((line) => /^\d{4}\/.*start worker process/.test(line)).length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes('nginx: '))).toEqual([]);
  });
});
