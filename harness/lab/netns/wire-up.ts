import { backlogs } from '../backlogs.ts';
import type { Command } from '../command.ts';
import {
  addressesOf,
  addressOf,
  aloneOf,
  destinationOf,
  deviceOf,
  linkAddress,
  linkRoutes,
  networksOf,
  routesOf,
  sidesOf,
  sysctlsOf,
  type Route,
  type Topology,
  type TopologyHost,
  type TopologyLink,
} from '../topology.ts';
import { foreignAddresses } from './world-network.ts';

/*
 * Which devices stand where in a topology of namespaces. A host has `eth0` towards the client and `eth1` towards the origin
 * (the client and the origin have one). A link has `near0`, `near1` ... and `far0`, `far1` ..., one per host, and routes between
 * them. No bridge: its ports start to forward only some time after they are up, and the first packets would be lost.
 */

const NEAR = 'near';
const FAR = 'far';

/** Every device of a link. Each is a queue of its own; only one path is driven at a time, so they never add up. */
export function linkDevices(topology: Topology, link: TopologyLink): readonly string[] {
  const { near, far } = sidesOf(topology, link.network);
  return [...near.map((host) => `${NEAR}${host.index}`), ...far.map((host) => `${FAR}${host.index}`)];
}

/** `ip -batch` lines that make every cable: one end in the host, the other in the link. Pids name the namespaces. */
export function cables(topology: Topology, pidOf: (name: string) => number): readonly string[] {
  return topology.links.flatMap((link) => {
    const { near, far } = sidesOf(topology, link.network);
    const cable = (host: TopologyHost, side: string): string =>
      `link add ${deviceOf(topology, host, link.network)} netns ${pidOf(host.name)} type veth peer name ${side}${host.index} netns ${pidOf(link.name)}`;
    return [...near.map((host) => cable(host, NEAR)), ...far.map((host) => cable(host, FAR))];
  });
}

/** Offloads off: then captured frames are segments, and retransmissions at the sender equal the kernel's count. */
const offloadsOff = (device: string): Command => ['ethtool', '-K', device, 'tso', 'off', 'gso', 'off', 'gro', 'off', 'tx', 'off'];

const sysctl = (key: string, value: string): Command => ['sh', '-c', `echo "$1" > "$0"`, `/proc/sys/net/ipv4/${key}`, value];

const forwarding = ({ ipv6 }: Topology, isOn: boolean): Command =>
  ipv6 ? sysctl('../ipv6/conf/all/forwarding', isOn ? '1' : '0') : sysctl('ip_forward', isOn ? '1' : '0');

/** Without duplicate address detection, which would keep an IPv6 device, its link-local address too, from being used for a second. */
const addAddresses = (topology: Topology, addresses: readonly string[], device: string): readonly Command[] => [
  ...(topology.ipv6 ? [sysctl(`../ipv6/conf/${device}/accept_dad`, '0'), sysctl(`../ipv6/conf/${device}/dad_transmits`, '0')] : []),
  ...addresses.map((address, index) => [
    ...['ip', 'address', 'add', aloneOf(topology, address), 'dev', device],
    // IPv6 would open connections from the address that came last; one that is no longer preferred is used only where it is asked for.
    ...(topology.ipv6 ? ['nodad', ...(index === 0 ? [] : ['preferred_lft', '0'])] : []),
  ]),
];

export function hostCommands(topology: Topology, host: TopologyHost, congestionControl: string): readonly Command[] {
  const commands: Command[] = [
    ['ip', 'link', 'set', 'lo', 'up'],
    forwarding(topology, host.role === 'router'),
    sysctl('tcp_congestion_control', congestionControl),
    ...backlogs(host),
    ...Object.entries(sysctlsOf(topology, host)).map(([key, value]) => sysctl(key.replace(/^net\.ipv4\./, ''), value)),
  ];
  for (const network of networksOf(topology, host)) {
    const device = deviceOf(topology, host, network);
    commands.push(
      ...addAddresses(topology, addressesOf(topology, host, network), device),
      ['ip', 'link', 'set', device, 'up'],
      ['ip', ...family(topology), 'route', 'add', aloneOf(topology, linkAddress(topology, network)), 'dev', device],
      offloadsOff(device),
    );
  }
  const routes = [...routesOf(topology, host), ...(host.role === 'client' ? foreignRoutes(topology, () => linkAddress(topology, 0)) : [])];
  return [...commands, ...routes.map((route) => addRoute(topology, route))];
}

/**
 * Routes to the literal addresses that users' own configs listen on, at the client and at its link. An address that several hosts have is nobody's: they are
 * reached under their own, as every proxy is, which leads to the same socket.
 */
function foreignRoutes(topology: Topology, viaOf: (host: TopologyHost) => string): readonly Route[] {
  if (topology.ipv6) return [];
  const routes = sidesOf(topology, 0).far.flatMap((host) =>
    foreignAddresses(host.proxy?.world?.addresses ?? []).v4.map((address) => ({ destination: `${address}/32`, via: viaOf(host) })),
  );
  const isOwn = ({ destination }: Route): boolean => routes.filter((route) => route.destination === destination).length === 1;
  return routes.filter((route) => isOwn(route) && !route.destination.startsWith(`10.${topology.octet}.`));
}

const family = ({ ipv6 }: Topology): readonly string[] => (ipv6 ? ['-6'] : []);

const addRoute = (topology: Topology, route: { readonly destination: string; readonly via: string }): Command => [
  'ip',
  ...family(topology),
  'route',
  'add',
  route.destination,
  'via',
  route.via,
];

export function linkCommands(topology: Topology, link: TopologyLink): readonly Command[] {
  const { near, far } = sidesOf(topology, link.network);
  const commands: Command[] = [['ip', 'link', 'set', 'lo', 'up'], forwarding(topology, true)];
  for (const [side, hosts] of [
    [NEAR, near],
    [FAR, far],
  ] as const) {
    for (const host of hosts) {
      const device = `${side}${host.index}`;
      commands.push(
        ...addAddresses(topology, [linkAddress(topology, link.network)], device),
        ['ip', 'link', 'set', device, 'up'],
        ['ip', ...family(topology), 'route', 'add', destinationOf(topology, host, link.network), 'dev', device],
        offloadsOff(device),
      );
    }
  }
  const foreign = link.network === 0 ? foreignRoutes(topology, (host) => addressOf(topology, host, 0)) : [];
  return [...commands, ...[...linkRoutes(topology, link.network), ...foreign].map((route) => addRoute(topology, route))];
}
