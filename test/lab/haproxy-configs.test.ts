import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haproxy } from '../../containers/haproxy/service.ts';
import type { OriginConnection } from '../../harness/model/evidence.ts';
import type { CommandResult, ConfigLine, ProxyLogEntry } from '../../harness/model/service.ts';

const ROOT = join(import.meta.dirname, '../..');
const CONFIGS = globSync(['containers/haproxy/configs/*.cfg', 'scenarios/incidents/0001-*/*/haproxy.cfg'], { cwd: ROOT }).toSorted();
const IN_HOST = '/etc/hopscope/haproxy.cfg';
const AT = {
  configPath: IN_HOST,
  tlsBundlePath: '/etc/hopscope/tls/bundle.pem',
  tlsCertPath: '/etc/hopscope/tls/cert.pem',
  tlsKeyPath: '/etc/hopscope/tls/key.pem',
  program: 'haproxy',
  singleUser: true,
  versionOutput: '',
};

/** Namespaces of its own: an /etc with the names of the lab, $1 as config and $2 as certificate, and nothing but loopback. */
const SETUP = `
set -e
ip link set lo up
mount -t tmpfs tmpfs /etc
mkdir -p /etc/hopscope/tls
printf '127.0.0.1 localhost origin static h2-inner passthrough-inner reencrypt-inner wrong-name-inner proxy-v1-inner proxy-v2-inner\\n' > /etc/hosts
cp "$1" ${IN_HOST}
cp "$2" /etc/hopscope/tls/bundle.pem
cp "$2" /etc/hopscope/tls/cert.pem
shift 2
`;

/** Starts origin ($1 node, $2 program) and HAProxy, lets the client ($3) make one attempt, and prints what each has to say. */
const ATTEMPT = `${SETUP}
node=$1 origin=$2 client=$3 target=$4 port=$5 hold=$6
shift 6
mkdir /etc/run && cd /etc/run
mkfifo control && exec 3<>control
"$node" "$origin" < control > origin.out &
"$@" > haproxy.log 2>&1 &
proxy=$!
for i in $(seq 100); do grep -q ready origin.out && break; sleep 0.05; done
"$node" "$client" "$target" "$port" "$hold"
for i in $(seq 60); do grep -q '^[0-9.]*:[0-9]* \\[' haproxy.log && break; sleep 0.05; done
echo '{"id":1,"kind":"take"}' >&3
for i in $(seq 60); do grep -q '"id":1' origin.out && break; sleep 0.05; done
kill -TERM $proxy; wait $proxy || true
grep '"id":1' origin.out
cat haproxy.log
`;

/** A raw client: one opening handshake, then silence until the other side ends or the time is over. Prints one line of JSON. */
const CLIENT = `
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
const [target, port, hold] = process.argv.slice(2);
const open = () => {
  const startedAtMs = Date.now();
  const options = { port: Number(port), host: '127.0.0.1', rejectUnauthorized: false };
  const socket = port === '8443' ? connectTls(options) : connect(options);
  let received = '';
  let localPort = null;
  const report = (ended) => {
    console.log(JSON.stringify({ status: received.split(' ')[1] ?? null, ended, localPort, startedAtMs, endedAtMs: Date.now() }));
    socket.destroy();
    process.exit(0);
  };
  socket.on(port === '8443' ? 'secureConnect' : 'connect', () => {
    localPort = socket.localPort;
    socket.write(['GET ' + target + ' HTTP/1.1', 'Host: lab', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''].join('\\r\\n'));
    setTimeout(report, Number(hold), 'open');
  });
  socket.on('data', (bytes) => { received += bytes.toString('latin1'); });
  socket.on('end', () => report('fin'));
  socket.on('error', ({ code }) => (code === 'ECONNREFUSED' && Date.now() < deadline ? setTimeout(open, 50) : report(code)));
};
const deadline = Date.now() + 5000;
open();
`;

interface ClientSide {
  readonly status: string | null;
  readonly ended: string;
  readonly localPort: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

interface Attempt {
  readonly client: ClientSide;
  readonly entry: ProxyLogEntry;
  readonly origin: readonly OriginConnection[];
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopscope-haproxy-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const request = ['req', '-x509', ...curve, '-nodes', '-days', '2', '-subj', '/CN=lab'];
  await promisify(execFile)('openssl', [...request, '-keyout', key, '-out', cert]);
  await writeFile(join(folder, 'bundle.pem'), (await readFile(cert, 'utf8')) + (await readFile(key, 'utf8')));
  await writeFile(join(folder, 'client.mjs'), CLIENT);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a shell script in namespaces that end with it. HAProxy logs in local time, so both must agree on the zone. */
async function inNamespaces(script: string, config: string, argv: readonly string[]): Promise<CommandResult> {
  const namespaces = ['--user', '--map-root-user', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const args = ['-c', script, 'sh', config, join(folder, 'bundle.pem'), ...argv];
  const env = { ...process.env, TZ: Intl.DateTimeFormat().resolvedOptions().timeZone };
  const child = spawn('unshare', [...namespaces, 'sh', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, stdout, stderr };
}

const check = (config: string): Promise<CommandResult> => inNamespaces(`${SETUP}exec "$@"`, config, haproxy.checkArgv(AT) ?? []);

async function attempt(config: string, target: string, { port = 8080, holdMs = 300 } = {}): Promise<Attempt> {
  const origin = join(ROOT, 'containers/echo/main.ts');
  const argv = [process.execPath, origin, join(folder, 'client.mjs'), target, String(port), String(holdMs), ...haproxy.startArgv(AT)];
  const { stdout, stderr } = await inNamespaces(ATTEMPT, join(ROOT, config), argv);
  const [client = '', reply = '', ...log] = stdout.split('\n');
  const entry = log.map((line) => haproxy.parseLog(line)).find((found) => found?.kind === 'access');
  if (entry === undefined || entry === null) throw new Error(`no access line in what the hosts printed: ${stdout}${stderr}`);
  const { connections } = JSON.parse(reply) as { readonly connections: readonly OriginConnection[] };
  return { client: JSON.parse(client) as ClientSide, entry, origin: connections };
}

/** The config line that an answer of the proxy's own is joined with: the same section in the log, the same status. */
async function answeringLine(config: string, { server, status }: ProxyLogEntry): Promise<ConfigLine | undefined> {
  return haproxy
    .readConfig(await readFile(join(ROOT, config), 'utf8'), config)
    .find(
      ({ symptom, scope }) =>
        symptom === 'answers-itself' &&
        server?.split('/')[0] === scope?.logName &&
        (scope?.status === undefined || scope.status === status),
    );
}

describe('the installed haproxy', () => {
  it('finds all the configs there should be', () => {
    expect(CONFIGS.length).toBeGreaterThanOrEqual(15);
  });

  it.each(CONFIGS)('accepts %s without a warning', async (config) => {
    const { code, stdout, stderr } = await check(join(ROOT, config));
    expect([code, `${stdout}${stderr}`]).toEqual([0, expect.not.stringMatching(/WARNING|ALERT/i)]);
  });

  it('rejects a broken config with words that are read into line, column and message', async () => {
    const plain = await readFile(join(ROOT, 'containers/haproxy/configs/plain.cfg'), 'utf8');
    const bad = join(folder, 'bad.cfg');
    await writeFile(bad, plain.replace('    bind :8080', '    bind :8080\n    http_request deny'));
    expect(haproxy.parseRejection(await check(bad))).toMatchObject({ line: 25, message: expect.stringMatching(/keyword 'http_request'/) });
    await writeFile(bad, plain.replace('origin:9000', 'nowhere:9000'));
    expect(haproxy.parseRejection(await check(bad))).toMatchObject({ line: 28, message: expect.stringContaining("'nowhere'") });
    await writeFile(bad, plain.replace('default_backend be_origin', 'default_backend "be_origin'));
    expect(haproxy.parseRejection(await check(bad))).toMatchObject({ line: 25, column: 21 });
  });

  it('says its version', async () => {
    const { stdout } = await promisify(execFile)('haproxy', haproxy.versionArgv('haproxy').slice(1));
    expect(haproxy.parseVersion(stdout)).toMatch(/^\d+\.\d+/);
  });
});

describe('a handshake through the installed haproxy', () => {
  it.each([
    ['containers/haproxy/configs/deny-upgrade.cfg', '/socket', /^http-request deny if/],
    ['scenarios/incidents/0001-refused-socket/broken/haproxy.cfg', '/live/socket', /^http-request deny .* unless allowed_path$/],
  ])('is refused by %s itself, the log says so, and the origin never sees it', async (config, target, rule) => {
    const { client, entry, origin } = await attempt(config, target);
    expect(client.status).toBe('403');
    expect(entry).toMatchObject({
      status: 403,
      serverStatus: null,
      server: 'fe_main/<NOSRV>',
      reachedServer: false,
      target,
      termination: 'PR--',
      endedBy: 'proxy',
    });
    expect(entry.clientPort).toBe(client.localPort);
    expect(origin).toEqual([]);
    expect((await answeringLine(config, entry))?.text).toMatch(rule);
  });

  it('goes to the static site when the ACL is too greedy, and the log has the status of the site', async () => {
    const config = 'containers/haproxy/configs/acl-static.cfg';
    const { client, entry, origin } = await attempt(config, '/socket');
    expect(client.status).toBe('404');
    expect(entry).toMatchObject({ status: 404, serverStatus: 404, server: 'be_static/static1', reachedServer: true, termination: '----' });
    expect(origin).toEqual([]);
    expect((await answeringLine(config, entry))?.text).toBe('use_backend be_static if url_static');
  });

  it.each([
    ['scenarios/incidents/0001-refused-socket/fixed/haproxy.cfg', '/live/socket', 8080],
    ['containers/haproxy/configs/plain.cfg', '/socket', 8080],
    ['containers/haproxy/configs/http-server-close.cfg', '/socket', 8080],
    ['containers/haproxy/configs/tls.cfg', '/socket', 8443],
  ])('reaches the origin through %s', async (config, target, port) => {
    const { client, entry, origin } = await attempt(config, target, { port });
    expect([client.status, client.ended]).toEqual(['101', 'open']);
    expect(entry).toMatchObject({ status: 101, serverStatus: 101, server: 'be_origin/origin1', reachedServer: true });
    expect(origin.map(({ status }) => status)).toEqual([101]);
    expect(await answeringLine(config, entry)).toBeUndefined();
  });

  it('is a number of bytes to mode tcp', async () => {
    const { client, entry } = await attempt('containers/haproxy/configs/mode-tcp.cfg', '/socket');
    expect(client.status).toBe('101');
    expect(entry).toMatchObject({ status: null, target: null, server: 'be_origin/origin1', clientPort: client.localPort });
  });

  it('outlives the limits for requests where `timeout tunnel` is set', async () => {
    const { client } = await attempt('containers/haproxy/configs/tunnel-timeout.cfg', '/socket', { holdMs: 3000 });
    expect([client.status, client.ended]).toEqual(['101', 'open']);
  });

  it('is cut when idle without `timeout tunnel`, and the log has the limit and the time', async () => {
    const { client, entry, origin } = await attempt('containers/haproxy/configs/no-tunnel-timeout.cfg', '/socket', { holdMs: 10_000 });
    expect([client.status, client.ended]).toEqual(['101', 'fin']);
    expect(entry).toMatchObject({ status: 101, termination: expect.stringMatching(/^[cs]D--$/), endedBy: 'timeout' });
    expect(entry.durationMs).toBeGreaterThanOrEqual(1900);
    expect(entry.atMs).toBeGreaterThanOrEqual(client.startedAtMs + 1900);
    expect(entry.atMs).toBeLessThanOrEqual(client.endedAtMs + 100);
    expect(origin.map(({ end }) => end.kind)).toEqual(['reset']);
  });
});
