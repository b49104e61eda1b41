import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { haproxy } from '../../containers/haproxy/service.ts';
import type { CommandResult, ServicePlacement } from '../../harness/model/service.ts';
import type { ConfigTree, ExpectedFile } from '../../harness/model/surroundings.ts';

const CONFIGS = join(import.meta.dirname, '../../../shared/configs');
const names = existsSync(CONFIGS) ? readdirSync(CONFIGS).filter((name) => name.includes('-haproxy-')) : ['(the real configs are not here)'];
const folder = mkdtempSync(join(tmpdir(), 'haproxy-foreign-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync('/tmp/hopscope-limits.cfg', { force: true });
});

const foreign = (configPath: string): ServicePlacement => ({
  ...{ configPath, tlsBundlePath: '', tlsCertPath: '', tlsKeyPath: '', program: 'haproxy', singleUser: false, versionOutput: '' },
  isForeign: true,
});

function run(argv: readonly string[]): CommandResult {
  const [command = '', ...args] = argv;
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 });
  return { code: status ?? 1, stdout, stderr };
}

const check = (text: string): CommandResult => {
  const path = join(folder, 'checked.cfg');
  writeFileSync(path, text);
  return run(haproxy.checkArgv(foreign(path)) ?? []);
};

let bundle: string | null = null;
function makeBundle(): string {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  run([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    '-subj',
    '/CN=a',
  ]);
  return readFileSync(cert, 'utf8') + readFileSync(key, 'utf8');
}

function provide({ path, kind }: ExpectedFile): void {
  const at = join(folder, 'world', path);
  mkdirSync(kind === 'folder' ? at : dirname(at), { recursive: true });
  if (kind === 'bundle') writeFileSync(at, (bundle ??= makeBundle()));
  if (kind === 'error-answer') writeFileSync(at, 'HTTP/1.0 503 Service Unavailable\r\nConnection: close\r\n\r\n');
}

/** The config with every file that it expects in a folder of this test, and every name of an origin on loopback. */
function inFolder(tree: ConfigTree): string {
  const { files, origins } = haproxy.readSurroundings?.(tree) ?? { files: [], origins: [] };
  for (const file of files) provide(file);
  const moved = files.reduce(
    (text, { path }) => text.replaceAll(new RegExp(`(\\s)${path}(?=\\s)`, 'g'), `$1${join(folder, 'world', path)}`),
    tree.files.get(tree.main)?.text ?? '',
  );
  return origins.reduce(
    (text, { host }) => text.replaceAll(new RegExp(`(\\sserver\\s+\\S+\\s+)${host}(?=[:\\s])`, 'g'), '$1127.0.0.1'),
    moved,
  );
}

describe('a config of others', () => {
  it.skipIf(!existsSync(CONFIGS)).each(names)(
    '%s is accepted with what it expects, and so is its scaled text (skipped where they are not here)',
    (name) => {
      const meta = JSON.parse(readFileSync(join(CONFIGS, name, 'meta.json'), 'utf8')) as {
        files: { local: string; install: string }[];
        start: { main: string };
      };
      const files = meta.files.map(({ local, install }) => ({
        path: install,
        label: install,
        text: readFileSync(join(CONFIGS, name, local), 'utf8'),
      }));
      const text = inFolder({ main: meta.start.main, files: new Map(files.map((one) => [one.path, one])), workingFolder: '/', env: {} });
      const [whole, scaled] = [check(text), check(haproxy.scaleDurations?.(text, 20).text ?? '')];
      const rejection = haproxy.parseRejection(whole);
      expect(scaled.code).toBe(whole.code);
      // A config for older versions is refused by name, and told the versions that take it.
      const range = whole.code === 0 ? null : haproxy.acceptedBy?.(rejection);
      expect([range?.before ?? null, haproxy.missingFile?.(whole)]).toEqual([name.startsWith('04-') ? '2.5' : null, null]);
    },
  );
});

describe('HAProxy with a config of a user', () => {
  it('names the file that is not there', () => {
    const result = check('frontend f\n  bind :1 ssl crt /nowhere/site.pem\n');
    expect(haproxy.missingFile?.(result)).toEqual({ path: '/nowhere/site.pem', kind: 'bundle' });
    expect(haproxy.parseRejection(result)).toMatchObject({ line: 2, file: join(folder, 'checked.cfg') });
  });

  it('runs in the foreground although it says daemon, with more connections than the machine allows, and is reloaded', async () => {
    const port = await freePort();
    const path = join(folder, 'daemon.cfg');
    const config = `global\n  daemon\n  master-worker\n  maxconn 200000\n  chroot ${folder}\ndefaults\n  mode http\n  timeout client 5s\n  timeout connect 1s\n  timeout server 5s\n`;
    writeFileSync(path, `${config}frontend f\n  bind 127.0.0.1:${port}\n  http-request return status 200\n`);
    const [command = '', ...args] = haproxy.startArgv(foreign(path));
    const child = spawn(command, args, { stdio: 'ignore' });
    const ended = once(child, 'exit');
    try {
      expect(await answers(port)).toBe(true);
      child.kill('SIGUSR2');
      await sleep(500);
      expect(await answers(port)).toBe(true);
      expect(child.exitCode).toBeNull();
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const opened = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (opened) return true;
    await sleep(100);
  }
  return false;
}
