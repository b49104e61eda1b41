import type { TcpCounterEvidence } from '../model/evidence.ts';
import { compareProportions } from '../measure/proportion.ts';
import type { Proportion } from '../measure/proportion.ts';

/** Kernel counters of one host over the stimuli given. */
export interface HostRetransmission extends Proportion {
  readonly host: string;
  /** Resends of data that the receiver already had: it said so with a DSACK (RFC 2883). They are not among the hits. */
  readonly needless: number;
}

/** Share of the segments below which a difference does not matter, and count below which it is chance. */
const MIN_SHARE = 0.01;
const MIN_SEGMENTS = 10;

/**
 * Retransmitted segments per host, of all segments it sent. `OutSegs` leaves retransmissions out (RFC 4022, tcpOutSegs), so the total
 * is the sum. What the receiver reported as a duplicate was not lost: a late acknowledgement on a busy machine is enough for a probe
 * that resends (TCPLossProbes), so such resends say nothing of a path. Null when any host could not be read: a part of a path is not the
 * path.
 */
export function retransmissionsOf(counters: readonly TcpCounterEvidence[]): readonly HostRetransmission[] | null {
  const byHost = new Map<string, HostRetransmission>();
  for (const { host, delta } of counters) {
    const [hits, out] = [delta?.['RetransSegs'], delta?.['OutSegs']];
    if (hits === undefined || out === undefined) return null;
    const before = byHost.get(host) ?? { host, hits: 0, total: 0, needless: 0 };
    const needless = Math.min(hits, delta?.['TCPDSACKRecvSegs'] ?? delta?.['TCPDSACKRecv'] ?? 0);
    byHost.set(host, {
      host,
      hits: before.hits + hits - needless,
      total: before.total + out + hits,
      needless: before.needless + needless,
    });
  }
  return byHost.size === 0 ? null : [...byHost.values()];
}

/** All hosts together. */
export const sumOf = (hosts: readonly Proportion[]): Proportion =>
  hosts.reduce((sum, { hits, total }) => ({ hits: sum.hits + hits, total: sum.total + total }), { hits: 0, total: 0 });

/** Clearly more than the control: beyond the 95 % interval, by at least 1 % of the segments, and not a handful. */
export function clearlyExceeds(subject: Proportion, control: Proportion): boolean {
  const { difference, low } = compareProportions(subject, control);
  return low > 0 && difference >= MIN_SHARE && subject.hits >= MIN_SEGMENTS;
}

/**
 * What a host of the subject's path is measured against: the same host on the control path where it stands there too, else (a proxy)
 * the control's worst, because loss in one direction shows at one sender only.
 */
export function counterpartOf(host: string, control: readonly HostRetransmission[]): Proportion {
  const same = control.find((candidate) => candidate.host === host);
  return (
    same ??
    control.reduce((worst, next) => (next.hits * worst.total > worst.hits * next.total ? next : worst), control[0] ?? { hits: 0, total: 0 })
  );
}
