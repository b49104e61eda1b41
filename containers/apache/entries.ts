import type { Entry } from '../../harness/model/surroundings.ts';
import { looksLikeSocketPath } from '../socket-path.ts';
import { passesOf, type Pass } from './passes.ts';
import { flatten, type Site } from './sites.ts';

const DEFAULT_PORT = { ws: 80, wss: 443 } as const;
const RANK: Readonly<Record<Entry['kind'], number>> = { declared: 0, likely: 1, plain: 2 };
const MAX_ENTRIES_A_SITE = 20;

/** URLs that a client may use, best first: of each virtual host those for WebSockets, else the likely ones, else `/`. */
export function entriesOf(sites: readonly Site[]): readonly Entry[] {
  const all = sites.flatMap((site) => {
    const passes = passesOf(site.own);
    const sockets = passes.filter(({ isForSockets }) => isForSockets);
    const likely = passes.filter(({ url, prefix }) => /^(?:https?|h2c?|balancer|unix):/i.test(url) && !prefix.startsWith('/.well-known'));
    const candidates = sockets.length > 0 ? sockets : likely;
    const claims = candidates.length > 0 ? candidates.map((pass) => claimOf(pass)) : [plainClaim(site)];
    const isNew = claims.filter(({ target }, at) => claims.findIndex((one) => one.target === target) === at);
    return isNew.slice(0, MAX_ENTRIES_A_SITE).flatMap((claim) => site.sockets.flatMap((socket) => entryAt(site, socket, claim)));
  });
  return all.filter((one, at) => all.findIndex((two) => isSame(one, two)) === at).toSorted((a, b) => RANK[a.kind] - RANK[b.kind]);
}

const isSame = (a: Entry, b: Entry): boolean =>
  a.scheme === b.scheme && a.host === b.host && a.port === b.port && a.target === b.target && a.address === b.address;

type Claim = Pick<Entry, 'target' | 'kind' | 'because' | 'place'>;

function claimOf({ directive, prefix, url, isForSockets, replacedBy }: Pass): Claim {
  const { place } = directive;
  if (isForSockets) {
    const why = /^(?:unix:[^|]*\|)?wss?:/i.test(url)
      ? 'this line sends requests to a ws:// address'
      : directive.name === 'rewriterule'
        ? 'this line is for requests with an Upgrade header'
        : 'this line has `upgrade=`';
    return { target: prefix, kind: 'declared', because: replacedBy === null ? why : `${why}, though a later line replaces it`, place };
  }
  return looksLikeSocketPath(prefix)
    ? { target: prefix, kind: 'declared', because: `\`${prefix}\` is a path that WebSockets have by habit`, place }
    : { target: prefix, kind: 'likely', because: `this line sends \`${prefix}\` to another host`, place };
}

function plainClaim({ own, place }: Site): Claim {
  const redirect = flatten(own).find(({ name, words }) => name.startsWith('redirect') || (name === 'rewriterule' && isRedirect(words)));
  const because = redirect === undefined ? 'nothing here is sent to another host' : 'it redirects';
  return { target: '/', kind: 'plain', because, place: redirect?.place ?? place };
}

const isRedirect = (words: readonly string[]): boolean => /(?:^\[|,)\s*R(?:edirect)?\s*(?:=|,|\]$)/i.test(words[3] ?? '');

function entryAt(site: Site, socket: Site['sockets'][number], claim: Claim): Entry {
  const scheme = site.isTls ? 'wss' : 'ws';
  const name = site.names.find((one) => !/[*?]/.test(one)) ?? site.names[0]?.replace(/^\*\./, 'www.').replace(/[*?]/g, 'x');
  const port = socket.port === 0 ? DEFAULT_PORT[scheme] : socket.port;
  return { scheme, host: name ?? socket.address ?? 'localhost', port, address: socket.address, ...claim };
}
