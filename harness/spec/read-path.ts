import type { OriginFault } from '../model/origin-fault.ts';
import type { OriginKind, Path } from '../model/path.ts';
import type { SpecFolders } from './config-file.ts';
import { NAME, SENTENCE } from './names.ts';
import { readActions } from './read-actions.ts';
import { readExpectation } from './read-expectation.ts';
import { readLink } from './read-link.ts';
import { readOriginFault } from './read-origin-fault.ts';
import { readProxy } from './read-proxy.ts';
import { readSysctls } from './read-sysctls.ts';
import type { Vocabulary } from './spec.ts';
import { type SpecItem, SpecMap, type TextRule } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

export const PATH_KEYS = [
  'id',
  'title',
  'about',
  'proxies',
  'links',
  'origin',
  'originFault',
  'actions',
  'sysctls',
  'target',
  'httpBase',
  'tls',
  'ipv6',
  'optional',
  'port',
  'incident',
  'expect',
] as const;
export const ORIGINS = ['echo', 'ws'] as const satisfies readonly OriginKind[];

/** Ports that things listen on unless a spec says otherwise. */
const PLAIN_PORT = 8080;
const TLS_PORT = 8443;
export const ORIGIN_PORT = 9000;

const MAX_PROXIES = 8;
const MAX_EXPECTATIONS = 50;
const TARGET: TextRule = { pattern: /^\/[\x21-\x7e]*$/, shape: "a request target that starts with '/' and has no spaces", max: 2000 };
const HTTP_BASE: TextRule = { pattern: /^(?:\/[\w.~-]+)+$/, shape: "a prefix such as '/app', without a slash at its end", max: 200 };
const INCIDENT: TextRule = { numberToo: true, pattern: /^[0-9A-Za-z-]{1,20}$/, shape: "the number of an incident such as '0001'" };

/** A path as the spec declares it: which control path belongs to it is found out when all are known. */
export type DeclaredPath = Omit<Path, 'control'>;

export interface PathContext {
  readonly vocabulary: Vocabulary;
  readonly folders: SpecFolders;
  /** Keys that whoever embeds paths in a file of its own reads itself. */
  readonly moreKeys?: { readonly path: readonly string[]; readonly proxy: readonly string[] };
}

export function readPath(document: SpecDocument, item: SpecItem, context: PathContext): DeclaredPath {
  const map = new SpecMap(document, item, [...PATH_KEYS, ...(context.moreKeys?.path ?? [])]);
  const id = map.text('id', { ...NAME, required: true }) ?? '';
  const tls = map.flag('tls') ?? false;
  const proxies = readProxies(map, id, tls, context);
  const links = readLinks(map, proxies.length);
  if (tls && proxies.length === 0)
    map.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${map.name}.tls to be false: the path has no proxy, and origins speak plain TCP; got true`,
      'tls',
    );
  const ipv6 = readIpv6(map, links);
  const expect = map.list('expect', MAX_EXPECTATIONS);
  const sysctls = readSysctls(map, proxies);
  const originFault = readFaultOf(map);
  const actions = readActions(map, proxies);
  return {
    id,
    title: map.text('title', SENTENCE) ?? id,
    about: map.text('about', SENTENCE) ?? '',
    proxies,
    links,
    origin: map.choice('origin', ORIGINS) ?? 'echo',
    ...(sysctls === null ? {} : { sysctls }),
    ...(originFault === null ? {} : { originFault }),
    ...(actions.length === 0 ? {} : { actions }),
    target: map.text('target', TARGET) ?? '/socket',
    httpBase: map.text('httpBase', HTTP_BASE) ?? '',
    tls,
    ...(ipv6 ? { ipv6: true as const } : {}),
    port: map.number('port', { min: 1, max: 65535, whole: true }) ?? proxies[0]?.port ?? ORIGIN_PORT,
    ...(map.flag('optional') === true ? { optional: true as const } : {}),
    incident: map.text('incident', INCIDENT),
    expect: expect.map((entry) => readExpectation(document, entry, { vocabulary: context.vocabulary, proxies, links })),
  };
}

/** What links do to packets is made for IPv4. */
function readIpv6(map: SpecMap, links: Path['links']): boolean {
  const ipv6 = map.flag('ipv6') ?? false;
  if (ipv6 && links.some(({ impairments }) => impairments.length > 0))
    map.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${map.name}.ipv6 to be false: its links impair packets, which they do to IPv4 only; got true`,
      'ipv6',
    );
  return ipv6;
}

function readFaultOf(map: SpecMap): OriginFault | null {
  if (!map.has('originFault')) return null;
  if (map.choice('origin', ORIGINS) === 'ws')
    map.report(
      'SPEC_ERR_WRONG_TYPE',
      `expected ${map.name}.originFault with the origin echo, which has faults; got the origin ws`,
      'originFault',
    );
  return readOriginFault(map.document, map.item('originFault'));
}

function readProxies(map: SpecMap, id: string, tls: boolean, { vocabulary, folders, moreKeys }: PathContext): Path['proxies'] {
  const items = map.list('proxies', MAX_PROXIES);
  return items.map((item, index) =>
    readProxy(map.document, item, {
      services: vocabulary.services,
      moreKeys: moreKeys?.proxy ?? [],
      folders,
      defaultName: items.length === 1 ? id : `${id}-${String(index + 1)}`,
      defaultPort: tls && index === 0 ? TLS_PORT : PLAIN_PORT,
    }),
  );
}

/** One link between each two adjacent hosts. A path without a proxy may have several, to be the control path of longer ones. */
function readLinks(map: SpecMap, proxies: number): Path['links'] {
  const items = map.list('links', MAX_PROXIES + 1);
  if (!map.has('links')) return Array.from({ length: proxies + 1 }, (_, index) => ({ name: `link-${String(index + 1)}`, impairments: [] }));
  const links = items.map((item, index) => readLink(map.document, item, index));
  const fits = proxies === 0 ? links.length > 0 : links.length === proxies + 1;
  if (!fits) {
    const wanted =
      proxies === 0
        ? 'at least 1 link'
        : `${String(proxies + 1)} links, one between each two hosts (client, ${String(proxies)} proxies, origin)`;
    map.report('SPEC_ERR_WRONG_TYPE', `expected ${map.name}.links to have ${wanted}, got ${String(links.length)}`, 'links');
  }
  const twice = links.find((link, index) => links.findIndex(({ name }) => name === link.name) < index);
  if (twice !== undefined)
    map.report('SPEC_ERR_DUPLICATE', `expected the links of ${map.name} to have different names, got '${twice.name}' twice`, 'links');
  return links;
}
