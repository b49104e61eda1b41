import { type MutableDirective, replaced, shortened } from './mutation.ts';

const module = (name: string, directive: string): string => `Apache HTTP Server documentation, mod_${name}, ${directive}`;
const PARAMETER = /(?<=\s(?:timeout|connectiontimeout|ttl)=)(\d+)(ms|s|min|h)?/;

/** What in an Apache config a WebSocket depends on. */
export const APACHE_DIRECTIVES: readonly MutableDirective[] = [
  {
    matches: /^(?:ProxyPass|ProxyPassMatch|BalancerMember)\s.*(?:wss?:\/\/|upgrade=|timeout=)/i,
    because: 'it sends WebSockets on',
    source: module('proxy', 'ProxyPass'),
    alter: [replaced(/\s+upgrade=\S+/i, ''), shortened('s', 's', PARAMETER), replaced(/\bws(s?):\/\//i, 'http$1://')],
  },
  {
    matches: /^RewriteCond\s+%\{HTTP:(?:Upgrade|Connection)\}/i,
    because: 'it tells WebSockets from other requests',
    source: module('rewrite', 'RewriteCond'),
    alter: [replaced(/(%\{HTTP:\w+\}\s+"?)(?!!)/i, '$1!')],
  },
  {
    matches: /^RewriteRule\s/i,
    because: 'it says where requests go',
    source: module('rewrite', 'RewriteRule'),
    alter: [replaced(/\bws(s?):\/\//i, 'http$1://')],
  },
  {
    matches: /^(?:ProxyTimeout|ProxyWebsocketIdleTimeout|Timeout|GracefulShutdownTimeout|KeepAliveTimeout)\s/i,
    because: 'it ends idle tunnels, or those of old processes after a reload',
    source: module('proxy', 'ProxyTimeout'),
    alter: [shortened('s', 's')],
  },
  { matches: /^RequestReadTimeout\s/i, because: 'it limits the opening handshake', source: module('reqtimeout', 'RequestReadTimeout') },
  {
    matches: /^RequestHeader\s+\w+\s+"?(?:upgrade|connection|host|origin|x-forwarded)/i,
    because: 'it alters a header of the opening handshake',
    source: module('headers', 'RequestHeader'),
  },
  {
    matches: /^ProxyPreserveHost\s/i,
    because: 'the origin goes by Host',
    source: module('proxy', 'ProxyPreserveHost'),
    alter: [replaced(/\bon\b/i, 'Off')],
  },
  {
    matches: /^(?:ProxyWebsocketFallbackToProxyHttp|LoadModule\s+proxy_wstunnel_module|SetEnvIf|Header\s)/i,
    because: 'it says which module carries the tunnel, or alters a header',
    source: module('proxy_wstunnel', 'ProxyWebsocketFallbackToProxyHttp'),
  },
  {
    matches: /^(?:Redirect\w*|Require\s|Deny\s|AuthType\s)/i,
    because: 'it answers a request',
    source: module('alias', 'Redirect'),
  },
  {
    matches: /^(?:Protocols|H2Upgrade)\s/i,
    because: 'browsers open WebSockets otherwise where HTTP/2 is agreed on',
    source: 'Apache HTTP Server documentation, core, Protocols',
  },
  {
    matches: /^(?:MaxRequestWorkers|ServerLimit|ThreadsPerChild)\s/i,
    because: 'each open socket may take a worker',
    source: 'Apache HTTP Server documentation, mpm_common, MaxRequestWorkers',
    alter: [replaced(/\d+/, '1')],
  },
];
