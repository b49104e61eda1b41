import { posix } from 'node:path';

/** Where nginx of Debian takes relative names of logs, roots, modules and temporary folders from (`nginx -V`, --prefix). */
const PREFIX = '/usr/share/nginx';

/** A name that nginx takes from the folder of its main config: includes, certificates, password files (ngx_conf_full_name, conf prefix). */
export const resolvePath = (name: string, main: string): string => posix.resolve(posix.dirname(main), name);

/** A name that nginx takes from its own prefix. */
export const resolveInPrefix = (name: string): string => posix.resolve(PREFIX, name);
