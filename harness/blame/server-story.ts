import type { HostEvidence } from '../model/evidence.ts';
import { hostsOf } from '../model/path.ts';
import type { Path } from '../model/path.ts';
import type { ProxyLogEntry } from '../model/service.ts';
import { chooseConfigLine, isSameServer, linesOf } from './config-line.ts';

/** What a proxy's log line says became of a request. */
export type ServerStory =
  /** It answered without trying a server. */
  | 'own-answer'
  /** It was refused or timed out on the way to a server, or the server gave no answer. */
  | 'no-server'
  /** It spoke with a server that is not the next host of the path. */
  | 'other-server'
  /** The next host answered; this proxy only passed it on. */
  | 'passed-on'
  | 'unclear'
  /** It tells a status and nothing of a server: as good as no line. */
  | 'silent';

interface LoggedRequest {
  readonly host: string;
  readonly entry: ProxyLogEntry;
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  /** The origin's records of the attempt are there and hold no byte. */
  readonly originSawNothing: boolean;
}

/** RFC 9110 section 15.5.9: the answer to a request that did not come in time, so it is the proxy's own. */
const REQUEST_TIMEOUT = 408;
const ORIGIN_PORT = 9000;
const ADDRESS = /^\[?([0-9a-f.:]+?)\]?:(\d+)$/i;

/** Statuses that a gateway makes when the next host fails it; some logs repeat them as the server's (nginx: 502 for a refused connection). */
export const isGatewayStatus = (status: number | null): boolean => status === 502 || status === 503 || status === 504;

export function readServerStory(request: LoggedRequest): ServerStory {
  const { entry, path, host } = request;
  if (isOtherServer(request)) return 'other-server';
  const isLast = hostsOf(path).at(-2) === host;
  if (entry.serverStatus !== null && entry.reachedServer !== false) {
    if (!isLast || !request.originSawNothing) return 'passed-on';
    // The origin's records hold no request: whoever answered the last proxy was not the origin.
    return isGatewayStatus(entry.serverStatus) ? 'no-server' : 'other-server';
  }
  if (entry.endedBy === 'client') return 'unclear';
  if (entry.status === REQUEST_TIMEOUT && entry.reachedServer !== true) return 'own-answer';
  if (entry.endedBy === 'server' || entry.endedBy === 'timeout' || isGatewayFailure(request)) return 'no-server';
  if (entry.reachedServer === false || (entry.reachedServer === null && entry.endedBy === 'proxy')) return 'own-answer';
  return entry.reachedServer === null && entry.endedBy === null ? 'silent' : 'unclear';
}

/** A gateway status of which neither the log nor the config says that a rule made it. */
function isGatewayFailure({ entry, host, hosts }: LoggedRequest): boolean {
  if (!isGatewayStatus(entry.status) || entry.endedBy === 'proxy') return false;
  const rules = linesOf(host, hosts).filter((line) => line.scope?.status !== undefined);
  return chooseConfigLine(rules, ['answers-itself'], entry) === null;
}

/** By the config (a back end that is not the origin, under the name the log uses) or by the address that the log gives. */
function isOtherServer({ host, entry, path, hosts }: LoggedRequest): boolean {
  const { server } = entry;
  // A request that was refused before a server was asked went nowhere, whatever back end it would have gone to.
  if (server === null || (entry.reachedServer === false && entry.endedBy === 'proxy')) return false;
  const isNamed = linesOf(host, hosts).some(
    ({ symptom, scope }) =>
      symptom === 'answers-itself' && scope?.logName !== undefined && scope.status === undefined && isSameServer(scope.logName, server),
  );
  if (isNamed) return true;
  const [, address, port] = ADDRESS.exec(server) ?? [];
  const next = hostsOf(path)[hostsOf(path).indexOf(host) + 1];
  const addresses = hosts.find((candidate) => candidate.host === next)?.addresses ?? [];
  if (address === undefined || addresses.length === 0) return false;
  return !addresses.includes(address) || (next === 'origin' && Number(port) !== ORIGIN_PORT);
}
