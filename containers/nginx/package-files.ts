import type { ConfigFile } from '../../harness/model/surroundings.ts';

/** Files that come with nginx itself: Debian's package nginx-common, and of the official image mime.types and the *_params. */
const OF_PACKAGE =
  /\/(?:mime\.types|fastcgi_params|fastcgi\.conf|proxy_params|scgi_params|uwsgi_params|koi-utf|koi-win|win-utf|snippets\/(?:fastcgi-php|snakeoil)\.conf|modules-enabled\/\*(?:\.conf)?)$/;

/** Whether an include names what comes with nginx. */
export const isOfPackage = (path: string): boolean => OF_PACKAGE.test(path);

/** Debian's `proxy_params`, for what it does to inheritance: a location that includes it has headers of its own. */
export const PROXY_PARAMS: ConfigFile = {
  path: '/etc/nginx/proxy_params',
  label: 'proxy_params',
  isWrapper: true,
  text: [
    'proxy_set_header Host $host;',
    'proxy_set_header X-Real-IP $remote_addr;',
    'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
    'proxy_set_header X-Forwarded-Proto $scheme;',
  ].join('\n'),
};
