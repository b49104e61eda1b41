import type { ConfigPlace, Entry } from '../../harness/model/surroundings.ts';
import type { Node } from './caddyfile.ts';

/** What the global options say of all sites: https://caddyserver.com/docs/caddyfile/options */
export interface Options {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** `off`: no certificates and no redirects; `disable_redirects`, `disable_certs`; null: all of it. */
  readonly autoHttps: string | null;
  readonly localCertificates: boolean;
  readonly wantsProxyHeader: boolean;
  /** Folder in which certificates are kept. */
  readonly storage: string;
  /** Address of the admin API; null: off. */
  readonly admin: string | null;
  readonly authority: string | null;
}

/** One address of a site block. */
export interface Site {
  /** Null: any host name. */
  readonly host: string | null;
  readonly port: number;
  readonly tls: boolean;
  /** Who gives its certificate: a public authority, Caddy's own, or the files that it names; null: nobody. */
  readonly certificate: 'acme' | 'internal' | 'files' | null;
  /** Path of the address, which older configs have. */
  readonly path: string;
  /** Plain HTTP on the HTTP port is redirected here. */
  readonly isRedirected: boolean;
  readonly binds: readonly string[];
  readonly body: readonly Node[];
  readonly place: ConfigPlace;
}

const DEFAULT_ADMIN = 'localhost:2019';
const portOf = (text: string | undefined, fallback: number): number => (/^\d{1,5}$/.test(text ?? '') ? Number(text) : fallback);

export function readOptions(nodes: readonly Node[], dataFolder: string): Options {
  const last = (name: string): Node | undefined => nodes.findLast(({ words }) => words[0] === name);
  const word = (name: string): string | undefined => last(name)?.words[1];
  const storage = last('storage');
  const root = storage?.words[2] ?? storage?.children?.find(({ words }) => words[0] === 'root')?.words[1];
  const admin = word('admin') ?? DEFAULT_ADMIN;
  const servers = nodes.filter(({ words }) => words[0] === 'servers');
  return {
    httpPort: portOf(word('http_port'), 80),
    httpsPort: portOf(word('https_port'), 443),
    autoHttps: word('auto_https') ?? null,
    localCertificates: last('local_certs') !== undefined,
    wantsProxyHeader: servers.some((one) => wordsWithin(one).includes('proxy_protocol')),
    storage: storage?.words[1] === 'file_system' && root?.startsWith('/') === true ? root : `${dataFolder}/caddy`,
    admin: admin === 'off' ? null : admin,
    authority: word('acme_ca') ?? (word('cert_issuer') === 'internal' ? 'internal' : null),
  };
}

const wordsWithin = ({ words, children }: Node): readonly string[] => [...words, ...(children ?? []).flatMap(wordsWithin)];

/** Every address of every site block. */
export function sitesOf(blocks: readonly Node[], options: Options): readonly Site[] {
  return blocks.flatMap((block) => {
    const addresses = block.words.flatMap((word) => word.split(',')).filter((word) => word !== '');
    return addresses.slice(0, 200).flatMap((address) => siteOf(address, block, options) ?? []);
  });
}

/** The site of a port and name: the name itself before a wildcard before any. */
export function siteFor(sites: readonly Site[], { host, port }: Pick<Entry, 'host' | 'port'>): Site | null {
  const onPort = sites.filter((site) => site.port === port);
  const wildcard = (site: Site): boolean => site.host?.startsWith('*.') === true && host.endsWith(site.host.slice(1));
  return onPort.find((site) => site.host === host) ?? onPort.find(wildcard) ?? onPort.find((site) => site.host === null) ?? null;
}

function siteOf(address: string, block: Node, options: Options): Site | null {
  const [, scheme = '', authority = '', path = ''] = /^(?:(https?):\/\/)?([^/]*)(\/.*)?$/.exec(address) ?? [];
  const [, bracketed, name = '', portText] = /^(?:\[([\da-f:.]+)\]|([^:]*))(?::(\d{1,5}))?$/i.exec(authority) ?? [];
  const host = (bracketed ?? name) || null;
  if (host === null && portText === undefined && scheme === '') return null;
  const port = portOf(portText, scheme === 'http' ? options.httpPort : options.httpsPort);
  const body = block.children ?? [];
  const setting = body.find(({ words }) => words[0] === 'tls');
  const isOff = options.autoHttps === 'off';
  const isNamed = host !== null && host !== '*' && port !== options.httpPort && scheme !== 'http';
  const isPlain = scheme === 'http' || port === options.httpPort;
  const tls = !isPlain && (scheme === 'https' || port === options.httpsPort || setting !== undefined || (isNamed && !isOff));
  const isManaged = tls && !isOff && options.autoHttps !== 'disable_certs';
  return {
    host: host === '*' ? null : host,
    port,
    tls,
    certificate: tls ? certificateOf(host, setting, options, isManaged) : null,
    path,
    isRedirected: isManaged && isNamed && options.autoHttps !== 'disable_redirects' && port === options.httpsPort,
    binds: body
      .flatMap(({ words }) => (words[0] === 'bind' ? words.slice(1) : []))
      .filter((word) => /^[\d.]+$|^[\da-f:]*:[\da-f:]*$/i.test(word)),
    body,
    place: block.place,
  };
}

function certificateOf(host: string | null, setting: Node | undefined, options: Options, isManaged: boolean): Site['certificate'] {
  const words = setting === undefined ? [] : wordsWithin(setting);
  if (setting !== undefined && setting.words.length === 3 && setting.words[1] !== 'internal') return 'files';
  if (!isManaged) return null;
  if (words.includes('internal') || options.localCertificates || options.authority === 'internal') return 'internal';
  if (host === null) return words.includes('on_demand') ? 'acme' : null;
  return isPublic(host) ? 'acme' : 'internal';
}

/** Names that no public authority gives certificates for (`SubjectQualifiesForPublicCert` of CertMagic). */
const isPublic = (host: string): boolean =>
  host.includes('.') && !/^[\d.]+$|:/.test(host) && !/(?:^|\.)(?:localhost|local|internal|home\.arpa)$/i.test(host);
