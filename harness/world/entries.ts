import { isIP } from 'node:net';
import { HarnessError } from '../errors.ts';
import type { Entry, ExpectedListener, Surroundings } from '../model/surroundings.ts';
import type { Subject } from '../model/subject.ts';

/** More would only repeat each other, and each costs a proxy of its own. */
const MAX_ENTRIES = 12;
const MAX_PLAIN = 4;

/** Prefixes that configs name, and what clients of those libraries then ask for. */
const WELL_KNOWN: readonly { readonly prefix: RegExp; readonly target: string }[] = [
  { prefix: /^(.*\/socket\.io)\/?$/, target: '$1/?EIO=4&transport=websocket' },
  { prefix: /^(.*\/engine\.io)\/?$/, target: '$1/?EIO=4&transport=websocket' },
  { prefix: /^(.*\/sockjs(?:-node)?)\/?$/, target: '$1/000/hopscope/websocket' },
  { prefix: /^(.*\/signalr)\/?$/, target: '$1/connect?transport=webSockets' },
];

/**
 * Where clients come in: the URLs that the user named, else those found in the config, each once: what says that it is for WebSockets
 * first, then what would carry them, then a few that are plain. Throws USAGE_ERR_BAD_FLAG for a URL that cannot be used.
 */
export function entriesOf(subject: Subject, surroundings: Surroundings): readonly Entry[] {
  if (subject.urls.length > 0) return once(subject.urls.map((url) => namedEntry(url, surroundings.listeners)));
  const all = once(surroundings.entries.map((entry) => ({ ...entry, target: wholeTarget(entry.target) })));
  const of = (kind: Entry['kind']): readonly Entry[] => all.filter((entry) => entry.kind === kind);
  return [...[...of('declared'), ...of('likely')].slice(0, MAX_ENTRIES), ...of('plain').slice(0, MAX_PLAIN)];
}

function wholeTarget(target: string): string {
  const known = WELL_KNOWN.find(({ prefix }) => prefix.test(target));
  return known === undefined ? target : target.replace(known.prefix, known.target);
}

function once(entries: readonly Entry[]): readonly Entry[] {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    const id = [entry.scheme, entry.host, entry.port, entry.target, entry.address].join(' ');
    if (!found.has(id)) found.set(id, entry);
  }
  return [...found.values()];
}

const SCHEMES: Readonly<Record<string, { readonly scheme: Entry['scheme']; readonly port: number }>> = {
  'ws:': { scheme: 'ws', port: 80 },
  'http:': { scheme: 'ws', port: 80 },
  'wss:': { scheme: 'wss', port: 443 },
  'https:': { scheme: 'wss', port: 443 },
};

/** What `--url` names. Secrets in it are never repeated. */
function namedEntry(written: string, listeners: readonly ExpectedListener[]): Entry {
  const url = URL.parse(written);
  const known = SCHEMES[url?.protocol ?? ''];
  const bad = (expected: string, got: string): HarnessError =>
    new HarnessError('USAGE_ERR_BAD_FLAG', `expected --url ${expected}, got ${got}`);
  if (url === null || known === undefined || url.hostname === '')
    throw bad('to be like wss://chat.example.com/socket', `'${written.replace(/\/\/[^/@\s]*@/, '//***@').slice(0, 100)}'`);
  if (url.username !== '' || url.password !== '') throw bad('without a user and a password', 'one that has them');
  if (url.hash !== '') throw bad('without a fragment, which RFC 6455 section 3 does not allow', `one with '${url.hash.slice(0, 40)}'`);
  const port = url.port === '' ? known.port : Number(url.port);
  if (port === 0) throw bad('with a port of 1 to 65535', '0');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const onPort = listeners.filter((listener) => listener.port === port);
  if (listeners.length > 0 && onPort.length === 0) {
    const ports = [...new Set(listeners.map((listener) => `${String(listener.port)}${listener.tls ? ' (TLS)' : ''}`))];
    throw bad('to have a port that the config listens on', `port ${String(port)}, and it listens on ${ports.slice(0, 10).join(', ')}`);
  }
  const wanted = onPort.filter(({ tls }) => tls === (known.scheme === 'wss'));
  const listener =
    wanted.find(({ address }) => isIP(host) !== 0 && address === host) ??
    wanted.find(({ address }) => address === null) ??
    wanted[0] ??
    onPort[0];
  return {
    scheme: known.scheme,
    host,
    port,
    target: `${url.pathname}${url.search}`,
    address: listener === undefined || isEvery(listener.address) ? null : listener.address,
    kind: 'declared',
    because: '--url names it',
    place: listener?.place ?? null,
  };
}

const isEvery = (address: string | null): boolean => address === null || ['*', '0.0.0.0', '::', '[::]'].includes(address);
