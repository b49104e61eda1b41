import { type Dirent, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What stands in /etc because a package put it there, and configs include or name without shipping it. The list is fixed: nothing else of this
 * machine's /etc is ever given to a user's own config.
 */

interface PackageFolder {
  /** Absolute. */
  readonly folder: string;
  /** Names of files in it. */
  readonly names: RegExp;
}

const CONF = /^[\w.+-]+\.(?:conf|load)$/;

/** Debian's nginx-common, apache2 and haproxy (dpkg -L). */
const FOLDERS: Readonly<Record<string, readonly PackageFolder[]>> = {
  nginx: [
    { folder: '/etc/nginx', names: /^(?:mime\.types|\w+_params|fastcgi\.conf|koi-utf|koi-win|win-utf)$/ },
    { folder: '/etc/nginx/snippets', names: /^(?:fastcgi-php|snakeoil)\.conf$/ },
    { folder: '/etc/nginx/modules-enabled', names: CONF },
  ],
  apache: [
    { folder: '/etc/apache2', names: /^(?:apache2\.conf|ports\.conf|envvars|magic)$/ },
    { folder: '/etc/apache2/mods-available', names: CONF },
    { folder: '/etc/apache2/conf-available', names: CONF },
  ],
  haproxy: [{ folder: '/etc/haproxy/errors', names: /^\d{3}\.http$/ }],
};

/** `target`: it is a link to a file below /usr, which every proxy has; null: an ordinary file. */
export interface PackageFile {
  readonly path: string;
  readonly target: string | null;
}

/** Files of a service's own package below /etc of this machine. `root`: where that /etc is found (`/`). Never throws. */
export function packageFiles(service: string, root = '/'): readonly PackageFile[] {
  return (FOLDERS[service] ?? []).flatMap(({ folder, names }) =>
    entriesOf(join(root, folder)).flatMap((entry): PackageFile[] => {
      const path = join(folder, entry.name);
      if (!names.test(entry.name)) return [];
      if (entry.isFile()) return [{ path, target: null }];
      const target = entry.isSymbolicLink() ? readlinkSync(join(root, path)) : '';
      return target.startsWith('/usr/') && !target.includes('..') ? [{ path, target }] : [];
    }),
  );
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
