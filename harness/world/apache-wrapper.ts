import type { Fragment, Wrapper } from './nginx-wrapper.ts';

/** Folder of Debian's modules. */
const MODULES = '/usr/lib/apache2/modules';

/** What Debian enables by default or a site file of a proxy asks for; one that another needs stands before it. */
const MODULE_NAMES = [
  'mpm_event',
  'access_compat',
  'alias',
  'authn_core',
  'authn_file',
  'authz_core',
  'authz_host',
  'authz_user',
  'auth_basic',
  'autoindex',
  'brotli',
  'deflate',
  'dir',
  'env',
  'expires',
  'filter',
  'headers',
  'http2',
  'macro',
  'mime',
  'negotiation',
  'proxy',
  'slotmem_shm',
  'proxy_balancer',
  'proxy_fcgi',
  'proxy_hcheck',
  'proxy_http',
  'proxy_http2',
  'proxy_wstunnel',
  'lbmethod_bybusyness',
  'lbmethod_byrequests',
  'lbmethod_bytraffic',
  'remoteip',
  'rewrite',
  'setenvif',
  'socache_shmcb',
  'ssl',
  'status',
  'substitute',
  'unique_id',
  'vhost_alias',
];

/** Whether a text is a main config of its own: it loads what it needs, or says where Apache's things are. */
export const isWholeApache = (text: string): boolean =>
  /^[ \t]*(?:ServerRoot|PidFile|LoadModule[ \t]+mpm_\w+|IncludeOptional[ \t]+(?:mods|conf|sites)-enabled)\b/im.test(text);

/**
 * A main config as Debian's package has it, with the modules of a WebSocket proxy, around site files. It listens on the ports of their
 * virtual hosts that none of them listens on itself. Pure.
 */
export function wrapApache(fragments: readonly Fragment[]): Wrapper {
  const text = fragments.map((fragment) => fragment.text).join('\n');
  const lines = [
    '# Made by Hopscope: the main config around the files that it includes.',
    'ServerRoot "/etc/apache2"',
    ...MODULE_NAMES.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    'DefaultRuntimeDir /run/apache2',
    'PidFile /run/apache2/apache2.pid',
    'ServerName localhost',
    'User www-data',
    'Group www-data',
    'Timeout 300',
    'KeepAlive On',
    'KeepAliveTimeout 5',
    'MaxKeepAliveRequests 100',
    'HostnameLookups Off',
    // mod_mime does not start without one; a proxy needs none.
    'TypesConfig /dev/null',
    'LogLevel info',
    'ErrorLog /dev/stderr',
    String.raw`LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined`,
    String.raw`LogFormat "%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" combined`,
    String.raw`LogFormat "%h %l %u %t \"%r\" %>s %O" common`,
    ...listenPorts(text).map((port) => `Listen ${port}`),
    ...fragments.map(({ path }) => `Include "${path}"`),
    '',
  ];
  return { text: lines.join('\n'), stubs: [] };
}

function listenPorts(text: string): readonly string[] {
  const bare = text.replace(/^[ \t]*#.*$/gm, '');
  const own = new Set([...bare.matchAll(/^[ \t]*Listen[ \t]+(?:\S*:)?(\d+)\b/gim)].map((match) => match[1]));
  const hosts = [...bare.matchAll(/^[ \t]*<VirtualHost[ \t]+([^>\n]*)>/gim)].flatMap((match) => (match[1] ?? '').trim().split(/\s+/));
  const ports = new Set(hosts.flatMap((host) => /:(\d+)$/.exec(host)?.[1] ?? []));
  if (ports.size === 0 && own.size === 0) return ['80'];
  return [...ports].filter((port) => !own.has(port));
}
