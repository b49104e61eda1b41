import { basename } from 'node:path';
import { statementsOf } from './statements.ts';

const SCRIPT = /\.(?:js|mjs|cjs|ts|mts|cts)$/;
const HAPROXY_SECTION =
  /^(?:global|defaults|frontend|backend|listen|resolvers|peers|userlist|mailers|cache|http-errors|program|ring)\b(?!.*[{;])/m;
const HAPROXY_WORD = /^[ \t]+(?:bind|server|mode|default_backend|use_backend|acl|timeout|http-request|option|balance|maxconn|log)\s/m;
const APACHE_LINE =
  /^[ \t]*(?:<(?:VirtualHost|Location|LocationMatch|Directory|IfModule|Proxy|IfDefine)\b|(?:ProxyPass|ProxyPassMatch|ProxyPreserveHost|RewriteRule|RewriteEngine|LoadModule|ServerRoot|SSLEngine|DocumentRoot)\s)/im;
const NGINX_BLOCKS: ReadonlySet<string> = new Set(['http', 'server', 'upstream', 'location', 'events', 'stream', 'map']);
const NGINX_LINE =
  /^[ \t]*(?:proxy_pass|proxy_set_header|server_name|listen|include|return|ssl_certificate|fastcgi_pass|root|rewrite)\s[^{}\n]*;/m;
const CADDY_LINE =
  /^[ \t]*(?:reverse_proxy|handle|handle_path|route|file_server|respond|redir|encode|php_fastcgi|tls|import|basic_?auth|root|log|header)\b[^;\n]*$/m;
const CADDY_SITE = /^[^\s#{}][^#\n;]*\{[ \t]*$|^[ \t]*\{[ \t]*$/m;

/** What a file is shows early. */
const READ_CHARACTERS = 256 << 10;

/**
 * Which proxy a file configures, by its name where that says it, else by its content: the name of a service, or null. Pure; The text is
 * untrusted.
 */
export function guessService(path: string, whole: string): string | null {
  const text = whole.slice(0, READ_CHARACTERS);
  const name = basename(path);
  if (SCRIPT.test(name)) return 'node-proxy';
  if (/^caddyfile\b|\.caddy(?:file)?$/i.test(name)) return 'caddy';
  const bare = text.replace(/^[ \t]*#.*$/gm, '');
  if (HAPROXY_SECTION.test(bare) && HAPROXY_WORD.test(bare)) return 'haproxy';
  if (APACHE_LINE.test(bare) && !/^[^#\n]*;[ \t]*$/m.test(bare)) return 'apache';
  if (looksLikeNginx(text, bare)) return 'nginx';
  if (APACHE_LINE.test(bare)) return 'apache';
  if (CADDY_SITE.test(bare) && CADDY_LINE.test(bare)) return 'caddy';
  return byName(name);
}

function looksLikeNginx(text: string, bare: string): boolean {
  const first = statementsOf(text);
  return NGINX_LINE.test(bare) || first.some(({ word, isBlock }) => isBlock && NGINX_BLOCKS.has(word) && bare.includes(';'));
}

/** A file without anything to tell it by, such as an empty one, may still have a name that does. */
function byName(name: string): string | null {
  if (/^haproxy\b.*\.cfg/i.test(name)) return 'haproxy';
  if (/^nginx\b.*\.conf/i.test(name)) return 'nginx';
  return /^(?:apache2?|httpd)\b.*\.conf/i.test(name) ? 'apache' : null;
}
