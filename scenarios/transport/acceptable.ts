import { outcomeLabel, type TransportReply } from '../../harness/index.ts';
import { OPENED, REFUSED, type TransportCase } from './transport-case.ts';

export type Attempted = TransportReply['attempts'][number];

/** What the plain attempts of a path tell about the others. */
export interface PathSeen {
  /** Whether its first host demands a PROXY header; null: it takes both or neither, and nothing follows from that. */
  readonly demandsProxyHeader: boolean | null;
  /** Whether an ordinary upgrade opens a socket. Where it does not, other scenarios say why, and it is not the transport. */
  readonly opensPlain: boolean;
}

export function pathSeen(attempts: ReadonlyMap<string, Attempted>): PathSeen {
  const opens = (id: string): boolean => attempts.get(id)?.outcome.kind === 'upgraded';
  const [without, withOne] = [opens('proxy-header-absent'), opens('proxy-header-v1') || opens('proxy-header-v2')];
  return { demandsProxyHeader: without === withOne ? null : withOne, opensPlain: without };
}

/** The outcome labels that a correct path may show for a case, given what it offered. */
export function acceptableOf(one: TransportCase, attempted: Attempted, seen: PathSeen): readonly string[] {
  const own = outcomeLabel(attempted.outcome);
  const { demandsProxyHeader: demands, opensPlain } = seen;
  if (one.proxyHeader !== undefined) {
    if (demands === null) return own === '101' && one.proxyHeader === 'mangled' ? REFUSED : [own];
    const isWanted = one.proxyHeader === (demands ? 'right' : 'absent');
    return isWanted ? OPENED : REFUSED;
  }
  if (demands === true) return [...OPENED, ...REFUSED];
  if (one.onlyWhereOffered !== true) return one.acceptable;
  if (attempted.facts['extendedConnect'] === true) return opensPlain ? one.acceptable : [own];
  // A client that fell back to HTTP/1.1 because that was agreed on has its socket or has been refused one.
  const spokeUpgrade = one.speak === 'agreed' && attempted.facts['alpn'] === 'http/1.1';
  return spokeUpgrade ? one.acceptable : [own];
}
