import type { ConfigPlace, Entry, ExpectedListener } from '../../harness/model/surroundings.ts';
import type { Directive } from './directives.ts';

/** A virtual host, or the main server (`address` list empty) where there is none for a port. */
export interface Site {
  readonly sockets: readonly Socket[];
  /** ServerName, then ServerAlias, as written, without scheme and port. */
  readonly names: readonly string[];
  readonly isTls: boolean;
  /** Its own directives, with those of the main server that it inherits before them. */
  readonly settings: readonly Directive[];
  /** Its own directives, sections with their children. */
  readonly own: readonly Directive[];
  readonly place: ConfigPlace | null;
}

interface Socket {
  readonly address: string | null;
  readonly port: number;
}

const DEFAULT_PORT = 80;
const OPENERS = new Set(['directory', 'directorymatch', 'files', 'filesmatch']);

/** Directives and those in all sections of them, in order of the text; what holds for files on disk only is left out. */
export const flatten = (directives: readonly Directive[]): readonly Directive[] =>
  directives.flatMap((one) => [one, ...(one.children === null || OPENERS.has(one.name) ? [] : flatten(one.children))]);

/** Every directive, whatever it stands in. */
export const flattenAll = (directives: readonly Directive[]): readonly Directive[] =>
  directives.flatMap((one) => [one, ...(one.children === null ? [] : flattenAll(one.children))]);

export const lastNamed = (directives: readonly Directive[], name: string): Directive | undefined =>
  directives.findLast((one) => one.name === name);

/** Virtual hosts in order, and the main server for ports of `Listen` that no virtual host has. */
export function sitesOf(directives: readonly Directive[]): readonly Site[] {
  const global = directives.filter(({ name }) => name !== 'virtualhost');
  const hosts = directives.filter(({ name }) => name === 'virtualhost').map((one) => siteOf(one, global));
  const ports = new Set(hosts.flatMap(({ sockets }) => sockets.map(({ port }) => port)));
  const isOpen = hosts.some(({ sockets }) => sockets.some(({ port }) => port === 0));
  // Ports of a main config of ours are there for the virtual hosts.
  const written = flatten(directives).filter(({ name, isWrapper }) => name === 'listen' && !(isWrapper && hosts.length > 0));
  const left = written.flatMap(({ words }) => socketOf(words[1] ?? '') ?? []).filter(({ port }) => !ports.has(port) && !isOpen);
  if (left.length === 0) return hosts;
  const place = global.find(({ isWrapper }) => !isWrapper)?.place ?? null;
  const flat = flatten(global);
  return [...hosts, { sockets: left, names: namesOf(flat), isTls: isTls(flat), settings: flat, own: global, place }];
}

/** The virtual host of a port and name; for names that none has the first of the port. https://httpd.apache.org/docs/2.4/vhosts/details.html */
export function siteFor(sites: readonly Site[], { host, port, address }: Pick<Entry, 'host' | 'port' | 'address'>): Site | null {
  const onPort = sites.filter(({ sockets }) => sockets.some((one) => one.port === port || one.port === 0));
  const exact = onPort.filter(({ sockets }) => address !== null && sockets.some((one) => one.address === address));
  const candidates = exact.length > 0 ? exact : onPort;
  return candidates.find(({ names }) => names.some((name) => isNamed(name, host))) ?? candidates[0] ?? null;
}

const isNamed = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.toLowerCase().endsWith(pattern.slice(1).toLowerCase()) : pattern.toLowerCase() === host.toLowerCase();

function siteOf(host: Directive, global: readonly Directive[]): Site {
  const own = host.children ?? [];
  const flat = flatten(own);
  const settings = [...flatten(global), ...flat];
  const sockets = host.words.slice(1).flatMap((word) => socketOf(word) ?? []);
  const names = namesOf(flat);
  return { sockets, names: names.length > 0 ? names : namesOf(flatten(global)), isTls: isTls(settings), settings, own, place: host.place };
}

const isTls = (settings: readonly Directive[]): boolean => /^(?:on|optional)$/i.test(lastNamed(settings, 'sslengine')?.words[1] ?? '');

function namesOf(settings: readonly Directive[]): readonly string[] {
  const bare = (name: string): string => name.replace(/^\w+:\/\//, '').replace(/:\d+$/, '');
  const first = lastNamed(settings, 'servername')?.words[1];
  const aliases = settings.filter(({ name }) => name === 'serveralias').flatMap(({ words }) => words.slice(1));
  return [...(first === undefined ? [] : [first]), ...aliases].map(bare).filter((name) => /^[\w*?.-]{1,253}$/.test(name));
}

/** `*:443`, `_default_:443`, `10.0.0.1:80`, `[::1]:80`, `80`; port 0 for `*` or a name alone, which is every port. */
function socketOf(word: string): Socket | null {
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*?)(?::(\d{1,5}|\*))?$/.exec(word) ?? [];
  if (/^\d{1,5}$/.test(word)) return { address: null, port: Number(word) };
  if (host === '' && port === undefined) return null;
  const bare = host.replace(/^\[|\]$/g, '');
  const isLiteral = /^\d+\.\d+\.\d+\.\d+$/.test(bare) || bare.includes(':');
  const isAny = /^(?:0\.0\.0\.0|::)$/.test(bare);
  return { address: isLiteral && !isAny ? bare : null, port: port === undefined || port === '*' ? 0 : Number(port) };
}

/**
 * `Listen` of the config, each plain or TLS as its virtual hosts are. Where only a main config of ours listens, or none does, the ports of the
 * virtual hosts count: the config leaves `Listen` to a main config.
 */
export function listenersOf(directives: readonly Directive[], sites: readonly Site[]): readonly ExpectedListener[] {
  const found: ExpectedListener[] = [];
  const add = (socket: Socket, tls: boolean, place: ConfigPlace): void => {
    const isThere = found.some(({ address, port }) => port === socket.port && (address === socket.address || address === null));
    if (!isThere && socket.port > 0) found.push({ ...socket, tls, wantsProxyHeader: wantsProxyHeader(directives), place });
  };
  const isServed = (port: number): boolean => sites.some((site) => site.isTls && site.sockets.some((one) => one.port === port));
  const written = flatten(directives).filter(({ name }) => name === 'listen');
  const own = written.filter(({ isWrapper }) => !isWrapper);
  for (const { words, place } of own.length > 0 ? own : written) {
    const socket = socketOf(words[1] ?? '');
    if (socket !== null) add(socket, isServed(socket.port) || words[2] === 'https', place);
  }
  if (own.length > 0) return found;
  for (const site of sites)
    for (const socket of site.sockets)
      if (site.place !== null) add(socket.port === 0 ? { ...socket, port: DEFAULT_PORT } : socket, site.isTls, site.place);
  return found;
}

/** https://httpd.apache.org/docs/2.4/mod/mod_remoteip.html#remoteipproxyprotocol */
const wantsProxyHeader = (directives: readonly Directive[]): boolean =>
  flattenAll(directives).some(({ name, words }) => name === 'remoteipproxyprotocol' && /^on$/i.test(words[1] ?? ''));
