import { addressOf, deviceOf, linkAddress, networksOf, type Topology, type TopologyHost } from '../topology.ts';
import type { WorldNetwork } from './world-network.ts';

/** Where the lab's origin listens. */
const ORIGIN_PORT = 9000;

/** How a proxy's host stands in its topology, for a world that is made true in it. */
export function worldGround(
  topology: Topology,
  host: TopologyHost,
): { readonly network: WorldNetwork; readonly entryAddress: string | null } {
  const networks = networksOf(topology, host);
  const [towardsClient = 0] = networks;
  const towardsOrigin = networks.at(-1) ?? 0;
  const nearest = (other: TopologyHost): string => addressOf(topology, other, networksOf(topology, other)[0] ?? 0);
  const origin = topology.hosts.find(({ role }) => role === 'origin');
  const peers = topology.hosts.filter((other) => other !== host && other.role !== 'origin' && other.position > host.position);
  const path = topology.paths.find(({ id }) => host.paths.includes(id));
  return {
    network: {
      lab: `10.${topology.octet}.0.0/16`,
      origin: { address: origin === undefined ? '' : nearest(origin), port: ORIGIN_PORT },
      peers: peers.map(nearest),
      device: deviceOf(topology, host, towardsOrigin),
      via: linkAddress(topology, towardsOrigin),
      address: addressOf(topology, host, towardsClient),
    },
    entryAddress: path?.entry?.address ?? null,
  };
}
