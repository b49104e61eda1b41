import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DriverClient } from '../drive/driver-client.ts';
import { OriginClient } from '../drive/origin-client.ts';
import { HarnessError } from '../errors.ts';
import type { Lab, RunningHost, RunningLink, RunningTopology } from '../lab/lab.ts';
import { programPath } from '../lab/program-path.ts';
import { addressesOf, networksOf, sysctlsOf, type Topology, type TopologyHost } from '../lab/topology.ts';
import type { HostEvidence } from '../model/evidence.ts';
import type { Path, ProxyHost } from '../model/path.ts';
import type { ConfigLine, ProxyService } from '../model/service.ts';
import type { ConfigTree, Entry } from '../model/surroundings.ts';
import { DriverFleet } from './driver-fleet.ts';
import { LiveProgram } from './live-program.ts';
import { LiveProxy } from './live-proxy.ts';
import type { RunFolder } from './run-folder.ts';
import { linesAsRun, type TimeScale } from './time-scale.ts';
import { linesIn, linesOfTree } from './tree-lines.ts';

/** A topology in which everything runs: driver, origin, proxies. */
export interface LiveTopology {
  readonly topology: Topology;
  readonly hosts: ReadonlyMap<string, RunningHost>;
  readonly links: ReadonlyMap<string, RunningLink>;
  /** Those that speak to the programs that run now. */
  readonly driver: DriverClient;
  readonly origin: OriginClient;
  /** That driver, and further ones for loads that are shared. */
  readonly drivers: DriverFleet;
  /** The programs behind these two, which an action may end and start again. */
  readonly programs: { readonly client: LiveProgram<DriverClient>; readonly origin: LiveProgram<OriginClient> };
  readonly proxies: ReadonlyMap<string, LiveProxy>;
  /** Lines of each proxy's config that matter, with limits of time as they are run. */
  readonly configLines: ReadonlyMap<string, readonly ConfigLine[]>;
  /** Why a proxy does not run, by host name. */
  readonly failures: ReadonlyMap<string, HarnessError>;
}

/** A path together with the topology that it is up in. */
export interface Placed {
  readonly path: Path;
  readonly live: LiveTopology;
}

export interface TopologySettings {
  readonly packageRoot: string;
  readonly services: ReadonlyMap<string, ProxyService>;
  readonly folder: RunFolder;
  readonly congestionControl: string;
  /** Absent: every config runs as it is. */
  readonly timeScale?: TimeScale;
  /** The user's own config of each host that has a world, by host name: what findings point into. */
  readonly trees?: ReadonlyMap<string, ConfigTree>;
  /** A config that a proxy refuses is a failure of its own path only: it is a trial, and nobody's to mend. */
  readonly isTrial?: boolean;
}

const ORIGIN_PORT = '9000';
const STATIC_PORT = '8000';

/**
 * Brings a topology up with everything in it, and records its hosts and links. A config that a proxy refuses ends the run
 * (CONFIG_ERR_REJECTED: it is the user's to mend); any other proxy that does not start is a failure of its own path only.
 */
export async function startTopology(lab: Lab, topology: Topology, settings: TopologySettings): Promise<LiveTopology> {
  const running = await lab.bringUp(topology);
  const script = (name: string, program: string, args: readonly string[] = []): ReturnType<RunningHost['startScript']> =>
    hostOf(running, name).startScript(
      programPath(settings.packageRoot, program),
      args,
      settings.folder.hostLog(`${name}-${topology.name}`),
    );
  const originProgram = topology.origin === 'echo' ? 'containers/echo/main' : 'containers/ws-origin/main';
  const fault = topology.originFault === null ? [] : ['--fault', JSON.stringify(topology.originFault)];
  const originArgs = ['--port', ORIGIN_PORT, '--static-port', STATIC_PORT, ...fault, ...worldArgs(topology, settings.folder)];
  const startDriver = (): Promise<LiveProgram<DriverClient>> =>
    LiveProgram.start(
      () => script('client', 'harness/drive/main'),
      ({ stdin, stdout, exited }) => new DriverClient(stdin, stdout, exited),
    );
  const startingOrigin = LiveProgram.start(
    () => script('origin', originProgram, originArgs),
    ({ stdin, stdout, exited }) => new OriginClient(stdin, stdout, exited),
  );
  // A user's own config may check the health of its servers as it starts, and not again for a while.
  const isForeign = topology.paths.some(({ foreign }) => foreign === true);
  const startingProxies = isForeign
    ? startingOrigin.then(() => startProxies(running, topology, settings))
    : startProxies(running, topology, settings);
  const [origin, client, started] = await Promise.all([startingOrigin, startDriver(), startingProxies]);
  const configLines = recordHosts(running, started.versions, settings);
  return {
    topology,
    hosts: running.hosts,
    links: running.links,
    drivers: new DriverFleet(client, startDriver),
    programs: { client, origin },
    get driver() {
      return client.client;
    },
    get origin() {
      return origin.client;
    },
    proxies: started.proxies,
    configLines,
    failures: started.failures,
  };
}

/**
 * An origin of users' own configs takes what they send, whatever it is, answers the subrequests that ask for leave, and has a certificate that they trust. Worlds
 * of one topology whose configs trust different authorities share the first one's: the others see a certificate that they do not know.
 */
function worldArgs({ name, paths, hosts }: Topology, folder: RunFolder): readonly string[] {
  if (paths.every(({ foreign }) => foreign === undefined)) return [];
  const worlds = hosts.flatMap(({ proxy }) => proxy?.world ?? []);
  const targets = new Set(worlds.flatMap(({ authTargets }) => authTargets));
  const tls = worlds.find(({ originTls }) => originTls !== undefined)?.originTls;
  const files =
    tls === undefined ? [] : [['--tls-cert', `${name}.crt`, tls.certificate] as const, ['--tls-key', `${name}.key`, tls.key] as const];
  for (const [, file, text] of files) folder.write(join('hosts', file), text);
  return [
    '--world',
    ...[...targets].flatMap((target) => ['--auth-target', target]),
    ...files.flatMap(([flag, file]) => [flag, join(folder.dir, 'hosts', file)]),
  ];
}

interface StartedProxies {
  readonly proxies: ReadonlyMap<string, LiveProxy>;
  readonly versions: ReadonlyMap<string, string | null>;
  readonly failures: ReadonlyMap<string, HarnessError>;
}

async function startProxies(running: RunningTopology, topology: Topology, settings: TopologySettings): Promise<StartedProxies> {
  const proxies = new Map<string, LiveProxy>();
  const versions = new Map<string, string | null>();
  const failures = new Map<string, HarnessError>();
  const start = async ({ name, proxy }: TopologyHost): Promise<void> => {
    if (proxy === null) return;
    const service = serviceOf(settings.services, proxy.service);
    const log = settings.folder.hostLog(name);
    try {
      const started = await hostOf(running, name).startProxy(service, proxy, log);
      versions.set(name, started.version);
      proxies.set(name, new LiveProxy(name, service, log, started));
    } catch (error) {
      if (!(error instanceof HarnessError) || (error.code === 'CONFIG_ERR_REJECTED' && settings.isTrial !== true)) throw error;
      failures.set(name, error);
    }
  };
  // All settle before the first rejection is passed on, so that nothing is still starting while the lab goes down.
  const results = await Promise.allSettled(topology.hosts.map(start));
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
  return { proxies, versions, failures };
}

export function serviceOf(services: ReadonlyMap<string, ProxyService>, name: string): ProxyService {
  const service = services.get(name);
  if (service === undefined)
    throw new HarnessError('SPEC_ERR_UNKNOWN_NAME', `expected one of the services ${[...services.keys()].join(', ')}, saw '${name}'`);
  return service;
}

function hostOf(running: RunningTopology, name: string): RunningHost {
  const host = running.hosts.get(name);
  if (host === undefined) throw new HarnessError('LAB_ERR_NOT_READY', `host ${name} was planned but is not up`);
  return host;
}

/** Returns the config lines of each host. */
function recordHosts(
  { topology, links }: RunningTopology,
  versions: ReadonlyMap<string, string | null>,
  settings: TopologySettings,
): ReadonlyMap<string, readonly ConfigLine[]> {
  const hosts = topology.hosts.map((host) => hostEvidence(topology, host, versions.get(host.name) ?? null, settings));
  for (const host of hosts) settings.folder.append('hosts', host);
  const paths = topology.paths.map((path) => path.id);
  for (const link of links.values()) settings.folder.append('links', { link: link.name, paths, applied: link.applied });
  return new Map(hosts.map(({ host, configLines }) => [host, configLines]));
}

function hostEvidence(topology: Topology, host: TopologyHost, version: string | null, settings: TopologySettings): HostEvidence {
  const sysctls = sysctlsOf(topology, host);
  const base = {
    host: host.name,
    paths: host.paths,
    role: host.role,
    addresses: networksOf(topology, host).flatMap((network) => addressesOf(topology, host, network)),
    congestionControl: sysctls['net.ipv4.tcp_congestion_control'] ?? settings.congestionControl,
    ...(Object.keys(sysctls).length === 0 ? {} : { sysctls }),
  };
  const { proxy } = host;
  if (proxy === null) {
    const isProgram = host.role === 'client' || host.role === 'origin';
    const service = host.role === 'origin' ? topology.origin : null;
    return {
      ...base,
      service,
      version: isProgram ? process.version : null,
      config: null,
      configLines: [],
      log: isProgram ? `hosts/${host.name}-${topology.name}.log` : null,
    };
  }
  const entry = topology.paths.find(({ proxies }) => proxies.some(({ name }) => name === host.name))?.entry;
  const configLines = configLinesOf(proxy, settings, entry);
  const file = keepConfig(host.name, proxy, settings);
  return {
    ...base,
    service: proxy.service,
    version,
    config: { file, label: proxy.configLabel },
    configLines,
    log: `hosts/${host.name}.log`,
  };
}

function configLinesOf(
  proxy: ProxyHost,
  { services, trees, timeScale }: TopologySettings,
  entry: Entry | undefined,
): readonly ConfigLine[] {
  const { factor = 1, originals } = timeScale ?? {};
  const original = originals?.get(proxy.name);
  const service = serviceOf(services, proxy.service);
  const tree = trees?.get(proxy.name);
  const found =
    tree === undefined
      ? linesIn(service, readFileSync(original ?? proxy.config, 'utf8'), proxy.configLabel)
      : linesOfTree(service, tree, entry);
  return linesAsRun(found, original === undefined ? 1 : factor);
}

/** A copy of the config as it runs, in the run folder; the file of it that stands for all. */
function keepConfig(host: string, proxy: ProxyHost, { folder, trees }: TopologySettings): string {
  const own = join('configs', host);
  const keep = (name: string, write: (to: string) => void): string => {
    const file = join(own, name);
    mkdirSync(dirname(join(folder.dir, file)), { recursive: true });
    write(join(folder.dir, file));
    return file;
  };
  const tree = trees?.get(host);
  if (tree === undefined) return keep(basename(proxy.config), (to) => copyFileSync(proxy.config, to));
  for (const { path, text } of tree.files.values()) keep(`.${path}`, (to) => writeFileSync(to, text));
  return join(own, `.${tree.main}`);
}
