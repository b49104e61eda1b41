import type { ConfigPlace, ExpectedFile, ExpectedFileKind } from '../../harness/model/surroundings.ts';
import type { Directive } from './directives.ts';
import { flattenAll, type Site } from './sites.ts';

type Doubt = { readonly because: string; readonly place: ConfigPlace };
interface Found {
  readonly files: readonly ExpectedFile[];
  readonly doubts: readonly Doubt[];
}

/** Directives whose first argument is a file or folder. */
const FILE_OF: Readonly<Record<string, ExpectedFileKind>> = {
  sslcertificatekeyfile: 'key',
  sslcertificatechainfile: 'authority',
  sslcacertificatefile: 'authority',
  sslcadnrequestfile: 'authority',
  sslproxycacertificatefile: 'authority',
  sslproxymachinecertificatefile: 'bundle',
  sslcarevocationfile: 'revocation-list',
  sslcacertificatepath: 'folder',
  sslproxycacertificatepath: 'folder',
  documentroot: 'folder',
  defaultruntimedir: 'folder',
  authuserfile: 'password-file',
  authgroupfile: 'password-file',
  authdigestfile: 'password-file',
  customlog: 'log',
  transferlog: 'log',
  errorlog: 'log',
  globallog: 'log',
  forensiclog: 'log',
  scriptlog: 'log',
  pidfile: 'pid',
  scoreboardfile: 'pid',
  loadfile: 'module',
  mimemagicfile: 'other',
  typesconfig: 'other',
};
const LOGS = new Set(['customlog', 'transferlog', 'errorlog', 'globallog', 'forensiclog']);
/** Where the second argument is the file. */
const ALIASES = new Set(['alias', 'scriptalias', 'aliasmatch', 'scriptaliasmatch']);
/** `shmcb:/path(size)`, `file:/path` */
const CACHES = new Set(['sslsessioncache', 'sslstaplingcache', 'mutex', 'sslmutex']);
const NO_FILE = /^(?:\/dev\/|\/proc\/|syslog(?::|$)|journald(?::|$)|none$)/i;
const IN_EVERY_WORLD = /^\/(?:usr\/)?s?bin\//;

/** Files and folders that the directives of a config name; those of a main config of ours are its own business. */
export function filesOf(directives: readonly Directive[], sites: readonly Site[], serverRoot: string): Found {
  const files: ExpectedFile[] = [];
  const doubts: Doubt[] = [];
  for (const one of flattenAll(directives).filter(({ isWrapper }) => !isWrapper)) {
    const { name, words, place } = one;
    const add = (path: string, kind: ExpectedFileKind, names: readonly string[] = []): void => {
      if (path === '' || /[\0\n]/.test(path)) return;
      const whole = (path.startsWith('/') ? path : `${serverRoot}/${path}`).replace(/(?<=.)\/+$/, '');
      if (!files.some((file) => file.path === whole && file.kind === kind))
        files.push({ path: whole, kind, names, isOptional: kind === 'folder' && name !== 'documentroot', place });
    };
    const [, first = '', second = ''] = words;
    if (name === 'sslcertificatefile') addCertificate(one, sites, add);
    else if (LOGS.has(name) && first.startsWith('|')) addPipe(first, place, add, doubts);
    else if (LOGS.has(name) && NO_FILE.test(first)) continue;
    else if (ALIASES.has(name)) add(...aliasOf(name, second));
    else if (CACHES.has(name)) add(/^\w+:([^()]*)/.exec(first)?.[1] ?? '', 'log');
    else if (name === 'loadmodule') add(second, 'module');
    else if (name === 'sslopensslconfcmd' && /^dhparameters$/i.test(first)) add(second, 'dh-parameters');
    else if (name === 'rewritemap') add(...mapOf(second));
    else if (FILE_OF[name] !== undefined) add(first, FILE_OF[name]);
  }
  return { files, doubts };
}

type Add = (path: string, kind: ExpectedFileKind, names?: readonly string[]) => void;

/** Without a SSLCertificateKeyFile beside it the file has the key too. */
function addCertificate(one: Directive, sites: readonly Site[], add: Add): void {
  const using = sites.filter(({ settings }) => settings.includes(one));
  const hasKey = using.some(({ settings }) => settings.some(({ name }) => name === 'sslcertificatekeyfile'));
  add(one.words[1] ?? '', hasKey ? 'certificate' : 'bundle', [...new Set(using.flatMap(({ names }) => names))]);
}

/** https://httpd.apache.org/docs/2.4/logs.html#piped */
function addPipe(target: string, place: ConfigPlace, add: Add, doubts: Doubt[]): void {
  const program =
    target
      .replace(/^\|[|$]?/, '')
      .trim()
      .split(/\s/)[0] ?? '';
  if (IN_EVERY_WORLD.test(program)) return;
  add(program, 'other');
  doubts.push({ because: `a log goes to the program \`${program}\`, which only runs here if it was given`, place });
}

function aliasOf(name: string, target: string): readonly [string, ExpectedFileKind] {
  const path = name.endsWith('match') ? target.replace(/\/?[^/]*\$\d.*$/s, '/') : target;
  return [path.replace(/(?<=.)\/+$/, ''), /\.\w{1,5}$/.test(path) ? 'other' : 'folder'];
}

/** `txt:/path`, `dbm=db:/path`, `prg:/path`; `int:tolower` and queries of databases have no file. */
function mapOf(source: string): readonly [string, ExpectedFileKind] {
  const [, kind = '', path = ''] = /^(\w+)(?:=\w+)?:(.*)$/s.exec(source) ?? [];
  return [/^(?:txt|rnd|dbm|prg)$/i.test(kind) ? path : '', 'map'];
}

/** Modules that Debian builds into the program, so that they cannot be loaded: `apache2 -l`. */
const BUILT_IN = new Set(['core', 'so', 'watchdog', 'http', 'log_config', 'logio', 'version', 'unixd']);
const DEBIAN =
  'access_compat actions alias allowmethods asis auth_basic auth_digest auth_form authn_anon authn_core authn_dbd authn_dbm authn_file authn_socache authnz_fcgi authnz_ldap authz_core authz_dbd authz_dbm authz_groupfile authz_host authz_owner authz_user autoindex brotli bucketeer buffer cache cache_disk cache_socache case_filter case_filter_in cern_meta cgi cgid charset_lite data dav dav_fs dav_lock dbd deflate dialup dir dump_io echo env expires ext_filter file_cache filter headers heartbeat heartmonitor http2 ident imagemap include info lbmethod_bybusyness lbmethod_byrequests lbmethod_bytraffic lbmethod_heartbeat ldap log_debug log_forensic lua macro md mime mime_magic mpm_event mpm_prefork mpm_worker negotiation proxy proxy_ajp proxy_balancer proxy_connect proxy_express proxy_fcgi proxy_fdpass proxy_ftp proxy_hcheck proxy_html proxy_http proxy_http2 proxy_scgi proxy_uwsgi proxy_wstunnel ratelimit reflector remoteip reqtimeout request rewrite sed session session_cookie session_crypto session_dbd setenvif slotmem_plain slotmem_shm socache_dbm socache_memcache socache_redis socache_shmcb speling ssl status substitute suexec unique_id userdir usertrack vhost_alias xml2enc';
const IN_DEBIAN = new Set(DEBIAN.split(' '));

/** `LoadModule` lines that cannot work with Debian's package. */
export function moduleDoubts(directives: readonly Directive[]): readonly Doubt[] {
  return flattenAll(directives).flatMap(({ name, words, place, isWrapper }) => {
    const module = /(?:^|\/)(?:mod_|lib)?(\w+)\.so$/.exec(words[2] ?? '')?.[1];
    if (name !== 'loadmodule' || isWrapper || module === undefined || IN_DEBIAN.has(module)) return [];
    const why = BUILT_IN.has(module) ? "is built into Debian's Apache and cannot be loaded" : "is not part of Debian's apache2";
    return [{ because: `the module \`${module}\` ${why}`, place }];
  });
}
