import type { ConfigLine, LimitedResource } from '../model/service.ts';
import { formatConfigLine } from './config-line.ts';
import { type BrokenLoads, HARDNESS, mostOpen, type StopperSign, unopened } from './stopper-sign.ts';

/** How far a count may be off what a config makes one expect: programs and kernels need some themselves. */
const SLACK: Readonly<Record<LimitedResource, number>> = {
  connections: 2,
  'connections-per-address': 0,
  queue: 0,
  backlog: 0,
  'open-files': 6,
  ports: 2,
};

const COUNTED: Readonly<Partial<Record<LimitedResource, string>>> = {
  connections: 'connections',
  'connections-per-address': 'connections of one address',
  queue: 'requests that a server takes',
};

/** Limits of number that the open sessions came to, where more were asked for. */
export function countSigns(broken: BrokenLoads): readonly StopperSign[] {
  const asked = Math.max(0, ...broken.loads.map(({ attempts }) => attempts));
  if (unopened(broken) === 0 || asked <= mostOpen(broken)) return [];
  const signs = [...configSigns(broken), ...portSigns(broken), ...fileSigns(broken)];
  return [...signs, ...signs.filter((sign, index) => signs.findIndex(isSame(sign)) === index).flatMap((sign) => refusalSign(broken, sign))];
}

const isSame =
  (one: StopperSign) =>
  ({ host, resource }: StopperSign): boolean =>
    host === one.host && resource === one.resource;

/** The log of the same host tells of refusals without a next host: it speaks for no resource by itself. */
function refusalSign({ proxyLogs }: BrokenLoads, sign: StopperSign): readonly StopperSign[] {
  const refused = proxyLogs.filter(({ host, entry }) => host === sign.host && (entry.status ?? 0) >= 400 && entry.serverStatus === null);
  const statuses = [...new Set(refused.map(({ entry }) => entry.status))].join(', ');
  return refused.length === 0
    ? []
    : [{ ...sign, because: `its log says that it answered ${refused.length} requests by itself (${statuses})` }];
}

const isAt = (broken: BrokenLoads, limit: number, resource: LimitedResource): boolean =>
  Math.abs(mostOpen(broken) - limit) <= SLACK[resource];

/** The narrowest of the lines of each host that say so: the others are not reached. */
function configSigns(broken: BrokenLoads): readonly StopperSign[] {
  const proxies = broken.hosts.filter(({ host }) => broken.path.proxies.some(({ name }) => name === host));
  return proxies.flatMap(({ host, configLines }) => {
    const lines = configLines.filter((line) => applies(line, broken.path.target)).toSorted((a, b) => (a.limit ?? 0) - (b.limit ?? 0));
    const line = lines.find(({ limit, resource }) => limit !== undefined && resource !== undefined && isAt(broken, limit, resource));
    return line === undefined ? [] : lineSigns(broken, host, line);
  });
}

const applies = ({ symptom, resource, limit, scope }: ConfigLine, target: string): boolean =>
  symptom === 'limits-count' &&
  resource !== undefined &&
  (COUNTED[resource] !== undefined || resource === 'open-files') &&
  limit !== undefined &&
  (scope?.pathPrefix === undefined || target.startsWith(scope.pathPrefix));

function lineSigns(broken: BrokenLoads, host: string, line: ConfigLine): readonly StopperSign[] {
  const { limit = 0, resource = 'connections' } = line;
  const name = resource === 'open-files' ? ('file-descriptors' as const) : ('configured-limit' as const);
  const counted = COUNTED[resource] === undefined ? '' : `, a limit of ${limit} ${COUNTED[resource]}`;
  const sign = { resource: name, host, hardness: HARDNESS.counted };
  const isKept = broken.of === 'connections' && broken.sustainable !== null && Math.abs(broken.sustainable - limit) <= SLACK[resource];
  return [
    {
      ...sign,
      because: `no more than ${mostOpen(broken)} sessions were open at once, and its config says ${formatConfigLine(line)}${counted}`,
    },
    ...(isKept ? [{ ...sign, because: `${broken.sustainable} connections were kept` }] : []),
  ];
}

/** What Linux has without a word (`ip_local_port_range` in the kernel's ip-sysctl.rst). */
const LINUX_PORTS = '32768 60999';

/** Ports towards one address, of the client and of each proxy. */
function portSigns(broken: BrokenLoads): readonly StopperSign[] {
  const { path, loads } = broken;
  const sources = Math.max(1, ...loads.map(({ requested }) => requested.sources));
  return ['client', ...path.proxies.map(({ name }) => name)].flatMap((host) => {
    const range = path.sysctls?.[host]?.['net.ipv4.ip_local_port_range'] ?? LINUX_PORTS;
    const [low = NaN, high = NaN] = range.trim().split(/\s+/).map(Number);
    const ports = (high - low + 1) * (host === 'client' ? sources : 1);
    const sign = { resource: 'ephemeral-ports' as const, host, hardness: HARDNESS.counted };
    const missing = host === 'client' ? failuresOf(broken, /EADDRNOTAVAIL/) : 0;
    // A client without a port cannot connect at all; a proxy without one has accepted before.
    const isPossible = failuresOf(broken, host === 'client' ? /^connect-failed/ : /^(?!connect-failed)/) > 0;
    return [
      ...(missing === 0
        ? []
        : [{ ...sign, hardness: HARDNESS.said, because: `its kernel had no port left for ${missing} connections (EADDRNOTAVAIL)` }]),
      ...(isPossible && isAt(broken, ports, 'ports')
        ? [
            {
              ...sign,
              because: `no more than ${mostOpen(broken)} sessions were open at once, and it has ${ports} ports towards the next host (net.ipv4.ip_local_port_range ${range})`,
            },
          ]
        : []),
    ];
  });
}

const failuresOf = ({ loads }: BrokenLoads, matching: RegExp): number =>
  loads
    .flatMap(({ upgradeFailures }) => Object.entries(upgradeFailures))
    .reduce((sum, [label, count]) => sum + (matching.test(label) ? count : 0), 0);

/** Files that a proxy has open without any client, as `openFiles` of a path is reckoned. */
const NEAR_LIMIT = 2;

function fileSigns({ path, usages }: BrokenLoads): readonly StopperSign[] {
  return path.proxies.flatMap(({ name, openFiles }): readonly StopperSign[] => {
    if (openFiles === undefined) return [];
    const open = usages.filter(({ host }) => host === name).flatMap(({ samples }) => samples.flatMap((sample) => sample.openFiles ?? []));
    const most = Math.max(0, ...open);
    if (most < openFiles - NEAR_LIMIT) return [];
    return [
      {
        resource: 'file-descriptors',
        host: name,
        hardness: HARDNESS.counted,
        because: `it had ${most} files open of the ${openFiles} that it may`,
      },
    ];
  });
}
