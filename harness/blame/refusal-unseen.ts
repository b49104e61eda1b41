import type { Blame, Confidence } from '../model/finding.ts';
import type { Link } from '../model/path.ts';
import type { ConfigLine } from '../model/service.ts';
import { chooseConfigLine, linesOf } from './config-line.ts';
import { hostTitle } from './host-title.ts';
import { clientLegOf, serverLegOf } from './leg-of-host.ts';
import { outcomeWords, statusOf } from './outcome-words.ts';
import { bounded } from '../wire/redact.ts';
import { requestWords } from './refusal-facts.ts';
import type { Refusal, RefusalFacts } from './refusal-facts.ts';
import { isGatewayStatus, readServerStory } from './server-story.ts';
import type { ServerStory } from './server-story.ts';
import { unknownBlame } from './unknown-blame.ts';

/** Who refused a request that the origin never saw. */
export function refusalBeforeOrigin(facts: RefusalFacts): Refusal {
  // Only an answer proves that the request had been dealt with: one that was late may have reached the origin after the client gave up.
  const originSawNothing = statusOf(facts.outcome) !== null;
  const { path } = facts;
  if (path.proxies.length === 0) return undecided(facts, 'on a path without proxies');
  if (!facts.control.isOriginRecorded) return undecided(facts, 'and the origin recorded nothing of the control path either');
  const told = path.proxies.flatMap((proxy) => {
    const line = facts.log.get(proxy.name);
    if (line === undefined) return [];
    const story = readServerStory({ host: proxy.name, entry: line.entry, path, hosts: facts.hosts, originSawNothing });
    return story === 'silent' ? [] : [{ host: proxy.name, server: line.entry.server, story }];
  });
  const actors = told.filter(({ story }) => story === 'own-answer' || story === 'other-server');
  const actor = actors.length === 1 ? actors[0] : undefined;
  if (actor !== undefined) return actor.story === 'own-answer' ? ownAnswer(facts, actor.host) : misrouted(facts, actor.host, actor.server);
  if (actors.length > 1) return undecided(facts, `the logs of ${actors.map(({ host }) => host).join(' and ')} each claim the answer`);
  return told.length > 0 ? afterLogs(facts, told) : withoutLogs(facts);
}

interface Told {
  readonly host: string;
  readonly server: string | null;
  readonly story: ServerStory;
}

function ownAnswer(facts: RefusalFacts, host: string): Refusal {
  const status = statusOf(facts.outcome);
  // Without an HTTP answer the log is the only instrument that speaks.
  const confidence = status !== null && status === facts.log.get(host)?.entry.status ? 'certain' : 'likely';
  return answeredItself(facts, host, confidence);
}

/** A proxy made what the client got, and passed nothing on. */
export function answeredItself(facts: RefusalFacts, host: string, confidence: Confidence): Refusal {
  const status = statusOf(facts.outcome);
  const did = status === null ? `ended the connection of ${requestWords(facts)}` : `answered ${status} to ${requestWords(facts)}`;
  const because = `${hostTitle(host, facts.hosts)} ${did} by itself; the origin never saw the request`;
  return {
    cause: 'answered-itself',
    blame: { ...named(facts, host, confidence, because), leg: clientLegOf(facts.path, host), direction: 'to-client' },
  };
}

/** A proxy passed the request to somebody else. */
export function misrouted(facts: RefusalFacts, host: string, server: string | null, confidence: Confidence = 'certain'): Refusal {
  const where = server === null ? 'another server' : bounded(server, 120);
  const because = `${hostTitle(host, facts.hosts)} sent ${requestWords(facts)} to ${where} instead of the origin, which never saw it; the client ${outcomeWords(facts.outcome)}`;
  return {
    cause: 'misrouted',
    blame: { ...named(facts, host, confidence, because), leg: serverLegOf(facts.path, host), direction: 'to-origin' },
  };
}

/** A proxy found nobody at the address of its server, while the origin was there for the control path. */
export function serverUnreachable(facts: RefusalFacts, host: string, confidence: Confidence): Refusal {
  const server = serverWords(facts.log.get(host)?.entry.server ?? null);
  const because = `${hostTitle(host, facts.hosts)} could not connect to ${server} for ${requestWords(facts)}, although the origin took the control path's connections; the client ${outcomeWords(facts.outcome)}`;
  return {
    cause: 'server-unreachable',
    blame: { ...named(facts, host, confidence, because), leg: serverLegOf(facts.path, host), direction: 'to-origin' },
  };
}

const serverWords = (server: string | null): string => (server === null ? 'its server' : `its server ${bounded(server, 120)}`);

/** A link with a device that the control path goes without may refuse connections in the name of the host behind it. */
const isUnderTest = (link: Link | undefined): boolean => link?.impairments.some(({ subject }) => subject === true) ?? false;

/** Logs exist, and no proxy says that it answered or misrouted the request. */
function afterLogs(facts: RefusalFacts, told: readonly Told[]): Refusal {
  const stuck = told.filter(({ story }) => story === 'no-server');
  const last = stuck.length === 1 ? stuck[0] : undefined;
  if (last === undefined) return undecided(facts, 'and the logs do not decide who refused it');
  const title = hostTitle(last.host, facts.hosts);
  const server = serverWords(last.server);
  const entry = facts.log.get(last.host)?.entry;
  const isLastProxy = facts.path.proxies.at(-1)?.name === last.host;
  const isRefused = isLastProxy && entry?.reachedServer === false && entry.endedBy === 'server';
  if (isRefused && facts.control.label === '101' && !isUnderTest(facts.path.links.at(-1)))
    return serverUnreachable(facts, last.host, 'likely');
  return undecided(facts, `${title} got no answer from ${server}; whether that host, the link or the address is at fault is not decided`);
}

/**
 * An HTTP answer is made by an HTTP server, and the origin is not it; a link can only be silent or reset. A gateway status
 * (RFC 9110 sections 15.6.3 to 15.6.5) speaks of the next host, so it alone accuses nobody.
 */
function withoutLogs(facts: RefusalFacts): Refusal {
  const only = facts.path.proxies.length === 1 ? facts.path.proxies[0] : undefined;
  const status = statusOf(facts.outcome);
  const hasAnswer = status !== null && !isGatewayStatus(status);
  return only !== undefined && hasAnswer ? answeredItself(facts, only.name, 'likely') : undecided(facts, 'and no log line tells why');
}

function named(facts: RefusalFacts, host: string, confidence: Confidence, because: string): Blame {
  return { host, leg: null, direction: null, confidence, because, config: lineFor(facts, host), innocent: [] };
}

function lineFor(facts: RefusalFacts, host: string): ConfigLine | null {
  const server = facts.log.get(host)?.entry.server ?? null;
  return chooseConfigLine(linesOf(host, facts.hosts), ['answers-itself'], {
    target: facts.target,
    server,
    status: statusOf(facts.outcome),
  });
}

function undecided(facts: RefusalFacts, rest: string): Refusal {
  const because = `the client ${outcomeWords(facts.outcome)} to ${requestWords(facts)}, the origin never saw the request, ${rest}`;
  return { cause: 'undecided', blame: unknownBlame(because) };
}
