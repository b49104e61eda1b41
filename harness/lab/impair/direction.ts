import type { Direction, Impairment } from '../../model/impairment.ts';
import { subnetOf, type Topology } from '../topology.ts';

export const DIRECTIONS = ['to-origin', 'to-client'] as const satisfies readonly Direction[];

export const covers = (impairment: Impairment, direction: Direction): boolean =>
  impairment.direction === 'both' || impairment.direction === direction;

/** Source subnets of packets that cross this link in a direction: hosts on one side of it, near or farther away. */
export function sourcesOf(topology: Topology, network: number, direction: Direction): readonly string[] {
  const own = `10.${topology.octet}.${network}.${direction === 'to-origin' ? '0' : '128'}/25`;
  const others = topology.links
    .map((link) => link.network)
    .filter((other) => (direction === 'to-origin' ? other < network : other > network));
  return [own, ...others.map((other) => subnetOf(topology, other))];
}
