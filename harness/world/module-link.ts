import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { ExpectedFile } from '../model/surroundings.ts';
import type { WorldFile } from '../model/world.ts';

/** Where Debian's packages keep the modules of a program. */
const FOLDERS: Readonly<Record<string, string>> = { apache: '/usr/lib/apache2/modules', nginx: '/usr/lib/nginx/modules' };
/** Folders of the program's own system, in which nothing is made. */
const OF_SYSTEM = /^\/(?:usr\/)?lib\w*\//;

/**
 * A link from where other layouts keep a module (`/etc/httpd/modules/mod_proxy.so`, `/usr/local/apache2/modules/...`) to the same module of
 * Debian's package; null: this is no module, or the package has none of that name.
 */
export function moduleLink({ path, kind }: ExpectedFile, service: string): WorldFile | null {
  const folder = FOLDERS[service];
  if (kind !== 'module' || folder === undefined || OF_SYSTEM.test(path)) return null;
  const target = posix.join(folder, posix.basename(path));
  return existsSync(target) ? { kind: 'link', path, target } : null;
}
