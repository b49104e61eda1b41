import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haproxy } from '../../containers/haproxy/service.ts';
import { nginx } from '../../containers/nginx/service.ts';
import { proxyNamed } from '../unit/lab/sample-topology.ts';
import { PROXY, text, WorldLab, worldOf } from './world-lab.ts';

const HAPROXY = (server: string, more = ''): string => `global
  log stdout format raw local0
${more}
defaults
  mode http
  log global
  timeout connect 2s
  timeout client 5s
  timeout server 5s
frontend f
  bind :8080
  default_backend b
backend b
  server s ${server}
`;

const NGINX = (location: string, more = ''): string => `events {}
error_log /dev/stderr;
http {
  access_log /dev/stdout;
  ${more}
  server {
    listen 8080;
    location / {
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      ${location}
    }
  }
}
`;

const haproxyWorld = (server: string, more = '', world: Parameters<typeof worldOf>[2] = {}) =>
  worldOf('/etc/haproxy/haproxy.cfg', HAPROXY(server, more), world);
const nginxWorld = (location: string, more = '', world: Parameters<typeof worldOf>[2] = {}) =>
  worldOf('/etc/nginx/nginx.conf', NGINX(location, more), world);
const URL = `ws://${PROXY}:8080/socket`;

/** Mounts, in any namespace of this machine, of something below a folder. */
const mountsBelow = (folder: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });

const processesWith = (word: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });

describe("a user's own config in its world", () => {
  let lab: WorldLab;
  beforeAll(async () => {
    lab = await WorldLab.start();
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  it.each(['127.0.0.1:5000', '192.168.7.7:80', 'api:3000', 'nobody-listed-it.example:80', 'ipv6@[::1]:3000', '/run/app/origin.sock'])(
    'reaches the origin of HAProxy at %s',
    async (server) => {
      const more = { names: { api: '198.18.0.9' }, unixOrigins: ['/run/app/origin.sock'] };
      await lab.startProxy(haproxy, haproxyWorld(server, '', more));
      expect(await lab.opens(URL)).toBe('open');
    },
  );

  it.each(['127.0.0.1:5000', '192.168.7.7', '[::1]:3000', '[2001:db8::7]:80', 'api:3000', 'unix:/run/origin.sock:'])(
    'reaches the origin of nginx at %s',
    async (server) => {
      const more = { names: { api: '198.18.0.9' }, unixOrigins: ['/run/origin.sock'] };
      await lab.startProxy(nginx, nginxWorld(`proxy_pass http://${server};`, '', more));
      expect(await lab.opens(URL)).toBe('open');
    },
  );

  it('asks DNS servers wherever they are', async () => {
    const location = 'set $to app.example.com; proxy_pass http://$to:8123;';
    await lab.startProxy(nginx, nginxWorld(location, 'resolver 8.8.8.8 127.0.0.11 ipv6=off;'));
    expect(await lab.opens(URL)).toBe('open');
  });

  it.each([
    ['a foreign address', '203.0.113.5'],
    ['loopback', '127.0.0.1'],
  ])('is reached where it listens on %s alone', async (_, address) => {
    const world = nginxWorld('proxy_pass http://127.0.0.1:5000;', '', { addresses: [address] });
    const files = world.files.map((file) =>
      file.kind === 'text' ? { ...file, text: file.text.replace('listen 8080', `listen ${address}:8080`) } : file,
    );
    await lab.startProxy(nginx, { ...world, files });
    expect(await lab.opens(URL)).toBe('open');
  });

  it('leaves a connection of its own to a port that it listens on in the host, though nobody read it from the config', async () => {
    const second = 'server { listen 8081; location / { return 200 second; } }';
    await lab.startProxy(nginx, nginxWorld('proxy_pass http://127.0.0.1:8081;', second));
    expect(await lab.get(`http://${PROXY}:8080/`)).toBe('200 second');
  });

  it('changes to a user that this machine does not have, and takes its log by /dev/log in a chroot', async () => {
    const before = lab.log.length;
    const more = 'log /dev/log local0\nuser edge\ngroup edge\nchroot /var/lib/haproxy';
    const started = await lab.startProxy(haproxy, haproxyWorld('127.0.0.1:5000', more, { users: [{ user: 'edge', group: 'edge' }] }));
    expect(await lab.opens(URL)).toBe('open');
    const worker = (await started.processes()).at(-1);
    expect(readFileSync(`/proc/${worker?.pid}/status`, 'utf8')).toMatch(/^Uid:\t2\d\d\t/m);
    // One line from its stdout, and the same again by way of the socket.
    await expect.poll(() => lab.log.slice(before).match(/Connect from/g)?.length).toBe(2);
  });

  it('serves files of the package, and files of the world below /usr', async () => {
    const world = nginxWorld('root /usr/local/site;', 'include mime.types;', { files: [text('/usr/local/site/a.html', 'made')] });
    await lab.startProxy(nginx, world);
    expect(await lab.get(`http://${PROXY}:8080/a.html`)).toBe('200 made');
  });

  it('shows nothing of this machine to a config that serves every file', async () => {
    const secret = join(lab.scratchDir, 'secret');
    writeFileSync(secret, 'secret');
    await lab.startProxy(nginx, nginxWorld('root /; autoindex on;'));
    const get = (path: string): Promise<string> => lab.get(`http://${PROXY}:8080${path}`);
    expect(await get('/etc/shadow')).toMatch(/^404/);
    expect(await get(secret)).toMatch(/^404/);
    expect(await get('/proc/1/root/etc/shadow')).toMatch(/^40[34]/);
    expect(await get('/proc/1/environ')).toMatch(/^40[34]/);
    expect(await get('/etc/passwd')).not.toContain(readFileSync('/etc/passwd', 'utf8').split('\n')[1]);
    expect((await get('/')).match(/href="[^"]+"/g)).not.toContain('href="work/"');
  });

  it('gives HAProxy no file of this machine either', async () => {
    const refused = lab.startProxy(haproxy, haproxyWorld('127.0.0.1:5000\n  errorfile 503 /etc/shadow'));
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_ERR_REJECTED' });
  });

  it('lets nobody in it write to the kernel, mount, or see other processes', async () => {
    const started = await lab.startProxy(haproxy, haproxyWorld('127.0.0.1:5000'));
    const sh = async (line: string): Promise<string> => {
      const { stdout, stderr } = await started.run(['sh', '-c', line]);
      return `${stdout}${stderr}`;
    };
    expect(await sh('id -u')).toBe('0\n');
    expect(await sh('echo x > /proc/sys/kernel/core_pattern')).toMatch(/Read-only/);
    expect(await sh('umount /proc/sys')).not.toBe('');
    expect(await sh('mount -t tmpfs tmpfs /tmp')).toMatch(/denied|must be superuser/);
    expect(await sh('echo /tmp/x.so > /etc/ld.so.preload')).toMatch(/Read-only/);
    expect(await sh('mv /etc /tmp/etc; mv /lib64 /tmp/lib64; rm -rf /etc/ld.so.cache')).toMatch(/busy[^]*busy[^]*busy/);
    expect(await sh('mknod /tmp/disk b 254 0')).toMatch(/not permitted/);
    expect(await sh('iptables -F')).not.toBe('');
    expect(await sh('ls /proc | grep -c "^[0-9]"')).toMatch(/^\d\n$/);
    expect(await sh('ls /root /home /work')).not.toMatch(/ssh|node|main/);
    expect(await sh('cd /; chroot /proc/1/root ls /work')).toMatch(/denied|No such file/);
    expect(await sh('env')).not.toMatch(/NODE|npm|HOSTNAME/);
    expect(await sh('echo out > /dev/stdout; echo err > /dev/stderr; echo gone > /dev/null')).toBe('out\nerr\n');
  });

  it('reads its config anew', async () => {
    const started = await lab.startProxy(nginx, nginxWorld('proxy_pass http://127.0.0.1:5000;'));
    const before = (await started.processes()).map(({ pid }) => pid);
    const main = before.at(1) ?? 0;
    await started.signal('SIGHUP', [main]);
    const isNew = async (): Promise<boolean> => (await started.processes()).some(({ pid }) => !before.includes(pid));
    await expect.poll(isNew).toBe(true);
    expect(await lab.opens(URL)).toBe('open');
  });

  it('keeps its files when it is started again', async () => {
    const started = await lab.startProxy(haproxy, haproxyWorld('127.0.0.1:5000'));
    await started.run(['sh', '-c', 'echo kept > /run/kept']);
    await started.stop();
    await expect.poll(() => started.processes()).toEqual([]);
    const again = await started.again();
    expect((await again.run(['cat', '/run/kept'])).stdout).toBe('kept\n');
    expect(await lab.opens(URL)).toBe('open');
  });

  it('starts a program that makes a daemon of itself', async () => {
    const world = haproxyWorld('127.0.0.1:5000');
    const asItIs = { ...haproxy, startArgv: () => ['haproxy', '-D', '-f', world.main] };
    const started = await lab.startProxy(asItIs, world);
    expect(await lab.opens(URL)).toBe('open');
    await started.stop();
    await expect.poll(() => started.processes()).toEqual([]);
  });

  it('ends a config check that loops', async () => {
    const loop = haproxyWorld('127.0.0.1:5000', '  lua-load /etc/haproxy/loop.lua', {
      files: [text('/etc/haproxy/loop.lua', 'while true do end')],
    });
    await expect(lab.startProxy(haproxy, loop)).rejects.toMatchObject({
      code: 'CONFIG_ERR_REJECTED',
      message: expect.stringContaining('the config check did not end within 10 s') as string,
    });
    expect(processesWith('haproxy.cfg')).toEqual([]);
  }, 20_000);
});

describe('a lab with a world in it', () => {
  it('leaves no process, no mount and no folder', async () => {
    const lab = await WorldLab.start();
    await lab.startProxy(haproxy, haproxyWorld('127.0.0.1:5000'));
    expect(mountsBelow(lab.scratchDir)).not.toEqual([]);
    await lab[Symbol.asyncDispose]();
    await expect.poll(() => mountsBelow(lab.scratchDir)).toEqual([]);
    expect(existsSync(lab.scratchDir)).toBe(false);
  });
});

describe('a literal address that one host alone listens on', () => {
  it('is reached under that address too', async () => {
    const world = nginxWorld('proxy_pass http://127.0.0.1:5000;', '', { addresses: ['203.0.113.5'] });
    const files = world.files.map((file) =>
      file.kind === 'text' ? { ...file, text: file.text.replace('listen 8080', 'listen 203.0.113.5:8080') } : file,
    );
    const foreign = { ...world, files };
    await using lab = await WorldLab.start({ proxies: [{ ...proxyNamed('edge'), world: foreign }] });
    await lab.startProxy(nginx, foreign);
    expect(await lab.opens('ws://203.0.113.5:8080/socket')).toBe('open');
    expect(await lab.opens(URL)).toBe('open');
  });
});
