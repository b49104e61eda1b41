import type { Surroundings } from '../../harness/model/surroundings.ts';
import type { Directive } from './config-tree.ts';
import { everyPlaced, placeOf } from './placed.ts';

interface ModuleRule {
  readonly directive: RegExp;
  /** Its file without `.so`, or a name for people where there is none. */
  readonly module: string;
  /** Debian's package of it beside nginx itself; null: Debian has none. */
  readonly debian: string | null;
}

/** Directives of modules that nginx of Debian and its stream module do not have. Packages: `apt-cache search libnginx-mod`, Debian 12. */
const RULES: readonly ModuleRule[] = [
  { directive: /^brotli(?:_|$)/, module: 'ngx_http_brotli_filter_module', debian: 'libnginx-mod-http-brotli-filter' },
  { directive: /_by_lua(?:_|$)|^lua_/, module: 'ngx_http_lua_module', debian: 'libnginx-mod-http-lua' },
  { directive: /^geoip2/, module: 'ngx_http_geoip2_module', debian: 'libnginx-mod-http-geoip2' },
  { directive: /^geoip_/, module: 'ngx_http_geoip_module', debian: 'libnginx-mod-http-geoip' },
  { directive: /^more_(?:set|clear)_/, module: 'ngx_http_headers_more_filter_module', debian: 'libnginx-mod-http-headers-more-filter' },
  { directive: /^js_/, module: 'ngx_http_js_module', debian: 'libnginx-mod-http-js' },
  { directive: /^modsecurity(?:_|$)/, module: 'ngx_http_modsecurity_module', debian: 'libnginx-mod-http-modsecurity' },
  { directive: /^perl(?:_|$)/, module: 'ngx_http_perl_module', debian: 'libnginx-mod-http-perl' },
  { directive: /^image_filter/, module: 'ngx_http_image_filter_module', debian: 'libnginx-mod-http-image-filter' },
  { directive: /^xslt_/, module: 'ngx_http_xslt_filter_module', debian: 'libnginx-mod-http-xslt-filter' },
  { directive: /^subs_filter/, module: 'ngx_http_subs_filter_module', debian: 'libnginx-mod-http-subs-filter' },
  { directive: /^fancyindex/, module: 'ngx_http_fancyindex_module', debian: 'libnginx-mod-http-fancyindex' },
  { directive: /^(?:nchan_|push_stream_)/, module: 'ngx_nchan_module', debian: 'libnginx-mod-nchan' },
  { directive: /^echo(?:_|$)/, module: 'ngx_http_echo_module', debian: 'libnginx-mod-http-echo' },
  {
    directive: /^set_(?:md5|sha1|hmac_\w+|random|escape_uri|unescape_uri|encode_\w+|decode_\w+|if_empty|quote_\w+)$/,
    module: 'ngx_http_set_misc_module',
    debian: 'libnginx-mod-http-set-misc',
  },
  { directive: /^auth_pam/, module: 'ngx_http_auth_pam_module', debian: 'libnginx-mod-http-auth-pam' },
  { directive: /^rtmp/, module: 'ngx_rtmp_module', debian: 'libnginx-mod-rtmp' },
  { directive: /^upload_progress|^track_uploads$/, module: 'ngx_http_uploadprogress_module', debian: 'libnginx-mod-http-uploadprogress' },
  { directive: /^mail$/, module: 'ngx_mail_module', debian: 'libnginx-mod-mail' },
  { directive: /^vhost_traffic_status/, module: 'ngx_http_vhost_traffic_status_module', debian: null },
  { directive: /^pagespeed$/, module: 'ngx_pagespeed', debian: null },
  { directive: /^zstd(?:_|$)/, module: 'ngx_http_zstd_filter_module', debian: null },
  { directive: /^(?:opentracing|opentelemetry|otel)(?:_|$)/, module: 'ngx_otel_module', debian: null },
  { directive: /^passenger_/, module: 'ngx_http_passenger_module', debian: null },
  {
    directive: /^(?:health_check|status_zone|zone_sync|auth_jwt|keyval|keyval_zone|match|session_log)$/,
    module: 'NGINX Plus',
    debian: null,
  },
];

/** Modules that nginx of Debian with its stream module can load. */
const AT_HAND = /\/ngx_stream_module\.so$/;

/** Directives of modules that are not part of Debian's nginx, each module once. */
export function moduleDoubts(main: readonly Directive[]): Surroundings['doubts'] {
  const doubts = new Map<string, Surroundings['doubts'][number]>();
  for (const { directive, blocks } of everyPlaced(main)) {
    if (blocks.some(({ name }) => OPAQUE.has(name))) continue;
    const because = doubtOf(directive);
    if (because !== null && !doubts.has(because)) doubts.set(because, { because, place: placeOf(directive) });
  }
  return [...doubts.values()];
}

/** Blocks of pairs, whose first words are no directives. */
const OPAQUE = new Set(['map', 'geo', 'types', 'split_clients', 'charset_map']);

function doubtOf({ name, args }: Directive): string | null {
  if (name === 'load_module') {
    const file = args[0] ?? '';
    if (AT_HAND.test(`/${file}`)) return null;
    const module = /([^/]+?)(?:\.so)?$/.exec(file)?.[1] ?? file;
    const rule = RULES.find((one) => one.module === module);
    return sentence(module.slice(0, 100), rule?.debian ?? null);
  }
  const rule = RULES.find(({ directive }) => directive.test(name));
  return rule === undefined ? null : sentence(rule.module, rule.debian);
}

const sentence = (module: string, debian: string | null): string =>
  debian === null
    ? `the module ${module} is not part of Debian's nginx packages`
    : `the module ${module} is not part of Debian's nginx package; ${debian} has it`;
