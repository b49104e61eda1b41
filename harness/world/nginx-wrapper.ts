import { statementsOf } from './statements.ts';

/** A fragment of an nginx config, and where it stands in the world. */
export interface Fragment {
  readonly path: string;
  /** Untrusted. */
  readonly text: string;
}

/** Text of a main config of ours around fragments, and what was made up for them: clauses for the stub diff. */
export interface Wrapper {
  readonly text: string;
  readonly stubs: readonly { readonly name: string; readonly because: string }[];
}

/** The access log that the parser of the nginx service knows best. */
const LOG_FORMAT = [
  '    log_format hopscope escape=json',
  String.raw`        '{"at":"$msec","client":"$remote_addr","client_port":"$remote_port","connection":"$connection",'`,
  String.raw`        '"method":"$request_method","target":"$request_uri","status":"$status",'`,
  String.raw`        '"upstream_addr":"$upstream_addr","upstream_status":"$upstream_status","request_time":"$request_time",'`,
  String.raw`        '"upstream_connect_time":"$upstream_connect_time","upstream_header_time":"$upstream_header_time",'`,
  String.raw`        '"bytes_sent":"$bytes_sent"}';`,
];

/** The format that the main config of nginx's own packages defines. */
const MAIN_FORMAT = String.raw`'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"'`;

/** Blocks that stand beside `http`, not in it. */
const OUTER: ReadonlySet<string> = new Set([
  'stream',
  'mail',
  'http',
  'events',
  'load_module',
  'worker_processes',
  'worker_rlimit_nofile',
  'env',
]);

/** Whether a text is a main config of its own and needs none around it. */
export const isWholeNginx = (text: string): boolean =>
  statementsOf(text).some(({ word, isBlock }) => isBlock && (word === 'http' || word === 'events'));

/**
 * A main config as packages of nginx have it, around site files (`server`, `upstream`, `map`) and `stream` files; a file of bare locations
 * gets a server on port 80. Names that fragments use and nobody defines (`$connection_upgrade`, zones, log formats) are made up, since
 * in production the main config has them. There is no `user` line: the program's own default stands. Pure.
 */
export function wrapNginx(fragments: readonly Fragment[]): Wrapper {
  const all = fragments.map(({ text }) => text.replace(/(?<![^\s;{}])#[^\n]*/g, '')).join('\n');
  const made = [...stubVariables(all), ...stubZones(all), ...stubFormats(all)];
  const includes = fragments.map((fragment) => ({ place: placeOf(fragment.text), line: `include ${quoted(fragment.path)};` }));
  const at = (place: string): readonly string[] => includes.flatMap((include) => (include.place === place ? [include.line] : []));
  const bare = at('server').map((line) => `    server {\n        listen 80;\n        ${line}\n    }`);
  const lines = [
    '# Made by Hopscope: the main config around the files that it includes.',
    'worker_processes 1;',
    'pid /run/nginx.pid;',
    'error_log /dev/stderr notice;',
    // Debian has it as a module; where the file loads it itself a second time would be an error.
    ...(/\bstream\s*\{/.test(all) && !/\bload_module\b/.test(all) ? ['load_module /usr/lib/nginx/modules/ngx_stream_module.so;'] : []),
    ...at('main'),
    'events {',
    '    worker_connections 1024;',
    '}',
    'http {',
    '    include /etc/nginx/mime.types;',
    '    default_type application/octet-stream;',
    ...(definesFormat(all, 'hopscope') ? [] : LOG_FORMAT),
    '    access_log /dev/stdout hopscope;',
    '    sendfile on;',
    '    keepalive_timeout 65;',
    ...made.map(({ line }) => `    ${line}`),
    ...at('http').map((line) => `    ${line}`),
    ...bare,
    '}',
    '',
  ];
  return { text: lines.join('\n'), stubs: made.flatMap(({ name, because }) => (because === null ? [] : [{ name, because }])) };
}

function placeOf(text: string): 'main' | 'http' | 'server' {
  const words = statementsOf(text);
  if (words.some(({ word }) => OUTER.has(word))) return 'main';
  return words.some(({ word, isBlock }) => isBlock && word === 'location') ? 'server' : 'http';
}

/** Of each kind. */
const MAX_NAMES = 40;

interface Made {
  readonly name: string;
  /** Null: not worth a line of the stub diff. */
  readonly because: string | null;
  readonly line: string;
}

/** The `map` of nginx's own WebSocket page, which half of all site files take for granted (https://nginx.org/en/docs/http/websocket.html). */
function stubVariables(text: string): readonly Made[] {
  const name = '$connection_upgrade';
  if (!/\$\{?connection_upgrade\b/.test(text) || /\bmap\s[^{;]{0,500}\$connection_upgrade\s*\{/.test(text)) return [];
  const because = 'the files use it and none defines it: the usual map of $http_upgrade';
  return [{ name, because, line: "map $http_upgrade $connection_upgrade { default upgrade; '' close; }" }];
}

const ZONES = [
  {
    used: /\blimit_req\s[^;{}]{0,500}?\bzone=([\w.-]+)/g,
    made: (name: string) => `limit_req_zone $binary_remote_addr zone=${name}:1m rate=1000r/s;`,
  },
  { used: /\blimit_conn\s+([\w.-]+)/g, made: (name: string) => `limit_conn_zone $binary_remote_addr zone=${name}:1m;` },
  {
    used: /\bproxy_cache\s+([\w.-]+)/g,
    made: (name: string) => `proxy_cache_path /var/cache/nginx/hopscope-${name} keys_zone=${name}:1m max_size=16m;`,
  },
];

function stubZones(text: string): readonly Made[] {
  return ZONES.flatMap(({ used, made }) =>
    [...new Set([...text.matchAll(used)].map((match) => match[1] ?? ''))]
      .slice(0, MAX_NAMES)
      .filter(
        (name) =>
          name !== 'off' &&
          !new RegExp(String.raw`_zone=${escaped(name)}:|_zone\s[^;{}]{0,500}?\bzone=${escaped(name)}:|keys_zone=${escaped(name)}:`).test(
            text,
          ),
      )
      .map((name) => ({ name, because: 'the files use this zone and none defines it: a wide one', line: made(name) })),
  );
}

function stubFormats(text: string): readonly Made[] {
  const used = [...text.matchAll(/\baccess_log\s+(?!off\b)[^\s;]+\s+([\w.-]+)(?=[\s;])/g)].map((match) => match[1] ?? '');
  const names = new Set(['main', ...used]);
  return [...names]
    .slice(0, MAX_NAMES)
    .filter((name) => name !== 'combined' && name !== 'hopscope' && !definesFormat(text, name))
    .map((name) => ({
      name,
      because: name === 'main' ? null : 'the files use this log format and none defines it',
      line: `log_format ${name} ${MAIN_FORMAT};`,
    }));
}

const definesFormat = (text: string, name: string): boolean => new RegExp(String.raw`\blog_format\s+${escaped(name)}\s`).test(text);
const escaped = (name: string): string => name.replace(/[^\w]/g, String.raw`\$&`);
const quoted = (path: string): string => (/^[\w./@+-]+$/.test(path) ? path : `"${path.replace(/["\\$]/g, String.raw`\$&`)}"`);
