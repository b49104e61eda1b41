import type { RunningLink } from '../lab.ts';
import { parseForwardCounters } from './packet-filter.ts';
import { parseRelayCounters } from './relay.ts';
import type { RunningRelay } from './running-relay.ts';

/** The two listings that tell what a link did: its filter table and the first chain of its mangle table. */
interface Listings {
  readonly forward: string;
  readonly mangle: string;
  /** What its queues say of themselves (`tc -s qdisc`). */
  readonly queues: string;
}

/** What a link counted: by its rules, and by its relay where packets are told apart only there. Null when the relay does not answer. */
export async function countersOf({ forward, mangle, queues }: Listings, relay: RunningRelay | null): ReturnType<RunningLink['counters']> {
  const { refusedPackets, ...forwarded } = parseForwardCounters(forward);
  const { heldPackets, injectedPackets } = parseRelayCounters(mangle);
  const counts = relay === null ? { late: 0, copied: 0 } : await relay.counts();
  if (counts === null) return null;
  const overflown = droppedInQueues(queues);
  return {
    droppedPackets: forwarded.droppedPackets + overflown,
    forwardedPackets: forwarded.forwardedPackets - overflown,
    heldPackets: heldPackets + counts.late,
    injectedPackets: injectedPackets + counts.copied + refusedPackets,
  };
}

/** Packets that came while a queue was full, over all devices; the sum of a classful queue (htb) holds those of its classes. */
export function droppedInQueues(listing: string): number {
  let sum = 0;
  for (const [, dropped] of listing.matchAll(/^qdisc htb .*\n Sent .*\(dropped (\d+),/gm)) sum += Number(dropped);
  return sum;
}
