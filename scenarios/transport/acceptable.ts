import { outcomeLabel, type TransportReply } from '../../harness/index.ts';
import { OPENED, REFUSED, type TransportCase } from './transport-case.ts';

export type Attempted = TransportReply['attempts'][number];

/** Whether the first host of a path demands a PROXY header; null: it takes both or neither, and nothing follows from that. */
export function demandsProxyHeader(outcomes: ReadonlyMap<string, Attempted>): boolean | null {
  const opens = (id: string): boolean => outcomes.get(id)?.outcome.kind === 'upgraded';
  const [without, withOne] = [opens('proxy-header-absent'), opens('proxy-header-v1') || opens('proxy-header-v2')];
  return without === withOne ? null : withOne;
}

/** The outcome labels that a correct path may show for a case, given what it offered. */
export function acceptableOf(one: TransportCase, attempted: Attempted, demands: boolean | null): readonly string[] {
  const own = outcomeLabel(attempted.outcome);
  if (one.proxyHeader !== undefined) {
    // What no header at all leads to is every scenario's matter: a path that opens no socket either way is judged there.
    if (demands === null) return own === '101' && one.proxyHeader === 'mangled' ? REFUSED : [own];
    const isWanted = one.proxyHeader === (demands ? 'right' : 'absent');
    return isWanted ? OPENED : REFUSED;
  }
  if (demands === true) return [...OPENED, ...REFUSED];
  if (one.onlyWhereOffered !== true || attempted.facts['extendedConnect'] === true) return one.acceptable;
  // A client that fell back to HTTP/1.1 because that was agreed on has its socket or has been refused one.
  const spokeUpgrade = one.speak === 'agreed' && attempted.facts['alpn'] !== 'h2' && attempted.facts['leftByClient'] !== true;
  return spokeUpgrade && attempted.facts['alpn'] !== undefined && (one.alpn ?? []).includes('http/1.1') ? one.acceptable : [own];
}
