import { posix } from 'node:path';
import type { ExpectedFile, ExpectedFileKind } from '../../harness/model/surroundings.ts';
import type { AbsentInclude } from './config-files.ts';
import type { Directive } from './config-tree.ts';
import { isPattern } from './include-pattern.ts';
import { everyPlaced, type Placed, placeOf } from './placed.ts';
import { resolveInPrefix, resolvePath } from './resolve-path.ts';
import { isRealName } from './server-choice.ts';

interface FileRule {
  readonly kind: ExpectedFileKind;
  /** From where a relative name is taken: the folder of the main config, or nginx's prefix. */
  readonly base: 'config' | 'prefix';
  readonly isOptional?: true;
}

const config = (kind: ExpectedFileKind): FileRule => ({ kind, base: 'config' });
const prefix = (kind: ExpectedFileKind): FileRule => ({ kind, base: 'prefix' });
const optional = (rule: FileRule): FileRule => ({ ...rule, isOptional: true });

/** Directives whose first argument is a file or folder. Relative names: `ngx_conf_full_name` in the module of each. */
const RULES: Readonly<Record<string, FileRule>> = {
  ssl_certificate: config('certificate'),
  ssl_certificate_key: config('key'),
  ssl_dhparam: config('dh-parameters'),
  ssl_trusted_certificate: config('authority'),
  ssl_client_certificate: config('authority'),
  ssl_crl: config('revocation-list'),
  ssl_password_file: config('password-file'),
  ssl_stapling_file: config('other'),
  ssl_session_ticket_key: config('other'),
  // nginx starts without it and answers 403 to every request, so it is not optional.
  auth_basic_user_file: config('password-file'),
  proxy_ssl_certificate: config('certificate'),
  proxy_ssl_certificate_key: config('key'),
  proxy_ssl_trusted_certificate: config('authority'),
  proxy_ssl_crl: config('revocation-list'),
  proxy_ssl_password_file: config('password-file'),
  load_module: prefix('module'),
  access_log: prefix('log'),
  error_log: prefix('log'),
  pid: prefix('pid'),
  root: optional(prefix('folder')),
  alias: optional(prefix('folder')),
  proxy_cache_path: prefix('folder'),
  fastcgi_cache_path: prefix('folder'),
  uwsgi_cache_path: prefix('folder'),
  scgi_cache_path: prefix('folder'),
  client_body_temp_path: prefix('folder'),
  proxy_temp_path: prefix('folder'),
  fastcgi_temp_path: prefix('folder'),
  uwsgi_temp_path: prefix('folder'),
  scgi_temp_path: prefix('folder'),
  geoip_country: config('other'),
  geoip_city: config('other'),
  geoip_org: config('other'),
  geoip2: config('other'),
  xslt_stylesheet: config('other'),
  js_path: optional(config('folder')),
  modsecurity_rules_file: config('other'),
};

/** Names that are no files. */
const NO_FILE = /\$|^(?:off|stderr|on|syslog:.*|memory:.*|data:.*|engine:.*|store:.*|\/dev\/.*)$|^$/;

/** Files and folders that the config names: those of directives, and includes that are not there. */
export function filesOf(main: readonly Directive[], absent: readonly AbsentInclude[], mainPath: string): readonly ExpectedFile[] {
  const named = everyPlaced(main).flatMap((placed) => fileOf(placed, mainPath));
  const users = absent.filter(({ directive, path }) => directive.file?.isWrapper !== true || !isPattern(path));
  const included = users.map(({ directive, path, inside }): ExpectedFile => {
    const kind = inside === 'map' || inside === 'geo' ? 'map' : 'include';
    return { path, kind, names: [], isOptional: isPattern(path), place: placeOf(directive) };
  });
  return merged([...named, ...included]);
}

function fileOf(placed: Placed, mainPath: string): readonly ExpectedFile[] {
  const { directive, blocks } = placed;
  const { name, args } = directive;
  const place = placeOf(directive);
  const code = codeOf(directive);
  const rule = code === null ? RULES[name] : config(code.kind);
  const file = code?.file ?? args[0] ?? '';
  if (name === 'listen' && file.startsWith('unix:')) {
    return [{ path: posix.resolve('/', file.slice('unix:'.length)), kind: 'socket', names: [], isOptional: false, place }];
  }
  if (rule === undefined || NO_FILE.test(file)) return [];
  const names = name === 'ssl_certificate' || name === 'ssl_certificate_key' ? certificateNames(blocks) : [];
  const path = rule.base === 'config' ? resolvePath(file, mainPath) : resolveInPrefix(file);
  return [{ path, kind: rule.kind, names, isOptional: rule.isOptional === true, place }];
}

/** `js_import main from http.js`, `access_by_lua_file auth.lua`. */
function codeOf({ name, args }: Directive): { readonly kind: ExpectedFileKind; readonly file: string } | null {
  if (name.endsWith('_by_lua_file')) return { kind: 'lua', file: args.at(-1) ?? '' };
  if (name === 'js_import') return { kind: 'other', file: args.at(-1) ?? '' };
  return null;
}

/** Names of the server that a certificate stands in; of all servers where it stands outside. A wildcard stays one, as in a certificate. */
function certificateNames(blocks: Placed['blocks']): readonly string[] {
  const servers = blocks.length > 1 ? blocks.slice(1, 2) : (blocks[0]?.block ?? []).filter(({ name }) => name === 'server');
  const names = servers
    .flatMap(({ block }) => block ?? [])
    .filter(({ name }) => name === 'server_name')
    .flatMap(({ args }) => args)
    .flatMap((name) => (name.startsWith('.') ? [name.slice(1), `*${name}`] : [name]));
  return [...new Set(names)].filter((name) => isRealName(name.replace(/^\*\./, '')));
}

/** Each path once: with all the names that it must serve, and as a bundle where it is certificate and key. */
function merged(files: readonly ExpectedFile[]): readonly ExpectedFile[] {
  const byPath = new Map<string, ExpectedFile>();
  for (const file of files) {
    const known = byPath.get(file.path);
    if (known === undefined) byPath.set(file.path, file);
    else {
      const kinds = new Set([known.kind, file.kind]);
      const isBundle = kinds.has('bundle') || (kinds.has('certificate') && kinds.has('key'));
      const names = [...new Set([...known.names, ...file.names])];
      byPath.set(file.path, { ...known, kind: isBundle ? 'bundle' : known.kind, names, isOptional: known.isOptional && file.isOptional });
    }
  }
  return [...byPath.values()];
}
