import { basename, dirname, join, relative, sep } from 'node:path';
import { posix } from 'node:path';
import { wrappingOf } from './wrappers.ts';

/** A file that the user named, and what is known of it. Paths of this machine are absolute. */
export interface NamedFile {
  readonly path: string;
  readonly text: string;
  readonly service: string;
}

export interface InstallWishes {
  /** `--at`: where the main config stands; for several files their folder. */
  readonly at: string | null;
  /** `--root`, absolute on this machine. */
  readonly root: string | null;
  /** Several files were named, so that `--at` is a folder. */
  readonly isOneOfSeveral: boolean;
}

/** Folders that configs of production stand below, in any copy of them. */
const MARKERS = ['/etc/', '/usr/local/etc/', '/usr/local/openresty/', '/usr/local/apache2/', '/usr/local/nginx/', '/opt/bitnami/'];

/** Where a file stands in production: as the user says, as its path says, else where its package would have it. Pure. */
export function installPath(file: NamedFile, wishes: InstallWishes): string {
  const name = basename(file.path);
  if (wishes.at !== null)
    return wishes.isOneOfSeveral || wishes.at.endsWith('/') ? posix.join('/', wishes.at, name) : posix.join('/', wishes.at);
  const below = wishes.root === null ? null : relativeTo(wishes.root, file.path);
  if (below !== null) return `/${below}`;
  return markedPath(file.path) ?? usualPath(file, wishes.isOneOfSeveral);
}

/** The part of a path from the last `/etc/` on: `roles/web/files/etc/nginx/conf.d/x.conf` stands at /etc/nginx/conf.d/x.conf. */
function markedPath(path: string): string | null {
  const starts = MARKERS.flatMap((marker) => {
    const at = path.lastIndexOf(marker);
    return at === -1 ? [] : [{ at, end: at + marker.length }];
  });
  // The marker that ends last is the innermost; of two that end together the longer one holds the other.
  const [best] = starts.toSorted((a, b) => b.end - a.end || a.at - b.at);
  if (best === undefined) return null;
  const marked = path.slice(best.at);
  // A file straight in /etc is none of a program's: `etc/nginx.conf` of a repository stands where the package has it.
  return marked.split('/').length > 3 ? marked : null;
}

/** Below `folder`, with `/`; null: it is not. */
export function relativeTo(folder: string, path: string): string | null {
  const short = relative(folder, path);
  return short === '' || short === '..' || short.startsWith(`..${sep}`) ? null : short.split(sep).join('/');
}

function usualPath({ path, text, service }: NamedFile, isOneOfSeveral: boolean): string {
  const name = basename(path);
  const folder = basename(dirname(path));
  const isWhole = wrappingOf(service)?.isWhole(text) ?? true;
  switch (service) {
    case 'haproxy':
      return join('/etc/haproxy', isOneOfSeveral ? name : 'haproxy.cfg');
    case 'caddy':
      return join('/etc/caddy', isOneOfSeveral ? name : 'Caddyfile');
    case 'nginx':
      return isWhole ? '/etc/nginx/nginx.conf' : join('/etc/nginx', siteFolder(folder) ?? 'conf.d', name);
    case 'apache':
      if (isWhole) return name === 'httpd.conf' ? '/usr/local/apache2/conf/httpd.conf' : '/etc/apache2/apache2.conf';
      return join('/etc/apache2', siteFolder(folder) ?? 'sites-enabled', name);
    default:
      return join('/etc', service, name);
  }
}

const siteFolder = (folder: string): string | null =>
  /^(?:sites-[\w-]+|conf\.d|vhosts\.d|vhosts|conf-[\w-]+|http\.d)$/.test(folder) ? folder : null;
