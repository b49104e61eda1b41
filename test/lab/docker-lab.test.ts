import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haproxy } from '../../containers/haproxy/service.ts';
import { nginx } from '../../containers/nginx/service.ts';
import { engineClient, type Dockerode } from '../../harness/lab/docker/docker-client.ts';
import { DockerLab } from '../../harness/lab/docker/docker-lab.ts';
import { askEngine, socketPathOf } from '../../harness/lab/docker/engine-socket.ts';
import { buildDebianImages, toolsImage } from '../../harness/lab/docker/images.ts';
import { labelsOf } from '../../harness/lab/docker/labels.ts';
import { acquireEngine, type Engine } from '../../harness/lab/docker/private-engine.ts';
import { reapDocker } from '../../harness/lab/docker/reap.ts';
import type { HostProcess, LabSettings, RunningHost, RunningTopology } from '../../harness/lab/lab.ts';
import { everyCpu } from '../../harness/lab/packet-order.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import { planTopologies } from '../../harness/lab/topology.ts';
import type { Impairment } from '../../harness/model/impairment.ts';
import type { Path, ProxyHost } from '../../harness/model/path.ts';
import type { ProxyService } from '../../harness/model/service.ts';

const packageRoot = resolve(import.meta.dirname, '../..');
const scratchDir = makeScratchDir();
const logDir = join(scratchDir, 'logs');
const ECHO = join(scratchDir, 'echo.js');
const settings: LabSettings = { packageRoot, scratchDir, sessionId: sessionName(), congestionControl: 'reno', onProgress: () => undefined };

const LOSS: Impairment = { kind: 'loss-nth', every: 20, direction: 'to-origin' };

function proxyHost(service: ProxyService, name: string, config: string): ProxyHost {
  const path = join(packageRoot, 'containers', service.name, 'configs', config);
  return { name, service: service.name, config: path, configLabel: config, port: 8080, version: null, binary: null };
}

function pathOver(id: string, proxies: readonly ProxyHost[], impairments: readonly Impairment[]): Path {
  const links = [
    { name: 'client-link', impairments },
    { name: 'origin-link', impairments: [] },
  ];
  const about = {
    title: id,
    about: '',
    target: '/',
    httpBase: '',
    tls: false,
    port: 8080,
    expect: [],
    incident: null,
    origin: 'echo',
  } as const;
  return { ...about, id, proxies, links, control: 'control' };
}

const paths = (impairments: readonly Impairment[]): readonly Path[] => [
  pathOver('control', [], impairments),
  pathOver('by-haproxy', [proxyHost(haproxy, 'haproxy', 'plain.cfg')], impairments),
  pathOver('by-nginx', [proxyHost(nginx, 'nginx', 'upgrade-map.conf')], impairments),
];

function hostOf(running: RunningTopology, name: string): RunningHost {
  const host = running.hosts.get(name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return host;
}

async function bringUp(lab: DockerLab, octet: number, impairments: readonly Impairment[]): Promise<RunningTopology> {
  const [topology] = planTopologies(paths(impairments), octet);
  if (topology === undefined) throw new Error('no topology');
  return await lab.bringUp(topology);
}

/** Sends a message of `bytes` from the client to a TCP port of the origin that echoes, and says how many came back. */
async function exchange(running: RunningTopology, bytes: number): Promise<number> {
  const talk = `const s=require('net').connect(7000,'origin');let n=0;s.on('data',(d)=>{n+=d.length;if(n>=${bytes}){console.log(n);s.end()}});s.write(Buffer.alloc(${bytes}))`;
  return Number((await hostOf(running, 'client').run(['node', '-e', talk])).stdout);
}

async function get(running: RunningTopology, url: string): Promise<string> {
  const ask = `fetch('${url}').then(async (r)=>console.log(r.status, await r.text()),(e)=>console.log(String(e.cause)))`;
  return (await hostOf(running, 'client').run(['node', '-e', ask])).stdout.trim();
}

async function retransSegs(host: RunningHost): Promise<number> {
  const [names = [], values = []] = (await host.readProcNet('snmp'))
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'))
    .map((line) => line.split(' '));
  return Number(values[names.indexOf('RetransSegs')]);
}

let engine: Engine;
let dockerode: Dockerode;

/** Names of what carries a session's labels; nothing must be left of it. */
async function objectsOf(session: string): Promise<readonly string[]> {
  const filters = { label: [`org.hopscope.session=${session}`] };
  const [containers, networks] = [await dockerode.listContainers({ all: true, filters }), await dockerode.listNetworks({ filters })];
  return [...containers.map(({ Names }) => String(Names[0])), ...networks.map(({ Name }) => Name)];
}

beforeAll(async () => {
  mkdirSync(logDir, { recursive: true });
  writeFileSync(
    ECHO,
    `require('net').createServer((s)=>s.on('error',()=>{}).pipe(s)).listen(7000,()=>console.log('ready'));process.stdin.resume().on('end',()=>process.exit(0))`,
  );
  engine = await acquireEngine(() => undefined);
  ({ dockerode } = (await engineClient()).container);
  await buildDebianImages(dockerode, [haproxy, nginx], { packageRoot, onProgress: () => undefined });
}, 300_000);

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(scratchDir, { recursive: true, force: true });
}, 60_000);

describe('DockerLab', () => {
  let lab: DockerLab;
  let clean: RunningTopology;
  let lossy: RunningTopology;
  const origins: HostProcess[] = [];

  async function startOrigin(running: RunningTopology): Promise<void> {
    const origin = hostOf(running, 'origin');
    for (const script of [ECHO, join(packageRoot, 'containers/echo/main.ts')]) {
      const started = await origin.startScript(script, [], join(logDir, 'origin.log'));
      await new Promise((ready) => started.stdout.once('data', ready));
      origins.push(started);
    }
  }

  beforeAll(async () => {
    lab = await DockerLab.start(settings);
    [clean, lossy] = await Promise.all([bringUp(lab, 170, []), bringUp(lab, 171, [LOSS])]);
    await Promise.all([startOrigin(clean), startOrigin(lossy)]);
    const start = (service: ProxyService, host: string, config: string): Promise<unknown> =>
      hostOf(clean, host).startProxy(service, proxyHost(service, host, config), join(logDir, `${host}.log`));
    await Promise.all([start(haproxy, 'haproxy', 'plain.cfg'), start(nginx, 'nginx', 'upgrade-map.conf')]);
  }, 120_000);

  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
  }, 60_000);

  it('carries every packet of the control path through both links', async () => {
    expect(await exchange(clean, 100_000)).toBe(100_000);
    const counters = await Promise.all([...clean.links.values()].map((link) => link.counters()));
    for (const counted of counters) {
      // 69 segments each way, and their acknowledgements.
      expect(counted?.forwardedPackets).toBeGreaterThan(138);
      expect(counted?.droppedPackets).toBe(0);
    }
    expect(await retransSegs(hostOf(clean, 'client'))).toBe(0);
  });

  it('resolves the names that configs use', async () => {
    const asked = await hostOf(clean, 'client').run(['getent', 'ahostsv4', 'origin', 'static', 'haproxy', 'nginx']);
    expect(asked.code).toBe(0);
    const inProxy = await hostOf(clean, 'haproxy').run(['getent', 'hosts', 'origin']);
    expect(inProxy.stdout).toMatch(/^10\.170\.1\.130\s+origin/);
  });

  it('serves the origin through each proxy', async () => {
    expect(await get(clean, 'http://haproxy:8080/')).toBe('200 hopscope origin');
    expect(await get(clean, 'http://nginx:8080/')).toBe('200 hopscope origin');
  });

  it('shows what a link drops in the counters of the sender', async () => {
    const client = hostOf(lossy, 'client');
    const before = await retransSegs(client);
    expect(await exchange(lossy, 300_000)).toBe(300_000);
    const counted = await lossy.links.get('client-link')?.counters();
    expect(counted?.droppedPackets).toBeGreaterThan(5);
    expect(lossy.links.get('client-link')?.applied[0]?.rung).toBe('iptables');
    expect((await retransSegs(client)) - before).toBeGreaterThan(0);
  });

  it('lets no packets of a connection overtake each other by itself: all of them go to one CPU', async () => {
    const own = await hostOf(clean, 'haproxy').run(['sh', '-c', 'cat /sys/class/net/eth[01]/queues/rx-*/rps_cpus']);
    expect(own.stdout.trim().split('\n')).toEqual([everyCpu(), everyCpu()]);
    const networks = await dockerode.listNetworks({ filters: { label: [`org.hopscope.session=${settings.sessionId}`] } });
    const ports = networks.flatMap(({ Id }) => readdirSync(`/sys/class/net/br-${Id.slice(0, 12)}/brif`));
    const masks = ports.map((port) => readFileSync(`/sys/class/net/${port}/queues/rx-0/rps_cpus`, 'utf8').trim());
    expect(masks.length).toBeGreaterThan(10);
    expect(new Set(masks)).toEqual(new Set([everyCpu()]));
  });

  it('leads from no host out of its topology', async () => {
    const routes = await hostOf(clean, 'haproxy').run(['ip', 'route']);
    expect(routes.stdout).not.toMatch(/default/);
    const unknown = await hostOf(clean, 'client').run(['getent', 'hosts', 'example.test']);
    expect(unknown.code).toBe(2);
  });

  it('gives the proxy no right to change the network of its host', async () => {
    const all = await dockerode.listContainers({ filters: { name: ['haproxy-proxy'] } });
    const inspected = await dockerode.getContainer(all[0]?.Id ?? '').inspect();
    expect(inspected.HostConfig.Privileged).toBe(false);
    expect(inspected.HostConfig.CapAdd ?? []).toEqual([]);
  });

  it('names the line that a proxy refuses', async () => {
    const config = join(scratchDir, 'bad', 'haproxy.cfg');
    mkdirSync(join(scratchDir, 'bad'));
    writeFileSync(config, 'defaults\n  mode http\nfrontend fe\n  bynd :8080\n');
    const proxy = { ...proxyHost(haproxy, 'haproxy', 'plain.cfg'), config, configLabel: 'bad/haproxy.cfg' };
    const starting = hostOf(lossy, 'haproxy').startProxy(haproxy, proxy, join(logDir, 'bad.log'));
    await expect(starting).rejects.toMatchObject({ code: 'CONFIG_ERR_REJECTED', place: { file: 'bad/haproxy.cfg', line: 4 } });
  });

  it('runs the version that a path asks for, and stops it', async () => {
    const proxy = { ...proxyHost(haproxy, 'haproxy', 'plain.cfg'), version: '3.0' };
    const started = await hostOf(lossy, 'haproxy').startProxy(haproxy, proxy, join(logDir, 'haproxy-3.log'));
    expect(started.version).toMatch(/^3\.0\./);
    await started.stop();
    expect(await get(lossy, 'http://haproxy:8080/')).toMatch(/ECONNREFUSED/);
  });

  it('ends a program whose stdin ends, and one that does not care', async () => {
    const client = hostOf(clean, 'client');
    const polite = await client.startScript(ECHO, [], join(logDir, 'polite.log'));
    await polite.stop();
    expect(await polite.exited).toEqual({ code: 0, signal: null });
    const stubborn = join(scratchDir, 'stubborn.js');
    writeFileSync(stubborn, `console.log('up');setInterval(()=>{},1000)`);
    const deaf = await client.startScript(stubborn, [], join(logDir, 'deaf.log'));
    await new Promise((up) => deaf.stdout.once('data', up));
    await deaf.stop();
    expect(await deaf.exited).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('leaves no container and no network behind', async () => {
    expect((await objectsOf(settings.sessionId)).length).toBeGreaterThan(10);
    await lab[Symbol.asyncDispose]();
    expect(await objectsOf(settings.sessionId)).toEqual([]);
    for (const origin of origins) expect((await origin.exited).code).not.toBe(0);
  });
});

describe('a private engine', () => {
  it('ends with its last user, even one that is killed', async () => {
    const folders = { stateDir: join(scratchDir, 'state'), runDir: join(scratchDir, 'engine') };
    const module = join(packageRoot, 'harness/lab/docker/private-engine.ts');
    const hold = `import{leasePrivateEngine as l}from${JSON.stringify(module)};console.log((await l(${JSON.stringify(folders)},'')).host);setInterval(()=>{},1000)`;
    const users = [1, 2].map(() => spawn(process.execPath, ['--input-type=module', '-e', hold], { stdio: ['ignore', 'pipe', 'inherit'] }));
    const hosts = await Promise.all(users.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()));
    expect(new Set(hosts)).toEqual(new Set([`unix://${join(folders.runDir, 'docker.sock')}`]));
    const socketPath = socketPathOf(hosts[0] ?? '') ?? '';
    const daemon = Number(readFileSync(join(folders.runDir, 'dockerd.pid'), 'utf8'));
    users[0]?.kill('SIGKILL');
    expect((await askEngine(socketPath, 'GET', '/_ping', 3000)).status).toBe(200);
    users[1]?.kill('SIGKILL');
    await expect.poll(() => existsSync(folders.runDir), { timeout: 20_000 }).toBe(false);
    // A zombie has no command line.
    expect(existsSync(`/proc/${daemon}`) ? readFileSync(`/proc/${daemon}/cmdline`, 'utf8') : '').toBe('');
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(folders.runDir);
  }, 60_000);
});

describe('reapDocker', () => {
  it('removes what a killed session left, and nothing of a living one', async () => {
    const make = async (session: string, owner: string): Promise<void> => {
      const Labels = labelsOf(session, owner);
      const network = await dockerode.createNetwork({ Name: `hopscope-${session}-net`, Driver: 'bridge', Labels });
      const HostConfig = { NetworkMode: network.id };
      const container = await dockerode.createContainer({
        name: `hopscope-${session}-host`,
        Image: toolsImage(packageRoot),
        Cmd: ['sleep', '1000'],
        Labels,
        HostConfig,
      });
      await container.start();
    };
    // A pid of this very process with another start time is a pid that the kernel has used again.
    await make('gone', `${process.pid}-1`);
    await make('alive', sessionName());
    expect(await reapDocker()).toEqual(['hopscope-gone-host', 'hopscope-gone-net']);
    expect(await objectsOf('gone')).toEqual([]);
    expect((await objectsOf('alive')).length).toBe(2);
    await dockerode.getContainer('hopscope-alive-host').remove({ force: true });
    await dockerode.getNetwork('hopscope-alive-net').remove();
  }, 60_000);
});
