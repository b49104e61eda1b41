import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingFile as missingApache } from '../../containers/apache/rejection.ts';
import { apache } from '../../containers/apache/service.ts';
import { caddy } from '../../containers/caddy/service.ts';
import { readSurroundings as readCaddyfile } from '../../containers/caddy/surroundings.ts';
import { nodeProxy } from '../../containers/node-proxy/service.ts';
import type { StartedProxy } from '../../harness/lab/lab.ts';
import type { ProxyService } from '../../harness/model/service.ts';
import type { World, WorldFile } from '../../harness/model/world.ts';
import { configTreeOf } from '../unit/containers/config-tree-of.ts';
import { PROXY, text, WorldLab, worldOf } from './world-lab.ts';

const NAMES = { app: '198.18.0.1' };
const MODULES = '/usr/lib/apache2/modules';
const APACHE_ENV = { APACHE_RUN_DIR: '/run/apache2', APACHE_LOG_DIR: '/var/log/apache2' };
const apacheConfig = (lines: string): string =>
  `${['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'proxy_wstunnel'].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
User www-data
Group www-data
ServerName edge
Listen 8080
PidFile \${APACHE_RUN_DIR}/apache2.pid
ErrorLog \${APACHE_LOG_DIR}/error.log
<VirtualHost *:8080>
CustomLog \${APACHE_LOG_DIR}/access.log "%h %r"
${lines}
</VirtualHost>
`;

let lab: WorldLab;
const folder = mkdtempSync(join(tmpdir(), 'others-'));

beforeAll(async () => {
  lab = await WorldLab.start();
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function within<T>(service: ProxyService, world: World, look: (proxy: StartedProxy) => Promise<T>): Promise<T> {
  const proxy = await lab.startProxy(service, world, { port: world.ownPorts[0] ?? 8080 });
  try {
    return await look(proxy);
  } finally {
    await proxy.stop();
  }
}

describe("a user's Apache config", () => {
  const worldAround = (lines: string): World =>
    worldOf('/etc/apache2/apache2.conf', apacheConfig(lines), { names: NAMES, env: APACHE_ENV });
  const start = (lines: string): Promise<string> => within(apache, worldAround(lines), () => lab.opens(`ws://${PROXY}:8080/ws`));

  it('runs in a world, and its access log comes out beside that of the config', async () => {
    const logged = () =>
      lab.log
        .split('\n')
        .map((line) => apache.parseLog(line))
        .find((entry) => entry?.target === '/ws');
    await within(apache, worldAround('ProxyPass / http://app:3000/ upgrade=websocket'), async () => {
      expect(await lab.opens(`ws://${PROXY}:8080/ws`)).toBe('open');
      await expect.poll(logged).toMatchObject({ kind: 'access', status: 101, clientPort: expect.any(Number) });
    });
  });

  it('uses the last ProxyPass of a Location', async () => {
    expect(await start('<Location />\nProxyPass ws://app:3000/\nProxyPass http://app:3000/\n</Location>')).toBe('error');
    expect(await start('<Location />\nProxyPass http://app:3000/\nProxyPass ws://app:3000/\n</Location>')).toBe('open');
  });

  it('uses the first ProxyPass outside of sections', async () => {
    expect(await start('ProxyPass / http://app:3000/\nProxyPass /ws ws://app:3000/ws')).toBe('error');
    expect(await start('ProxyPass /ws ws://app:3000/ws\nProxyPass / http://app:3000/')).toBe('open');
  });
});

describe("a user's Caddyfile", () => {
  it('serves public names with stored certificates and asks no authority', async () => {
    const config = 'chat.example.test {\n\treverse_proxy app:3000\n}\n';
    const { files } = readCaddyfile(configTreeOf({ '/etc/caddy/Caddyfile': config }));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const names = ['-subj', '/CN=chat.example.test', '-addext', 'subjectAltName=DNS:chat.example.test'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '365'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const given = files.map(({ path, kind: what }): WorldFile => text(path, readFileSync(what === 'key' ? key : cert, 'utf8')));
    const env = { HOME: '/var/lib/caddy', XDG_DATA_HOME: '/var/lib/caddy/data', XDG_CONFIG_HOME: '/var/lib/caddy/config' };
    const world = worldOf('/etc/caddy/Caddyfile', config, { names: NAMES, env, files: given, ownPorts: [80, 443, 2019] });
    await within(caddy, world, async () => {
      const hello = `{host:'${PROXY}',port:443,servername:'chat.example.test',rejectUnauthorized:false,ALPNProtocols:['http/1.1']}`;
      const request =
        'GET /ws HTTP/1.1\\r\\nHost: chat.example.test\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n';
      const code = `const s=require('tls').connect(${hello},()=>s.write('${request}'));s.on('error',(e)=>{console.log(e.code)});s.once('data',(d)=>{console.log(s.getPeerCertificate().subject.CN,String(d).slice(9,12));process.exit()});setTimeout(()=>{console.log('late');process.exit()},4000)`;
      expect(await lab.client(code)).toBe('chat.example.test 101');
      expect(lab.log).not.toContain('tls.obtain');
    });
  });
});

describe("a user's Node script", () => {
  it('runs in a world with Node and nothing else of this machine', async () => {
    const script =
      "const http = require('http'), net = require('net'), fs = require('fs');\n" +
      `const server = http.createServer((_, response) => response.end(String(fs.existsSync('${join(import.meta.dirname, '../..')}/package.json'))));\n` +
      "server.on('upgrade', (request, socket) => {\n" +
      "  const to = net.connect(3000, 'app', () => to.write(['GET ' + request.url + ' HTTP/1.1', ...request.rawHeaders.reduce((all, one, at) => at % 2 ? [...all.slice(0, -1), all.at(-1) + ': ' + one] : [...all, one], []), '', ''].join('\\r\\n')));\n" +
      '  socket.pipe(to).pipe(socket); to.on("error", () => socket.destroy()); socket.on("error", () => to.destroy());\n' +
      '});\n' +
      'server.listen(process.env.PORT || 8080);\n';
    await within(nodeProxy, worldOf('/srv/app/proxy.cjs', script, { names: NAMES, workingFolder: '/srv/app' }), async () => {
      expect(await lab.opens(`ws://${PROXY}:8080/ws`)).toBe('open');
      expect(await lab.get(`http://${PROXY}:8080/`)).toBe('200 false');
    });
  });
});

describe('missing files in the words of Apache', () => {
  it.skipIf(!existsSync('/usr/sbin/apache2'))('is read from what the real program prints', () => {
    const config = join(folder, 'apache2.conf');
    const check = (line: string): ReturnType<typeof missingApache> => {
      const base = ['mpm_event', 'authz_core', 'ssl'].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`);
      execFileSync('tee', [config], {
        input: [...base, 'ServerName x', 'Listen 127.0.0.1:10443', 'ErrorLog /dev/stderr', line].join('\n'),
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      try {
        execFileSync(apache.program, ['-t', '-f', config], { stdio: 'pipe' });
        return null;
      } catch (error) {
        const stderr = String(Reflect.get(Object(error), 'stderr'));
        return missingApache({ code: 1, stdout: '', stderr });
      }
    };
    expect(check('Include /nowhere/x.conf')).toEqual({ path: '/nowhere/x.conf', kind: 'include' });
    expect(check('DocumentRoot /nowhere/doc')).toEqual({ path: '/nowhere/doc', kind: 'folder' });
    expect(check('CustomLog /nowhere/a.log "%h"')).toEqual({ path: '/nowhere/a.log', kind: 'log' });
    expect(check('SSLCACertificateFile /nowhere/ca.pem')).toEqual({ path: '/nowhere/ca.pem', kind: 'authority' });
    expect(check('LoadModule x_module modules/mod_x.so')).toMatchObject({ kind: 'module' });
  });
});
