import type { HostEvidence, ProxyLogEvidence } from '../model/evidence.ts';
import type { Blame } from '../model/finding.ts';
import type { Path } from '../model/path.ts';
import { chooseConfigLine, linesOf } from './config-line.ts';
import { hostTitle } from './host-title.ts';
import { clientLegOf, serverLegOf } from './leg-of-host.ts';
import { shownTarget } from '../wire/redact.ts';
import { readServerStory } from './server-story.ts';

/** Refusals that were only counted, with the log lines of their time. */
interface CountedRefusals {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  readonly status: number;
  readonly logs: readonly ProxyLogEvidence[];
  /** Whether the control path, over the same links, was upgraded by the origin at the same time. */
  readonly isOriginUp: boolean;
}

/**
 * Who refused, from the proxies' logs alone: one proxy whose every line of this status says that it answered by itself or asked
 * another server. Never `certain`, because the origin's side was not recorded. Null when the logs do not decide.
 */
export function blameByLog({ path, hosts, status, logs, isOriginUp }: CountedRefusals): Blame | null {
  const claims = path.proxies.flatMap(({ name }) => {
    const own = logs.filter(
      (log) => log.host === name && log.entry.kind === 'access' && log.entry.status === status && isTarget(log.entry.target, path.target),
    );
    const stories = own.map((log) => readServerStory({ host: name, entry: log.entry, path, hosts, originSawNothing: false }));
    const isClaim = own.length > 0 && stories.every((story) => story === 'own-answer' || story === 'other-server');
    const entry = own[0]?.entry;
    return isClaim && entry !== undefined ? [{ name, entry, isMisrouted: stories.every((story) => story === 'other-server') }] : [];
  });
  const claim = claims.length === 1 ? claims[0] : undefined;
  if (claim === undefined) return claims.length === 0 && isOriginUp ? blameUnreachable({ path, hosts, status, logs }) : null;
  const config = chooseConfigLine(linesOf(claim.name, hosts), ['answers-itself'], {
    target: path.target,
    server: claim.entry.server,
    status,
  });
  const because = `${hostTitle(claim.name, hosts)} says in its log that it answered ${status} to ${shownTarget(path.target)} without the origin`;
  const place = claim.isMisrouted
    ? ({ leg: serverLegOf(path, claim.name), direction: 'to-origin' } as const)
    : ({ leg: clientLegOf(path, claim.name), direction: 'to-client' } as const);
  return { host: claim.name, ...place, confidence: 'likely', because, config, innocent: [] };
}

/** Sockets that are told apart by a query are sockets of the path all the same. */
const isTarget = (logged: string | null, target: string): boolean => logged?.split('?', 1)[0] === target.split('?', 1)[0];

/** The last proxy says each time that its server refused the connection, over a link that has no device under test. */
function blameUnreachable({ path, hosts, status, logs }: Omit<CountedRefusals, 'isOriginUp'>): Blame | null {
  const host = path.proxies.at(-1)?.name ?? '';
  const own = logs.filter((log) => log.host === host && log.entry.kind === 'access' && log.entry.status === status);
  const isUnderTest = path.links.at(-1)?.impairments.some(({ subject }) => subject === true) ?? false;
  const isRefused = own.length > 0 && own.every(({ entry }) => entry.reachedServer === false && entry.endedBy === 'server');
  if (!isRefused || isUnderTest) return null;
  const because = `${hostTitle(host, hosts)} says in its log that it could not connect to its server for ${shownTarget(path.target)}, and the origin took the control path's connections`;
  return { host, leg: serverLegOf(path, host), direction: 'to-origin', confidence: 'likely', because, config: null, innocent: [] };
}
