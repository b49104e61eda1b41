import type { ConfigTree, ExpectedOrigin, Surroundings } from '../../harness/model/surroundings.ts';
import { readDirectiveTree } from './directive-tree.ts';
import type { Directive } from './directives.ts';
import { entriesOf } from './entries.ts';
import { filesOf, moduleDoubts } from './expected-files.ts';
import { passesOf } from './passes.ts';
import { flattenAll, listenersOf, sitesOf } from './sites.ts';

const DEFAULT_PORT: Readonly<Record<string, number>> = { http: 80, ws: 80, h2c: 80, https: 443, wss: 443, h2: 443, ajp: 8009, fcgi: 9000 };
/** Schemes of mod_proxy whose origin does not speak HTTP. */
const FOREIGN_SCHEMES = new Set(['fcgi', 'ajp', 'scgi', 'uwsgi', 'ftp']);

/** What an Apache config, or a fragment of one, expects. Pure; never throws. */
export function readSurroundings(tree: ConfigTree): Surroundings {
  const { directives, serverRoot, includes, undefinedNames, doubts } = readDirectiveTree(tree);
  const sites = sitesOf(directives);
  const files = filesOf(directives, sites, serverRoot);
  const targets = targetsOf(directives);
  return {
    listeners: listenersOf(directives, sites),
    entries: entriesOf(sites),
    origins: targets.origins,
    files: [...includes, ...files.files],
    resolvers: [],
    users: usersOf(directives),
    variables: [...undefinedNames].map(([name, place]) => ({ name, fallback: null, place })),
    authTargets: [],
    doubts: [...doubts, ...files.doubts, ...moduleDoubts(directives), ...targets.doubts],
  };
}

interface Targets {
  readonly origins: readonly ExpectedOrigin[];
  readonly doubts: Surroundings['doubts'];
}

function targetsOf(directives: readonly Directive[]): Targets {
  const members = flattenAll(directives).filter(({ name }) => name === 'balancermember');
  const urls = [
    ...passesOf(directives).map(({ directive, url }) => ({ directive, url })),
    ...members.map((directive) => ({ directive, url: directive.words.slice(1).find((word) => /:\/\//.test(word)) ?? '' })),
  ];
  const origins: ExpectedOrigin[] = [];
  const doubts: { because: string; place: Directive['place'] }[] = [];
  for (const { directive, url } of urls) {
    const { place } = directive;
    const scheme = /^(?:unix:[^|]*\|)?([a-z][\w+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
    if (FOREIGN_SCHEMES.has(scheme)) doubts.push({ because: `the lab's origin does not speak ${scheme}`, place });
    const origin = originOf(url, scheme, directive);
    if (origin === 'unknown') doubts.push({ because: `where \`${url}\` leads is only known when a request comes`, place });
    else if (origin !== null && !origins.some((one) => one.host === origin.host && one.port === origin.port)) origins.push(origin);
  }
  return { origins, doubts };
}

/** Null: it leads to no origin of its own (`!`, a balancer). */
function originOf(url: string, scheme: string, { place }: Directive): ExpectedOrigin | 'unknown' | null {
  if (url === '!' || url === '' || url === '-' || scheme === 'balancer') return null;
  const tls = scheme === 'https' || scheme === 'wss' || scheme === 'h2';
  const socket = /^unix:([^|]+)\|/i.exec(url)?.[1];
  if (socket !== undefined) return { host: socket, port: null, isUnix: true, tls, place };
  const [, bracketed, name, port] = /^[a-z][\w+.-]*:\/\/(?:\[([\da-f:.]+)\]|([^/:?$%{}]+))(?::(\d{1,5}))?(?=[/?$]|$)/i.exec(url) ?? [];
  const host = bracketed ?? name;
  if (host === undefined) return 'unknown';
  return { host, port: port === undefined ? (DEFAULT_PORT[scheme] ?? 80) : Number(port), isUnix: false, tls, place };
}

/** Those of Debian's package are there anyhow; a wrapper's are ours. */
function usersOf(directives: readonly Directive[]): Surroundings['users'] {
  const named = directives.filter(({ isWrapper }) => !isWrapper);
  const user = named.findLast(({ name }) => name === 'user');
  const group = named.findLast(({ name }) => name === 'group');
  const place = (user ?? group)?.place;
  return place === undefined ? [] : [{ user: user?.words[1] ?? null, group: group?.words[1] ?? null, place }];
}
