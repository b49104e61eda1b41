import type { Command } from '../command.ts';
import {
  addressOf,
  deviceOf,
  linkAddress,
  linkRoutes,
  networksOf,
  routesOf,
  sidesOf,
  sysctlsOf,
  type Topology,
  type TopologyHost,
  type TopologyLink,
} from '../topology.ts';

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

export function hostCommands(topology: Topology, host: TopologyHost, congestionControl: string): readonly Command[] {
  const commands: Command[] = [
    ['ip', 'link', 'set', 'lo', 'up'],
    sysctl('ip_forward', host.role === 'router' ? '1' : '0'),
    sysctl('tcp_congestion_control', congestionControl),
    ...Object.entries(sysctlsOf(topology, host)).map(([key, value]) => sysctl(key.replace(/^net\.ipv4\./, ''), value)),
  ];
  for (const network of networksOf(topology, host)) {
    const device = deviceOf(topology, host, network);
    commands.push(
      ['ip', 'address', 'add', `${addressOf(topology, host, network)}/32`, 'dev', device],
      ['ip', 'link', 'set', device, 'up'],
      ['ip', 'route', 'add', `${linkAddress(topology, network)}/32`, 'dev', device],
      offloadsOff(device),
    );
  }
  return [...commands, ...routesOf(topology, host).map(addRoute)];
}

const addRoute = (route: { readonly destination: string; readonly via: string }): Command => [
  'ip',
  'route',
  'add',
  route.destination,
  'via',
  route.via,
];

export function linkCommands(topology: Topology, link: TopologyLink): readonly Command[] {
  const { near, far } = sidesOf(topology, link.network);
  const commands: Command[] = [['ip', 'link', 'set', 'lo', 'up'], sysctl('ip_forward', '1')];
  for (const [side, hosts] of [
    [NEAR, near],
    [FAR, far],
  ] as const) {
    for (const host of hosts) {
      const device = `${side}${host.index}`;
      commands.push(
        ['ip', 'address', 'add', `${linkAddress(topology, link.network)}/32`, 'dev', device],
        ['ip', 'link', 'set', device, 'up'],
        ['ip', 'route', 'add', `${addressOf(topology, host, link.network)}/32`, 'dev', device],
        offloadsOff(device),
      );
    }
  }
  return [...commands, ...linkRoutes(topology, link.network).map(addRoute)];
}
