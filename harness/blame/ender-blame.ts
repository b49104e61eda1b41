import type { Blame } from '../model/finding.ts';
import type { ConfigLine } from '../model/service.ts';
import type { AttemptLog } from './attempt-log.ts';
import { blameLinkOf } from './blame-link.ts';
import { hostTitle } from './host-title.ts';
import type { Ender } from './leg-ender.ts';
import { unknownBlame } from './unknown-blame.ts';
import type { HostEvidence } from '../model/evidence.ts';
import type { ConnectionEnd } from '../model/outcome.ts';
import { wasEndedByPeer } from './connection-end-words.ts';

interface Told {
  readonly blame: Blame;
  readonly log: AttemptLog;
  readonly hosts: readonly HostEvidence[];
  /** What the origin recorded of its end; null when it recorded none. */
  readonly origin: ConnectionEnd | null;
  /** What was done, to follow a name: `cut an idle socket 1500 ms after its last frame`. */
  readonly did: string;
  /** The line of a host's config that explains it. */
  readonly configOf: (host: string) => ConfigLine | null;
}

/**
 * Joins what logs and configs say of the end of a socket with what the packets show. Packets confirm, and decide where the others are silent; where they
 * contradict what a program says of itself nobody is named.
 */
export function blameEnder(ender: Ender | null, told: Told): Blame {
  if (ender === null) return told.blame;
  return ender.kind === 'host' ? blameHost(ender, told) : blameBetween(ender, told);
}

function blameHost(ender: Ender & { readonly kind: 'host' }, told: Told): Blame {
  const { blame, hosts, did } = told;
  const { host, leg, proof } = ender;
  const place = { leg: leg.leg, direction: 'to-client' } as const;
  if (blame.host === host) return { ...blame, ...place, confidence: 'certain', because: `${blame.because}; ${proof}` };
  const isDenied = host === 'origin' ? wasEndedByPeer(told.origin) : saysOfItself(told, host, 'client', 'server');
  if (blame.host !== 'unknown' || isDenied || claimantsOf(told).some((name) => name !== host)) return contradiction(told, proof);
  const confidence = claimantsOf(told).includes(host) ? 'certain' : 'likely';
  const because = `${hostTitle(host, hosts)} ${did}; ${proof}`;
  return { host, ...place, confidence, because, config: told.configOf(host), innocent: [] };
}

/** A reset in a host's name looks to every log like that host's own, so only a program that says it acted itself speaks against it. */
function blameBetween({ kind, leg, direction, proof }: Ender & { readonly kind: 'injected' | 'deaf' }, told: Told): Blame {
  const hasActed = claimantsOf(told).length > 0 || told.origin?.kind === 'local';
  // An idle limit that expires because nothing arrives any more is a consequence.
  if (kind === 'injected' && hasActed) return contradiction(told, proof);
  const [link, another] = leg.links;
  const actor = link === undefined || another !== undefined ? 'something on the way' : link;
  const denied = [...told.log.values()].flatMap(({ host, entry }) => {
    const what = entry.termination ?? entry.terminationMeaning;
    return kind === 'injected' && entry.endedBy === 'client' && what !== null
      ? [`${hostTitle(host, told.hosts)} took it for the client (${what})`]
      : [];
  });
  const because = [`${actor} ${did(kind, told)}: ${proof}`, ...denied].join('; ');
  return blameLinkOf(leg, direction, because, 'certain');
}

const did = (kind: 'injected' | 'deaf', told: Told): string => (kind === 'injected' ? told.did : `went deaf and so ${told.did}`);

function contradiction({ blame }: Told, proof: string): Blame {
  const rest = blame.host === 'unknown' ? 'which the logs and records of the ends contradict' : `but ${blame.because}`;
  return unknownBlame(`${proof}, ${rest}: the evidence contradicts itself`);
}

const claimantsOf = (told: Told): readonly string[] => [...told.log.keys()].filter((host) => saysOfItself(told, host, 'timeout', 'proxy'));

const saysOfItself = ({ log }: Told, host: string, ...words: readonly string[]): boolean =>
  words.includes(log.get(host)?.entry.endedBy ?? '');
