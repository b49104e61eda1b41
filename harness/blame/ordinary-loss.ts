import type { LegEvidence } from '../model/wire-evidence.ts';
import type { Direction, Impairment } from '../model/impairment.ts';
import type { PacketGround } from './packet-ground.ts';

/** What is rarer than once in a million runs is no chance any more. */
const CHANCE = 1e-6;
/** A full queue drops what comes while it is full, which is as good as every second packet of one connection. */
const SHARE_OF_FULL_QUEUE = 0.5;

/**
 * Whether so many packets in a row may well have been lost one by one, on links that are told to lose packets and with as many connections as there were:
 * three of a dying connection are nothing unusual at 2 %.
 */
export function isOrdinaryLoss(lostInRow: number, leg: LegEvidence, direction: Direction, ground: PacketGround): boolean {
  const impairments = ground.path.links.filter(({ name }) => leg.links.includes(name)).flatMap((link) => link.impairments);
  const kept = impairments
    .filter((one) => one.direction === 'both' || one.direction === direction)
    .reduce((rest, one) => rest * (1 - ordinaryShare(one)), 1);
  // One burst may take so many at once.
  const burst = impairments.reduce((most, one) => Math.max(most, one.kind === 'loss-burst' ? one.inRow : 1), 1);
  const connections = ground.legs.filter((other) => other.leg === leg.leg && other.scenario === leg.scenario).length;
  return connections * (1 - kept) ** Math.ceil(lostInRow / burst) > CHANCE;
}

/** The share of a direction's packets that an impairment is told to lose: 0 for one that loses none by chance. */
export function ordinaryShare(impairment: Impairment): number {
  switch (impairment.kind) {
    case 'loss':
      return impairment.percent / 100;
    case 'loss-nth':
      return 1 / impairment.every;
    case 'rate':
      return SHARE_OF_FULL_QUEUE;
    case 'loss-burst':
      return impairment.inRow / impairment.every;
    case 'loss-tail':
      return 1 / impairment.every;
    case 'delay':
    case 'jitter':
    case 'reorder':
    case 'duplicate-acks':
    case 'hold-rst':
    case 'connlimit':
    case 'drop-text':
    case 'mtu-blackhole':
    case 'forget-flows':
    case 'inject-rst':
      return 0;
  }
}
