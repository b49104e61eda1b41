import type { HostEvidence } from '../model/evidence.ts';
import type { Blame, Confidence } from '../model/finding.ts';
import type { ConnectionEnd } from '../model/outcome.ts';
import type { Path } from '../model/path.ts';
import type { ConfigLine } from '../model/service.ts';
import type { AttemptLog } from './attempt-log.ts';
import { linesOf, scopeMatches } from './config-line.ts';
import { endedAt, endWords, wasEndedByPeer } from './connection-end-words.ts';
import { hostTitle } from './host-title.ts';
import { unknownBlame } from './unknown-blame.ts';

/** One socket that ended although neither program at its ends had a reason. */
export interface CutSocket {
  readonly path: Path;
  readonly hosts: readonly HostEvidence[];
  readonly client: ConnectionEnd;
  readonly origin: ConnectionEnd | null;
  /** From the last traffic (or from the opening, for a cut under traffic) to the end. */
  readonly limitMs: number;
  /** What was cut, to follow "cut": "a socket 2003 ms after its last frame". */
  readonly what: string;
  /** The line of each proxy that says who ended it. */
  readonly log: AttemptLog;
}

const TOLERANCE = 0.15;
const TOLERANCE_MS = 300;
/** Two limits nearer than this cannot be told apart by a measurement. */
const SAME_LIMIT_MS = 50;
const CLOCK_SLACK_MS = 250;

/**
 * Who cut an idle socket: the proxy whose log says so (certain when both ends saw the other side close), else the only one whose
 * configured limit is the measured one and whose log does not deny it. Two that fit equally: unknown.
 */
export function blameCut(socket: CutSocket): Blame {
  const { path, log } = socket;
  const names = path.proxies.map((proxy) => proxy.name);
  const says = (name: string, ...words: readonly string[]): boolean => words.includes(log.get(name)?.entry.endedBy ?? '');
  const claimants = names.filter((name) => says(name, 'timeout', 'proxy'));
  if (socket.origin?.kind === 'local') return originClosed(socket, claimants);
  const fitting = names.filter((name) => limitLines(socket, name).length > 0);
  if (claimants.length > 0) {
    const best = claimants.length === 1 ? claimants : claimants.filter((name) => fitting.includes(name));
    const isCertain = claimants.length === 1 && wasEndedByPeer(socket.client) && wasEndedByPeer(socket.origin);
    return best.length === 1 && best[0] !== undefined ? blamed(socket, best[0], isCertain ? 'certain' : 'likely') : undecided(socket);
  }
  const eligible = fitting.filter((name) => !says(name, 'client', 'server'));
  if (eligible.length === 1 && eligible[0] !== undefined) return blamed(socket, eligible[0], 'likely');
  const [only] = names;
  // A link can drop packets and a middlebox can forge a RST; an orderly FIN on both legs is made by the program that ends them.
  const isOrderly = socket.client.kind !== 'reset' && wasEndedByPeer(socket.client) && wasEndedByPeer(socket.origin);
  if (names.length === 1 && only !== undefined && isOrderly && !says(only, 'client', 'server')) return blamed(socket, only, 'likely');
  return undecided(socket);
}

/** The line whose limit is the measured one; null when two are as near. */
export function limitLine(socket: CutSocket, host: string): ConfigLine | null {
  const distance = (line: ConfigLine): number => Math.abs((line.limitMs ?? 0) - socket.limitMs);
  const [first, second] = limitLines(socket, host).toSorted((a, b) => distance(a) - distance(b));
  if (first === undefined) return null;
  const isTie = second !== undefined && second.line !== first.line && Math.abs(distance(second) - distance(first)) < SAME_LIMIT_MS;
  return isTie ? null : first;
}

function limitLines({ path, hosts, limitMs, log }: CutSocket, host: string): readonly ConfigLine[] {
  const entry = log.get(host)?.entry;
  const seen = { target: path.target, server: entry?.server ?? null, status: 101, termination: entry?.termination ?? null };
  return linesOf(host, hosts).filter((line) => {
    const limit = line.symptom === 'cuts-idle' && scopeMatches(line, seen) ? line.limitMs : undefined;
    return limit !== undefined && Math.abs(limit - limitMs) <= Math.max(TOLERANCE * limit, TOLERANCE_MS);
  });
}

function originClosed(socket: CutSocket, claimants: readonly string[]): Blame {
  const [there, here] = [endedAt(socket.origin), endedAt(socket.client)];
  const wasFirst = there !== null && here !== null && there <= here + CLOCK_SLACK_MS;
  if (claimants.length > 0 || !wasFirst) return undecided(socket);
  const because = `the origin itself ended ${socket.what}`;
  return { host: 'origin', leg: null, direction: 'to-client', confidence: 'likely', because, config: null, innocent: [] };
}

function blamed(socket: CutSocket, host: string, confidence: Confidence): Blame {
  const because = `${hostTitle(host, socket.hosts)} cut ${socket.what} (${bothEnds(socket)})`;
  return { host, leg: null, direction: null, confidence, because, config: limitLine(socket, host), innocent: [] };
}

const bothEnds = ({ client, origin }: CutSocket): string => `client: ${endWords(client)}, origin: ${endWords(origin)}`;

const undecided = (socket: CutSocket): Blame =>
  unknownBlame(`somebody cut ${socket.what} (${bothEnds(socket)}); logs and configs do not decide who`);
