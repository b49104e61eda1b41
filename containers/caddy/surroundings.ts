import type {
  ConfigPlace,
  ConfigTree,
  ExpectedFile,
  ExpectedFileKind,
  ExpectedListener,
  Surroundings,
} from '../../harness/model/surroundings.ts';
import { readCaddyfile, type Node } from './caddyfile.ts';
import { entriesOf } from './entries.ts';
import { originsOf } from './origins.ts';
import { routesOf } from './routes.ts';
import { readOptions, sitesOf, type Options, type Site } from './sites.ts';

/** Where Debian's package and the lab keep what Caddy stores, where the environment does not say. */
const DATA_FOLDER = '/var/lib/caddy/data';
const DEFAULT_AUTHORITY = 'acme-v02.api.letsencrypt.org-directory';

/** What a Caddyfile expects. Pure; never throws. */
export function readSurroundings(tree: ConfigTree): Surroundings {
  const { options: nodes, sites: blocks, includes, variables, doubts } = readCaddyfile(tree);
  const options = readOptions(nodes, tree.env['XDG_DATA_HOME'] ?? DATA_FOLDER);
  const sites = sitesOf(blocks, options);
  const origins = originsOf([...nodes, ...blocks]);
  return {
    listeners: listenersOf(sites, options, { file: tree.files.get(tree.main)?.label ?? tree.main, line: 1, column: 1 }),
    entries: entriesOf(sites, options),
    origins: origins.origins,
    files: [...includes, ...certificatesOf(sites, options), ...namedFiles([...nodes, ...blocks], sites)],
    resolvers: [],
    users: [],
    variables,
    authTargets: [],
    doubts: [...doubts, ...origins.doubts],
  };
}

function listenersOf(sites: readonly Site[], options: Options, top: ConfigPlace): readonly ExpectedListener[] {
  const found: ExpectedListener[] = [];
  const add = (one: Omit<ExpectedListener, 'wantsProxyHeader'>, wantsProxyHeader = options.wantsProxyHeader): void => {
    if (!found.some(({ address, port }) => port === one.port && (address === null || address === one.address)))
      found.push({ ...one, wantsProxyHeader });
  };
  for (const { port, tls, binds, place } of sites)
    for (const address of binds.length > 0 ? binds : [null]) add({ address, port, tls, place });
  for (const { isRedirected, binds, place } of sites)
    if (isRedirected) for (const address of binds.length > 0 ? binds : [null]) add({ address, port: options.httpPort, tls: false, place });
  const admin = /^(localhost|[\d.]*)?:(\d{1,5})$/.exec(options.admin ?? '');
  if (admin !== null) {
    const [, host = '', port = ''] = admin;
    add(
      {
        address: host === 'localhost' ? '127.0.0.1' : host === '' || host === '0.0.0.0' ? null : host,
        port: Number(port),
        tls: false,
        place: top,
      },
      false,
    );
  }
  return found;
}

/**
 * Certificates that an authority would have given, where Caddy keeps them: it takes what it finds there and asks nobody. Names of the files
 * as CertMagic makes them (`StorageKeys`).
 */
function certificatesOf(sites: readonly Site[], options: Options): readonly ExpectedFile[] {
  const seen = new Set<string>();
  return sites.flatMap((site) => {
    const { certificate, place } = site;
    // Without a name of its own it has a certificate made for each name that clients ask for (`on_demand`).
    const host = site.host ?? routesOf(site.body).find((route) => route.host !== null)?.host ?? 'localhost';
    if (certificate !== 'acme' || seen.has(host)) return [];
    seen.add(host);
    const safe = host.toLowerCase().replaceAll('*', 'wildcard_');
    const path = `${options.storage}/certificates/${authorityFolder(options)}/${safe}/${safe}`;
    return [
      { path: `${path}.crt`, kind: 'certificate', names: [host], isOptional: false, place },
      { path: `${path}.key`, kind: 'key', names: [], isOptional: false, place },
    ];
  });
}

function authorityFolder({ authority }: Options): string {
  const url = /^https?:\/\/([^\s/]+)(\/\S*)?$/.exec(authority ?? '');
  return url === null ? DEFAULT_AUTHORITY : `${url[1]}${(url[2] ?? '').replaceAll('/', '-')}`.replace(/-$/, '').toLowerCase();
}

function namedFiles(nodes: readonly Node[], sites: readonly Site[]): readonly ExpectedFile[] {
  const files: ExpectedFile[] = [];
  const add = (path: string | undefined, kind: ExpectedFileKind, { place, isWrapper }: Node, names: readonly string[] = []): void => {
    if (path === undefined || isWrapper || !path.startsWith('/') || /[{}\0]/.test(path)) return;
    if (!files.some((one) => one.path === path && one.kind === kind))
      files.push({ path: path.replace(/(?<=.)\/+$/, ''), kind, names, isOptional: kind === 'folder', place });
  };
  const visit = (node: Node, parent: Node | null): void => {
    const [name = '', first = '', ...rest] = node.words;
    if (name === 'tls' && rest.length === 1) {
      const names = sites.filter(({ body }) => body.includes(node)).flatMap(({ host }) => host ?? []);
      add(first, first === rest[0] ? 'bundle' : 'certificate', node, names);
      if (first !== rest[0]) add(rest[0], 'key', node);
    } else if (name === 'root') add(rest.at(-1) ?? first, 'folder', node);
    else if (name === 'output' && first === 'file') add(rest[0], 'log', node);
    else if (/^(?:trusted_ca_cert_file|trusted_leaf_cert_file|ca_root|tls_trusted_ca_certs|trusted_roots)$/.test(name))
      for (const path of [first, ...rest]) add(path, 'authority', node);
    else if (name === 'tls_client_auth' && first !== '') {
      add(first, 'certificate', node);
      add(rest[0], 'key', node);
    } else if (name === 'load' && parent?.words[0] === 'tls') add(first, 'certificate-folder', node);
    for (const child of node.children ?? []) visit(child, node);
  };
  for (const node of nodes) visit(node, null);
  return files;
}
