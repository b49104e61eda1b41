import type { Entry } from '../../harness/model/surroundings.ts';
import { allBinds, bindsOf, passesTls, type Bind } from './binds.ts';
import { isFront, isHttp, type Section } from './config-sections.ts';
import { OTHER_PROTOCOLS, targetsFor, weightOf, type WordWeight } from './entry-words.ts';
import { isRedirected, reaches, rulesIn, type FrontRules, type Route } from './front-routes.ts';
import { defaultHost, domainsInPath, testedHosts } from './host-names.ts';
import { isLoopback } from './network-address.ts';
import { exampleHosts, exampleTargets, type TriedRequest } from './request-tests.ts';
import { ownBindOf, readServers } from './servers.ts';
import type { WholeConfig } from './whole-config.ts';

/** A way to a front section: its own `bind`, or another front section that hands on to it. */
interface Way {
  readonly bind: Bind;
  readonly tls: boolean;
  /** Requests that come along this way. */
  readonly admits: (request: TriedRequest) => boolean;
  /** How many front sections it has come through. */
  readonly depth: number;
  readonly effort: Effort;
}

/** What is left of the work that one config may make, counted in conditions tried. */
interface Effort {
  left: number;
}

interface RankedEntry {
  readonly entry: Entry;
  /** Less is better. */
  readonly rank: number;
  /** Entries with the same key are one. */
  readonly key: string;
}

const MAX_ENTRIES = 12;
const MAX_WAYS = 60;
const MAX_HOSTS = 12;
const MAX_TARGETS = 24;
const MAX_DEPTH = 3;
const MAX_FOUND = 50;
const MAX_EFFORT = 200_000;
const REDIRECTS = 'the front section answers this with a redirect';
const PLAIN_TARGETS = ['/ws', '/', '/a'];

/** URLs that clients may use, best first: one for each way that a WebSocket can take through the config. */
export function readEntries(config: WholeConfig): readonly Entry[] {
  const binds = allBinds(config);
  const servers = config.sections.flatMap((section) => [...readServers(section)]);
  const inner = new Set(servers.flatMap((server) => ownBindOf(server, binds)?.statement.line ?? []));
  const fronts = config.sections.filter(isFront);
  const effort: Effort = { left: MAX_EFFORT };
  const ways = fronts.flatMap((front) =>
    bindsOf(front)
      .filter(({ port, isQuic }) => port !== null && !isQuic)
      .filter(({ statement, address }) => !inner.has(statement.line) || !isLoopback(address ?? ''))
      .map((bind) => ({ front, way: { bind, tls: bind.tls, admits: () => true, depth: 0, effort } })),
  );
  const found = ways.slice(0, MAX_WAYS).flatMap(({ front, way }) => frontEntries(front, way, config));
  const seen = new Set<string>();
  const distinct = found.toSorted((a, b) => a.rank - b.rank).filter(({ key }) => !seen.has(key) && seen.add(key));
  return distinct.slice(0, MAX_ENTRIES).map(({ entry }) => entry);
}

function frontEntries(front: Section, way: Way, config: WholeConfig): readonly RankedEntry[] {
  if (!isHttp(front) && OTHER_PROTOCOLS.has(way.bind.port ?? 0)) return [];
  const rules = rulesIn(config)(front);
  const hosts = [...hostsOf(front, config), defaultHost(config)];
  if (rules.routes.length === 0) return onlyRedirects(front, way, { rules, hosts, config });
  return rules.routes.flatMap((route) => {
    const tls = way.tls || passesTls(front, route.section, way.bind);
    const inside = innerFronts(route, config);
    const request = findRequest({ route, rules, front, way: { ...way, tls }, hosts });
    if (request === null) return [];
    if (inside.length > 0 && way.depth < MAX_DEPTH) {
      const admits = (one: TriedRequest): boolean => way.admits(one) && reaches(rules, route, one) !== false;
      return inside.flatMap(({ section, bind }) =>
        frontEntries(section, { bind: way.bind, tls: tls || bind.tls, admits, depth: way.depth + 1, effort: way.effort }, config),
      );
    }
    const ranked = rankedEntry({ front, route, rules, bind: way.bind }, request, config);
    return ranked === null ? [] : [ranked];
  });
}

/** A front section without a backend answers ordinary requests at most. */
function onlyRedirects(
  front: Section,
  { bind, tls }: Way,
  { rules, hosts, config }: { readonly rules: FrontRules; readonly hosts: readonly string[]; readonly config: WholeConfig },
): readonly RankedEntry[] {
  const [host = ''] = hosts;
  const port = bind.port ?? 0;
  if (!isRedirected(rules, { host, target: '/', port, tls })) return [];
  const scheme = tls ? 'wss' : 'ws';
  const because = REDIRECTS;
  const place = config.place(front.head);
  const entry: Entry = { scheme, host, port, target: '/', address: bind.address, kind: 'plain', because, place };
  return [{ entry, rank: 4, key: `${scheme} ${bind.address ?? ''} ${port} ` }];
}

/** Front sections of this config that the servers of a route lead to. */
function innerFronts({ section }: Route, config: WholeConfig): readonly { readonly section: Section; readonly bind: Bind }[] {
  if (section === null) return [];
  const servers = readServers(section).filter((server) => ownBindOf(server, allBinds(config)) !== null);
  if (servers.length === 0) return [];
  return config.sections.filter(isFront).flatMap((front) => {
    if (front === section) return [];
    const bind = bindsOf(front).find((one) => servers.some((server) => ownBindOf(server, [one]) !== null));
    return bind === undefined ? [] : [{ section: front, bind }];
  });
}

const hostsOf = (front: Section, config: WholeConfig): readonly string[] => {
  const inPaths = bindsOf(front).flatMap(({ statement: { words } }) =>
    words.flatMap((word, index) => (word === 'crt' ? domainsInPath(words[index + 1] ?? '') : [])),
  );
  return [...new Set([...testedHosts(front, defaultHost(config)), ...inPaths])];
};

interface Search {
  readonly route: Route;
  readonly rules: FrontRules;
  readonly front: Section;
  readonly way: Way;
  readonly hosts: readonly string[];
}

/** A request that takes the route: surely and without a redirect if there is one. */
function findRequest({ route, rules, front, way, hosts }: Search): TriedRequest | null {
  const base = hosts.at(-1) ?? '';
  const named = route.tests.flatMap((test) => [...exampleHosts(test, base)]);
  const tried = [...new Set([...named, ...hosts.slice(0, MAX_HOSTS), base])].slice(0, 2 * MAX_HOSTS);
  const found: { request: TriedRequest; isSure: boolean }[] = [];
  for (const target of targetsOf(route, front)) {
    for (const host of tried) {
      way.effort.left -= rules.routes.length;
      if (way.effort.left < 0) break;
      const request = { host, target, port: way.bind.port ?? 0, tls: way.tls };
      const reached = way.admits(request) ? reaches(rules, route, request) : false;
      if (reached === true && !isRedirected(rules, request)) return request;
      if (reached !== false && found.length < MAX_FOUND) found.push({ request, isSure: reached === true });
    }
  }
  const direct = found.find(({ request }) => !isRedirected(rules, request));
  return (direct ?? found.find(({ isSure }) => isSure) ?? found[0])?.request ?? null;
}

const WEIGHTS: readonly WordWeight[] = ['strong', 'weak', 'none', 'else'];

/** Request-targets to try on a route: what its own tests name, the most telling first; then what names speak of; then any. */
function targetsOf(route: Route, front: Section): readonly string[] {
  const named = route.tests.flatMap((test) => [...exampleTargets(test)]);
  const known = targetsFor([...named, route.backend, ...route.names, front.name]);
  const telling = named.toSorted((a, b) => WEIGHTS.indexOf(weightOf(a)) - WEIGHTS.indexOf(weightOf(b)));
  const isDedicated = saysUpgrade(route) || weightOf(`${route.backend} ${front.name}`) === 'strong';
  const whole = known.filter((target) => telling.some((one) => target.startsWith(one.replace(/\/$/, ''))));
  const plain = isDedicated ? PLAIN_TARGETS.toReversed().slice(1) : PLAIN_TARGETS;
  return [...new Set([...whole, ...telling, ...known, ...plain])].slice(0, MAX_TARGETS);
}

const saysUpgrade = ({ tests }: Route): boolean =>
  tests.some(({ subject }) => subject === 'upgrade' || subject === 'connection' || subject === 'websocket-header');

function rankedEntry(
  { front, route, rules, bind }: { readonly front: Section; readonly route: Route; readonly rules: FrontRules; readonly bind: Bind },
  request: TriedRequest,
  config: WholeConfig,
): RankedEntry | null {
  const claim = claimOf(front, route, request);
  if (claim === null) return null;
  const isPlain = isHttp(front) && isRedirected(rules, request);
  const { host, target, port, tls } = request;
  const because = isPlain ? REDIRECTS : claim.because;
  const kind = isPlain ? 'plain' : claim.rank === 0 ? 'declared' : 'likely';
  const scheme = tls ? 'wss' : 'ws';
  const entry: Entry = { scheme, host, port, target, address: bind.address, kind, because, place: config.place(route.statement) };
  const own = claim.rank === 0 && !isPlain ? ` ${host}${target}` : '';
  return { entry, rank: isPlain ? 4 : claim.rank, key: `${scheme} ${bind.address ?? ''} ${port} ${isPlain ? '' : route.backend}${own}` };
}

interface Claim {
  readonly rank: 0 | 1 | 2 | 3;
  readonly because: string;
}

/** Why a WebSocket would come along a route; null for what is surely something else. */
function claimOf(front: Section, route: Route, { target }: TriedRequest): Claim | null {
  const { backend, isDefault, tests, names } = route;
  const leads = `leads to backend \`${backend}\``;
  if (saysUpgrade(route)) return { rank: 0, because: `this rule looks for the upgrade to WebSocket and ${leads}` };
  const isByPath = tests.some((test) => exampleTargets(test).length > 0);
  const path = isByPath ? weightOf(target) : 'none';
  if (path === 'strong') return { rank: 0, because: `this rule takes a path that is called after WebSockets and ${leads}` };
  const named = weightOf([backend, ...names, isDefault ? front.name : ''].join(' '));
  const hosts = tests.flatMap((test) => [...exampleHosts(test, '')]).map((host) => weightOf(host));
  if (named === 'strong' || hosts.includes('strong')) return { rank: 0, because: `it ${leads}, which is called after WebSockets` };
  if (named === 'else' || path === 'else') return null;
  const mode = isHttp(front) ? 'http' : 'tcp';
  const carries = isDefault ? `what no other rule takes ${leads}, in \`mode ${mode}\`` : `this rule ${leads}, in \`mode ${mode}\``;
  if (named === 'weak' || path === 'weak') return { rank: 1, because: carries };
  return { rank: isDefault || !isByPath ? 2 : 3, because: carries };
}
