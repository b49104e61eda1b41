import { legsOf } from '../model/path.ts';
import type { LoadEvidence } from '../model/evidence.ts';
import type { LegEvidence } from '../model/wire-evidence.ts';
import { enderOf } from './leg-ender.ts';
import type { Ender } from './leg-ender.ts';
import type { LegIndex } from './leg-index.ts';
import { overlaps } from './leg-index.ts';
import type { PacketGround } from './packet-ground.ts';

/**
 * Who ended the sessions that were lost under load, which are only counted: the one that the captures show to have ended as many of them, and no other one any.
 * Sessions that the client ended itself, as it does when a slot is over, are left out.
 */
export function enderOfLost(ground: PacketGround, index: LegIndex, slots: readonly LoadEvidence[], lost: number): Ender | null {
  const name = legsOf(ground.path)[0]?.name ?? '';
  const sessions = index
    .connectionsOf(name)
    .filter((leg) => slots.some((slot) => overlaps(leg, slot.startedAtMs, slot.endedAtMs)) && !wasEndedByClient(leg));
  const enders = sessions.flatMap((leg) => enderOf(index.chainFrom(leg) ?? [], ground) ?? []);
  const [first] = enders;
  const isAgreed = first !== undefined && enders.every((ender) => culpritOf(ender) === culpritOf(first));
  return isAgreed && enders.length >= lost ? first : null;
}

/** Inside TLS no Close frame is seen, so nothing is known there. */
const wasEndedByClient = ({ near }: LegEvidence): boolean =>
  near === null || (near.tls !== null && !near.tls.decrypted) || near.closing[0]?.from === 'a';

const culpritOf = (ender: Ender): string =>
  ender.kind === 'host' ? `host ${ender.host}` : `${ender.kind} ${ender.leg.leg} ${ender.direction}`;
