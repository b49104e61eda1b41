import { type OriginKind, type Path, type ProxyHost, topologyKey } from '../model/path.ts';
import type { Impairment } from '../model/impairment.ts';
import type { OriginFault } from '../model/origin-fault.ts';

/*
 * A topology is what a lab brings up at once: paths with the same links and the same origin share one client, one origin and
 * the links; each proxy is a host of its own, and where the control path has no proxy a bare router host forwards instead.
 *
 *   client ── link 0 ── position 1 ── link 1 ── position 2 ... ── origin
 *                       (proxies and one router stand side by side at each position)
 *
 * Network i joins position i and position i+1, with link i in the middle. Every packet of a leg crosses the link, because
 * each host reaches its peers by a host route through it. Dropping in the sender itself would be invisible to the sender's
 * own counters.
 */

export type HostRole = 'client' | 'proxy' | 'router' | 'origin';

export interface TopologyHost {
  readonly name: string;
  readonly role: HostRole;
  /** 0 is the client; the origin has the highest. */
  readonly position: number;
  /** Place among the hosts of its position; gives the last octet of its addresses. */
  readonly index: number;
  readonly proxy: ProxyHost | null;
  /** Paths that this host stands on. */
  readonly paths: readonly string[];
}

export interface TopologyLink {
  readonly name: string;
  /** Number of the network it stands in: 0 is the client's. */
  readonly network: number;
  readonly impairments: readonly Impairment[];
}

export interface Topology {
  /** Second octet of every address, unique within the run: 10.<octet>.<network>.<host>. */
  readonly octet: number;
  /** Addresses are fd00:<octet>:<network + 1>::<host> instead. */
  readonly ipv6: boolean;
  readonly name: string;
  readonly origin: OriginKind;
  /** What is wrong with it; null: nothing. */
  readonly originFault: OriginFault | null;
  readonly hosts: readonly TopologyHost[];
  readonly links: readonly TopologyLink[];
  readonly paths: readonly Path[];
}

/** Groups paths into topologies. Pure; the order of the paths is kept. */
export function planTopologies(paths: readonly Path[], firstOctet = 100): readonly Topology[] {
  const groups = Map.groupBy(paths, topologyKey);
  return [...groups.values()].map((group, index) => planTopology(group, firstOctet + index));
}

function planTopology(paths: readonly Path[], octet: number): Topology {
  const first = paths[0];
  if (first === undefined) throw new RangeError('a topology has at least one path');
  const depth = first.links.length - 1;
  const ids = paths.map((path) => path.id);
  const hosts: TopologyHost[] = [{ name: 'client', role: 'client', position: 0, index: 0, proxy: null, paths: ids }];
  const controls = paths.filter((path) => path.proxies.length === 0).map((path) => path.id);
  for (let position = 1; position <= depth; position++) {
    hosts.push({ name: `router-${position}`, role: 'router', position, index: 0, proxy: null, paths: controls });
    let index = 1;
    for (const path of paths) {
      const proxy = path.proxies[position - 1];
      if (proxy !== undefined) hosts.push({ name: proxy.name, role: 'proxy', position, index: index++, proxy, paths: [path.id] });
    }
  }
  hosts.push({ name: 'origin', role: 'origin', position: depth + 1, index: 0, proxy: null, paths: ids });
  const links = first.links.map((link, network) => ({ name: link.name, network, impairments: link.impairments }));
  return {
    octet,
    ipv6: first.ipv6 === true,
    name: `net-${octet}`,
    origin: first.origin,
    originFault: first.originFault ?? null,
    hosts,
    links,
    paths,
  };
}

/** The networks a host is attached to: towards the client first. */
export function networksOf(topology: Topology, host: TopologyHost): readonly number[] {
  const last = topology.links.length - 1;
  return [host.position - 1, host.position].filter((network) => network >= 0 && network <= last);
}

/** Device of a host in one of its networks, in both labs: `eth0` towards the client, `eth1` towards the origin. */
export const deviceOf = (topology: Topology, host: TopologyHost, network: number): string =>
  `eth${networksOf(topology, host).indexOf(network)}`;

const NEAR_FROM = 10;
const FAR_FROM = 130;

/** Address of a host in one of its networks. Hosts nearer to the client count from 10, the farther ones from 130. */
export function addressOf(topology: Topology, host: TopologyHost, network: number): string {
  return inNetwork(topology, network, (host.position === network ? NEAR_FROM : FAR_FROM) + host.index);
}

/** The most addresses that a client may have: all are in the near half of its network. */
export const MOST_CLIENT_ADDRESSES = 100;

/**
 * All addresses of a host in one of its networks, `addressOf` first, which is the one that connections are opened from unless they say otherwise. Only
 * the client has several: as many as the path of the topology that asks for the most (`clientAddresses`), from 1 to 100.
 */
export function addressesOf(topology: Topology, host: TopologyHost, network: number): readonly string[] {
  const first = addressOf(topology, host, network);
  if (host.role !== 'client') return [first];
  const wanted = Math.max(1, ...topology.paths.map(({ clientAddresses = 1 }) => clientAddresses));
  const others = Math.min(wanted, MOST_CLIENT_ADDRESSES) - 1;
  return [first, ...Array.from({ length: others }, (_, index) => inNetwork(topology, network, NEAR_FROM + index + 1))];
}

/** Where packets to a host are to be sent in one of its networks: its address, or the half of the network that it has alone. */
export function destinationOf(topology: Topology, host: TopologyHost, network: number): string {
  const [first = '', ...others] = addressesOf(topology, host, network);
  return others.length === 0 ? aloneOf(topology, first) : halfOf(topology, network, 'near');
}

/** Address of the link that stands in a network. */
export const linkAddress = (topology: Topology, network: number): string => inNetwork(topology, network, 2);

/** In the shortest form (RFC 5952), as captures have it: no group but those of the host's zeros is 0. */
const inNetwork = ({ ipv6, octet }: Topology, network: number, host: number): string =>
  ipv6 ? `fd00:${octet}:${network + 1}::${host.toString(16)}` : `10.${octet}.${network}.${host}`;

/** An address as a destination of its own. */
export const aloneOf = ({ ipv6 }: Topology, address: string): string => `${address}/${ipv6 ? 128 : 32}`;

/** What is to be set in the kernel of a host. Paths of one topology agree about the hosts that they share. */
export const sysctlsOf = ({ paths }: Topology, { name }: TopologyHost): Readonly<Record<string, string>> =>
  paths.find(({ sysctls }) => sysctls?.[name] !== undefined)?.sysctls?.[name] ?? {};

/** Where the hosts on one side of a link are in its network: the nearer ones count from 10, the farther ones from 130. */
export const halfOf = ({ ipv6, octet }: Topology, network: number, side: 'near' | 'far'): string =>
  ipv6 ? `fd00:${octet}:${network + 1}::${side === 'near' ? '' : '80'}/121` : `10.${octet}.${network}.${side === 'near' ? '0' : '128'}/25`;

export const subnetOf = ({ ipv6, octet }: Topology, network: number): string =>
  ipv6 ? `fd00:${octet}:${network + 1}::/64` : `10.${octet}.${network}.0/24`;

/** Hosts on either side of a link. */
export function sidesOf(
  topology: Topology,
  network: number,
): { readonly near: readonly TopologyHost[]; readonly far: readonly TopologyHost[] } {
  return {
    near: topology.hosts.filter((host) => host.position === network),
    far: topology.hosts.filter((host) => host.position === network + 1),
  };
}

/**
 * Lines of /etc/hosts inside a host: `origin` and `static` are the origin as seen from the nearest network, and every host
 * that stands next in line is known by its name.
 */
export function hostsFile(topology: Topology): string {
  const lines = ['127.0.0.1 localhost', '::1 localhost'];
  for (const host of topology.hosts) {
    const network = networksOf(topology, host)[0];
    if (network === undefined) continue;
    const names = host.role === 'origin' ? 'origin static' : host.name;
    lines.push(`${addressOf(topology, host, network)} ${names}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A destination and the next address towards it. */
export interface Route {
  readonly destination: string;
  readonly via: string;
}

/**
 * Routes of a host: every peer of its networks through the link between them, and every farther network through the link
 * next to it. Only routers forward, so farther networks are reached over them alone.
 */
export function routesOf(topology: Topology, host: TopologyHost): readonly Route[] {
  const routes: Route[] = [];
  for (const network of networksOf(topology, host)) {
    const { near, far } = sidesOf(topology, network);
    const peers = host.position === network ? far : near;
    const via = linkAddress(topology, network);
    for (const peer of peers) routes.push({ destination: destinationOf(topology, peer, network), via });
  }
  for (const link of topology.links) {
    if (networksOf(topology, host).includes(link.network)) continue;
    const towards = link.network < host.position ? host.position - 1 : host.position;
    routes.push({ destination: subnetOf(topology, link.network), via: linkAddress(topology, towards) });
  }
  return routes;
}

/** Routes of a link to the networks that are not its own: through the routers on either side of it. */
export function linkRoutes(topology: Topology, network: number): readonly Route[] {
  return topology.links.flatMap((link): Route[] => {
    if (link.network === network) return [];
    const router = topology.hosts.find(
      (host) => host.role === 'router' && host.position === (link.network < network ? network : network + 1),
    );
    if (router === undefined) return [];
    return [{ destination: subnetOf(topology, link.network), via: addressOf(topology, router, network) }];
  });
}
