import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DriverClient } from '../drive/driver-client.ts';
import { OriginClient } from '../drive/origin-client.ts';
import { HarnessError } from '../errors.ts';
import type { Lab, RunningHost, RunningLink, RunningTopology } from '../lab/lab.ts';
import { programPath } from '../lab/program-path.ts';
import { addressesOf, networksOf, sysctlsOf, type Topology, type TopologyHost } from '../lab/topology.ts';
import type { HostEvidence } from '../model/evidence.ts';
import type { Path } from '../model/path.ts';
import type { ConfigLine, ProxyService } from '../model/service.ts';
import { DriverFleet } from './driver-fleet.ts';
import { LiveProgram } from './live-program.ts';
import { LiveProxy } from './live-proxy.ts';
import type { RunFolder } from './run-folder.ts';
import { linesAsRun, type TimeScale } from './time-scale.ts';

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
  const originArgs = ['--port', ORIGIN_PORT, '--static-port', STATIC_PORT, ...fault];
  const startDriver = (): Promise<LiveProgram<DriverClient>> =>
    LiveProgram.start(
      () => script('client', 'harness/drive/main'),
      ({ stdin, stdout, exited }) => new DriverClient(stdin, stdout, exited),
    );
  const [origin, client, started] = await Promise.all([
    LiveProgram.start(
      () => script('origin', originProgram, originArgs),
      ({ stdin, stdout, exited }) => new OriginClient(stdin, stdout, exited),
    ),
    startDriver(),
    startProxies(running, topology, settings),
  ]);
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
  const { factor = 1, originals } = settings.timeScale ?? {};
  const original = originals?.get(host.name);
  const text = readFileSync(original ?? proxy.config, 'utf8');
  const file = join('configs', host.name, basename(proxy.config));
  mkdirSync(join(settings.folder.dir, 'configs', host.name), { recursive: true });
  copyFileSync(proxy.config, join(settings.folder.dir, file));
  const service = serviceOf(settings.services, proxy.service);
  const found = [...service.readConfig(text, proxy.configLabel), ...(service.readLimits?.(text, proxy.configLabel) ?? [])];
  const configLines = linesAsRun(found, original === undefined ? 1 : factor);
  return {
    ...base,
    service: proxy.service,
    version,
    config: { file, label: proxy.configLabel },
    configLines,
    log: `hosts/${host.name}.log`,
  };
}
