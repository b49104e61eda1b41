import type { Direction, Impairment } from '../../model/impairment.ts';
import { halfOf, subnetOf, type Topology } from '../topology.ts';

export const DIRECTIONS = ['to-origin', 'to-client'] as const satisfies readonly Direction[];

export const covers = (impairment: Impairment, direction: Direction): boolean =>
  impairment.direction === 'both' || impairment.direction === direction;

/** Source subnets of packets that cross this link in a direction: hosts on one side of it, near or farther away. */
export function sourcesOf(topology: Topology, network: number, direction: Direction): readonly string[] {
  const own = halfOf(topology, network, direction === 'to-origin' ? 'near' : 'far');
  const others = topology.links
    .map((link) => link.network)
    .filter((other) => (direction === 'to-origin' ? other < network : other > network));
  return [own, ...others.map((other) => subnetOf(topology, other))];
}
