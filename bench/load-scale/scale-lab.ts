import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { haproxy } from '../../containers/haproxy/service.ts';
import { nginx } from '../../containers/nginx/service.ts';
import { DriverClient } from '../../harness/drive/driver-client.ts';
import { OriginClient } from '../../harness/drive/origin-client.ts';
import type { RunningHost, RunningTopology, StartedProxy } from '../../harness/lab/lab.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { OPEN_FILES } from '../../harness/lab/open-files.ts';
import { programPath } from '../../harness/lab/program-path.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import { addressesOf, planTopologies } from '../../harness/lab/topology.ts';
import type { Path, ProxyHost } from '../../harness/model/path.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The servers that the configs name. */
const ORIGIN_PORTS = [9000, 9001, 9002, 9003] as const;
const PORT = 8080;
/** Files that a program has open beside its connections. */
const OTHER_FILES = 100;
/** Ports that a source address gives for one destination, `net.ipv4.ip_local_port_range` being as below. */
export const PORTS_EACH = 64_512;
const PORT_RANGE = { 'net.ipv4.ip_local_port_range': '1024 65535' };

const SUBJECTS = {
  haproxy: { service: haproxy, config: 'haproxy.cfg' },
  nginx: { service: nginx, config: 'nginx.conf' },
} as const;
export type Subject = keyof typeof SUBJECTS;

/** How many of each it takes for so many connections, given how many files one process may have open. */
export interface ScalePlan {
  readonly connections: number;
  readonly filesEach: number;
  readonly drivers: number;
  readonly haproxies: number;
  readonly sources: number;
}

/** Client, one proxy host and an origin host, with as many driver, proxy and origin programs as the limit on open files of each asks for. */
export interface ScaleLab extends AsyncDisposable {
  readonly subject: Subject;
  readonly plan: ScalePlan;
  readonly hosts: Readonly<Record<'client' | 'proxy' | 'origin', RunningHost>>;
  readonly drivers: readonly DriverClient[];
  readonly proxies: readonly StartedProxy[];
  readonly origins: readonly OriginClient[];
  /** Where the drivers connect from. */
  readonly addresses: readonly string[];
  /** Runs a command in the namespace of a link. */
  inLink(network: number, command: readonly string[]): string;
}

/** The most files that a process here may have open: the lab's limit, or the hard limit where that may not be raised. */
function filesEach(): number {
  const script = `(ulimit -n ${OPEN_FILES}) 2>/dev/null && echo ${OPEN_FILES} || ulimit -Hn`;
  return Number(execFileSync('sh', ['-c', script], { encoding: 'utf8' }));
}

/** Proxies for so many connections, and drivers and addresses for the most that are ever tried. `spare`: share of files left for what is not spread evenly. */
export function planScale(connections: number, most: number, spare = 0.08): ScalePlan {
  const files = filesEach();
  const processes = (needed: number): number => Math.ceil(needed / ((files - OTHER_FILES) * (1 - spare)));
  return {
    connections,
    filesEach: files,
    drivers: processes(most),
    haproxies: processes(2 * connections),
    sources: Math.max(2, Math.ceil(most / (PORTS_EACH * 0.4))),
  };
}

const proxyOf = (subject: Subject): ProxyHost => ({
  ...{ name: subject, service: subject, port: PORT, version: null, binary: null },
  config: join(ROOT, 'bench/load-scale', SUBJECTS[subject].config),
  configLabel: SUBJECTS[subject].config,
});

const pathOf = (subject: Subject, sources: number): Path => ({
  ...{ id: subject, title: subject, about: '', origin: 'echo', target: '/socket', httpBase: '', tls: false, port: PORT },
  proxies: [proxyOf(subject)],
  links: ['near', 'far'].map((name) => ({ name, impairments: [] })),
  sysctls: { client: PORT_RANGE, [subject]: PORT_RANGE },
  clientAddresses: sources,
  ...{ expect: [], control: subject, incident: null },
});

/** Needs root and what the netns lab needs. Dispose it, and nothing is left. */
export async function openScaleLab(subject: Subject, plan: ScalePlan): Promise<ScaleLab> {
  await using stack = new AsyncDisposableStack();
  const scratchDir = makeScratchDir();
  stack.defer(() => rmSync(scratchDir, { recursive: true, force: true }));
  const lab = stack.use(
    await NetnsLab.start({
      ...{ packageRoot: ROOT, scratchDir, sessionId: sessionName(), congestionControl: 'reno', onProgress: () => undefined },
    }),
  );
  const path = pathOf(subject, plan.sources);
  const [topology] = planTopologies([path]);
  const client = topology?.hosts[0];
  if (topology === undefined || client === undefined) throw new Error('one path is one topology with a client');
  const running = await lab.bringUp(topology);
  const hosts = { client: hostOf(running, 'client'), proxy: hostOf(running, subject), origin: hostOf(running, 'origin') };
  const log = (name: string): string => join(scratchDir, `${name}.log`);
  const origins: OriginClient[] = [];
  for (const port of ORIGIN_PORTS) {
    const args = ['--port', String(port), '--static-port', '0'];
    const { stdin, stdout, exited } = await hosts.origin.startScript(
      programPath(ROOT, 'containers/echo/main'),
      args,
      log(`origin-${port}`),
    );
    origins.push(new OriginClient(stdin, stdout, exited));
  }
  const drivers: DriverClient[] = [];
  for (let index = 0; index < plan.drivers; index += 1) {
    const { stdin, stdout, exited } = await hosts.client.startScript(programPath(ROOT, 'harness/drive/main'), [], log(`driver-${index}`));
    drivers.push(new DriverClient(stdin, stdout, exited));
  }
  await Promise.all([...origins, ...drivers].map((one) => one.ready()));
  const proxies: StartedProxy[] = [];
  const { service } = SUBJECTS[subject];
  // They share the port: HAProxy listens with SO_REUSEPORT. nginx has workers instead.
  for (let index = 0; index < (subject === 'haproxy' ? plan.haproxies : 1); index += 1)
    proxies.push(await hosts.proxy.startProxy(service, proxyOf(subject), log(`proxy-${index}`)));
  await untilListening(hosts.proxy, proxies.length);
  const opened = stack.move();
  return {
    ...{ subject, plan, hosts, drivers, proxies, origins },
    addresses: addressesOf(topology, client, 0),
    inLink: (network, command) => inLink(lab, `${topology.name}/${topology.links[network]?.name ?? ''}`, command),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** One that shares a port with others is ready when there is a socket of its own that listens (state 0A in proc_net_tcp). */
async function untilListening(host: RunningHost, count: number): Promise<void> {
  const pattern = new RegExp(`:${PORT.toString(16).toUpperCase().padStart(4, '0')} [0-9A-F:]+ 0A `, 'g');
  for (let tries = 0; ; tries += 1) {
    const listening = (await host.readProcNet('tcp', 'tcp6')).match(pattern)?.length ?? 0;
    if (listening >= count) return;
    if (tries === 200) throw new Error(`${listening} of ${count} proxy programs listen`);
    await sleep(50);
  }
}

function hostOf(running: RunningTopology, name: string): RunningHost {
  const host = running.hosts.get(name);
  if (host === undefined) throw new Error(`host ${name} is not up`);
  return host;
}

/** A link has no way in but the one that the lab tells people. */
function inLink(lab: NetnsLab, name: string, command: readonly string[]): string {
  const line = lab.howToLookInside.split('\n').find((one) => one.startsWith(`${name}: `));
  const [program = '', ...args] = (line ?? '')
    .slice(name.length + 2)
    .split(' ')
    .slice(0, -1);
  return execFileSync(program, [...args, ...command], { encoding: 'utf8' }).trim();
}
