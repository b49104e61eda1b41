import { backlogs } from '../backlogs.ts';
import type { Command } from '../command.ts';
import {
  addressesOf,
  addressOf,
  aloneOf,
  hostsFile,
  linkAddress,
  linkRoutes,
  networksOf,
  routesOf,
  sysctlsOf,
  type Route,
  type Topology,
  type TopologyHost,
  type TopologyLink,
} from '../topology.ts';

/*
 * What is done in the network stack of a host or a link once its container runs. A host has eth0 towards the client and eth1
 * towards the origin; a link has eth0 alone, and forwards between hosts that stand in one bridge with it.
 */

/** Bridges carry frames only: the machine itself has no address in them, nothing is masqueraded, nothing filtered. */
export const NETWORK_OPTIONS: Readonly<Record<string, string>> = {
  'com.docker.network.bridge.enable_ip_masquerade': 'false',
  'com.docker.network.bridge.inhibit_ipv4': 'true',
  // Engines from version 28 on drop what is routed to a container otherwise; older ones do not know the option and ignore it.
  'com.docker.network.bridge.gateway_mode_ipv4': 'nat-unprotected',
};

export const LINK_DEVICE = 'eth0';

const sysctl = (key: string, value: string): Command => ['sh', '-c', 'echo "$1" > "$0"', `/proc/sys/net/ipv4/${key}`, value];

/** Fails when a device does not have the address that it must have. */
const mustHave = (device: string, address: string): Command => [
  ...[
    'sh',
    '-c',
    'ip -o -4 address show dev "$0" | grep -qF " $1/" || { echo "expected $0 to have $1:" >&2; ip -o -4 address >&2; exit 1; }',
  ],
  ...[device, address],
];

/** Offloads off: then captured frames are segments, and retransmissions at the sender equal the kernel's count. */
function device(name: string, address: string): readonly Command[] {
  return [
    mustHave(name, address),
    ['ethtool', '-K', name, 'tso', 'off', 'gso', 'off', 'gro', 'off', 'tx', 'off'],
    // Routes over links make the way back differ from the way there in the kernel's eyes.
    sysctl(`conf/${name}/rp_filter`, '0'),
    sysctl(`conf/${name}/send_redirects`, '0'),
  ];
}

const everywhere = (topology: Topology): readonly Command[] => [
  sysctl('conf/all/rp_filter', '0'),
  sysctl('conf/all/send_redirects', '0'),
  // No host has a way out of its topology.
  ['sh', '-c', 'ip route del default 2>/dev/null || true'],
  ['sh', '-c', 'printf %s "$0" > /etc/hosts', hostsFile(topology)],
  // A name that is not there is refused at once and asked of nobody outside; the engine's own resolver would ask and wait.
  ['sh', '-c', 'echo "nameserver 127.0.0.1" > /etc/resolv.conf'],
];

/** The engine gave it the first. */
const furtherAddresses = (topology: Topology, host: TopologyHost, network: number, name: string): readonly Command[] =>
  addressesOf(topology, host, network)
    .slice(1)
    .map((address) => ['ip', 'address', 'add', aloneOf(topology, address), 'dev', name]);

const addRoute = ({ destination, via }: Route): Command => ['ip', 'route', 'replace', destination, 'via', via];

export const hostCommands = (topology: Topology, host: TopologyHost, congestionControl: string): readonly Command[] => [
  ...networksOf(topology, host).flatMap((network, index) => [
    ...device(`eth${index}`, addressOf(topology, host, network)),
    ...furtherAddresses(topology, host, network, `eth${index}`),
  ]),
  ...everywhere(topology),
  sysctl('ip_forward', host.role === 'router' ? '1' : '0'),
  sysctl('tcp_congestion_control', congestionControl),
  ...backlogs(host),
  ...Object.entries(sysctlsOf(topology, host)).map(([key, value]) => sysctl(key.replace(/^net\.ipv4\./, ''), value)),
  ...routesOf(topology, host).map(addRoute),
];

export const linkCommands = (topology: Topology, link: TopologyLink): readonly Command[] => [
  ...device(LINK_DEVICE, linkAddress(topology, link.network)),
  ...everywhere(topology),
  sysctl('ip_forward', '1'),
  ...linkRoutes(topology, link.network).map(addRoute),
];
