import type { HostEvidence } from '../model/evidence.ts';
import type { Blame, Confidence } from '../model/finding.ts';
import type { ConnectionEnd } from '../model/outcome.ts';
import type { Path } from '../model/path.ts';
import type { AttemptLog } from './attempt-log.ts';
import { endWords, wasEndedByPeer } from './connection-end-words.ts';
import { hostTitle } from './host-title.ts';
import { unknownBlame } from './unknown-blame.ts';

/** A connection that ended without a Close frame at the client. `ends` null: only counted, not recorded one by one. */
interface UncleanClose {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  readonly ends: { readonly client: ConnectionEnd; readonly origin: ConnectionEnd | null } | null;
  readonly log: AttemptLog;
}

/**
 * Who ended a connection without a Close frame (RFC 6455 section 7.1.5: the client's code is then 1006, which names nobody). A proxy's
 * own log names it; without logs, only an orderly FIN that skips the origin's Close answer does, on a path with one proxy.
 */
export function blameUncleanClose(close: UncleanClose): Blame {
  const { path, ends, log } = close;
  const names = path.proxies.map((proxy) => proxy.name);
  const says = (name: string, ...words: readonly string[]): boolean => words.includes(log.get(name)?.entry.endedBy ?? '');
  const claimants = names.filter((name) => says(name, 'proxy', 'timeout'));
  const [claimant, rival] = claimants;
  if (claimant !== undefined && rival === undefined && ends?.origin?.kind !== 'local') {
    return blamed(close, claimant, ends !== null && wasEndedByPeer(ends.origin) ? 'certain' : 'likely');
  }
  if (claimant === undefined && ends?.origin?.kind === 'local') return blamed(close, 'origin', 'likely');
  const [only] = names;
  const hasSkippedAnswer = ends?.client.kind === 'fin' && ends.origin?.kind === 'close-frame';
  if (claimant === undefined && names.length === 1 && only !== undefined && hasSkippedAnswer && !says(only, 'client', 'server'))
    return blamed(close, only, 'likely');
  return unknownBlame(`connections ended without a Close frame${seenWords(close)}, and the logs do not decide who ended them`);
}

function blamed(close: UncleanClose, host: string, confidence: Confidence): Blame {
  const because = `${hostTitle(host, close.hosts)} ended connections without a Close frame${seenWords(close)}`;
  return { host, leg: null, direction: 'to-client', confidence, because, config: null, innocent: [] };
}

const seenWords = ({ ends }: UncleanClose): string =>
  ends === null ? '' : ` (client: ${endWords(ends.client)}, origin: ${endWords(ends.origin)})`;
