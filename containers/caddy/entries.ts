import type { Entry } from '../../harness/model/surroundings.ts';
import { looksLikeSocketPath } from '../socket-path.ts';
import { routesOf, type Route } from './routes.ts';
import type { Options, Site } from './sites.ts';

const RANK: Readonly<Record<Entry['kind'], number>> = { declared: 0, likely: 1, plain: 2 };
const MAX_ENTRIES_A_SITE = 20;

type Claim = Pick<Entry, 'target' | 'kind' | 'because' | 'place'> & { readonly host: string | null };

/**
 * URLs that a client may use, best first. `reverse_proxy` passes every WebSocket on, so a site's own words only tell which of its paths are
 * meant for them; without any, what catches all is the likely one.
 */
export function entriesOf(sites: readonly Site[], options: Options): readonly Entry[] {
  const all = sites.flatMap((site) => [...claimsOf(site).flatMap((claim) => entriesAt(site, claim)), ...redirectOf(site, options)]);
  return all.filter((one, at) => all.findIndex((two) => isSame(one, two)) === at).toSorted((a, b) => RANK[a.kind] - RANK[b.kind]);
}

const isSame = (a: Entry, b: Entry): boolean =>
  a.scheme === b.scheme && a.host === b.host && a.port === b.port && a.target === b.target && a.address === b.address;

function claimsOf(site: Site): readonly Claim[] {
  const isGuarded = site.body.some(
    ({ words: [name = '', matcher = '*'] }) => /^basic_?auth$/.test(name) && /^\/?\*$|^bcrypt$/.test(matcher),
  );
  const routes = routesOf(site.body)
    .map((route) => claimOf(route, site.path))
    .map((claim) => (isGuarded && claim.kind === 'likely' ? guarded(claim) : claim));
  const declared = routes.filter(({ kind }) => kind === 'declared');
  const claims = declared.length > 0 ? declared : catchingAll(routes);
  if (claims.length > 0) return claims.slice(0, MAX_ENTRIES_A_SITE);
  return [{ target: '/', host: null, kind: 'plain', because: 'nothing here is sent to another host', place: site.place }];
}

/** https://caddyserver.com/docs/caddyfile/directives/basic_auth: its only word may be a matcher or the name of a hash. */
const guarded = (claim: Claim): Claim => ({ ...claim, kind: 'plain', because: 'a password is asked for first, and a check has none' });

/** The routes for `/`, or all where there are none. */
function catchingAll(claims: readonly Claim[]): readonly Claim[] {
  const roots = claims.filter(({ target }) => target === '/');
  return roots.length > 0 ? roots : claims;
}

function claimOf({ node, path, host, asksForUpgrade }: Route, sitePath: string): Claim {
  const prefix = path ?? (sitePath.replace(/\*.*$/s, '') || '/');
  const { place } = node;
  if (asksForUpgrade)
    return { target: prefix, host, kind: 'declared', because: 'a matcher of this reverse_proxy asks for upgrade headers', place };
  return looksLikeSocketPath(prefix)
    ? { target: prefix, host, kind: 'declared', because: `\`${prefix}\` is a path that WebSockets have by habit`, place }
    : { target: prefix, host, kind: 'likely', because: 'this reverse_proxy passes WebSockets on', place };
}

function entriesAt(site: Site, { host, ...claim }: Claim): readonly Entry[] {
  const scheme = site.tls ? 'wss' : 'ws';
  const name = host ?? site.host?.replace(/^\*\./, 'www.') ?? 'localhost';
  const addresses = site.binds.length > 0 ? site.binds : [null];
  return addresses.map((address) => ({ scheme, host: name, port: site.port, address, ...claim }));
}

/** https://caddyserver.com/docs/automatic-https#effects */
function redirectOf(site: Site, { httpPort }: Options): readonly Entry[] {
  if (!site.isRedirected) return [];
  const plain = { target: '/', host: null, kind: 'plain', because: 'Caddy redirects plain HTTP to HTTPS', place: site.place } as const;
  return entriesAt({ ...site, tls: false, port: httpPort }, plain);
}
