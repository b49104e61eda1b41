import { type MutableDirective, replaced, shortened } from './mutation.ts';

const module = (name: string, directive: string): string => `nginx documentation, ngx_${name}_module, ${directive}`;

/** What in an nginx config a WebSocket depends on ("WebSocket proxying", nginx documentation). */
export const NGINX_DIRECTIVES: readonly MutableDirective[] = [
  {
    matches: /^proxy_http_version\s/,
    because: 'an upgrade needs HTTP/1.1 on the way to the origin, and nginx speaks 1.0 by default',
    source: module('http_proxy', 'proxy_http_version'),
    alter: [replaced(/1\.1/, '1.0')],
  },
  {
    matches: /^(?:proxy|grpc)_set_header\s+(?:upgrade|connection|host|origin|sec-websocket|x-forwarded|x-real-ip|forwarded)/i,
    because: 'hop-by-hop headers reach the origin only where they are set, and the origin goes by the others',
    source: module('http_proxy', 'proxy_set_header'),
    alter: [replaced(/^(\s*\w+\s+\S+\s+)[^;]*;/, '$1"";')],
  },
  {
    matches: /^(?:default|["']?\w*["']?)\s+["']?upgrade["']?\s*;/i,
    because: 'it makes Connection say upgrade',
    source: 'nginx documentation, WebSocket proxying',
    alter: [replaced(/["']?upgrade["']?\s*;/i, 'close;')],
  },
  {
    matches: /^(?:''|"")\s+\S+\s*;/,
    because: 'it is what Connection says in an ordinary request',
    source: 'nginx documentation, WebSocket proxying',
    alter: [replaced(/\S+\s*;/, 'upgrade;')],
  },
  {
    matches: /^(?:proxy_read_timeout|proxy_send_timeout|send_timeout|proxy_timeout|keepalive_timeout)\s/,
    because: 'it ends idle tunnels',
    source: module('http_proxy', 'proxy_read_timeout'),
    alter: [shortened('s')],
  },
  {
    matches: /^(?:proxy_connect_timeout|client_header_timeout|client_body_timeout|resolver_timeout)\s/,
    because: 'it limits the opening handshake',
    source: module('http_proxy', 'proxy_connect_timeout'),
    alter: [shortened('s')],
  },
  {
    matches: /^worker_shutdown_timeout\s/,
    because: 'it ends the tunnels of old workers after a reload',
    source: 'nginx documentation, Core functionality, worker_shutdown_timeout',
    alter: [shortened('s')],
  },
  {
    matches: /^(?:proxy_buffering|proxy_request_buffering|tcp_nodelay|proxy_socket_keepalive|proxy_ignore_client_abort)\s+(?:on|off)/,
    because: 'it says how bytes are passed on',
    source: module('http_proxy', 'proxy_buffering'),
    alter: [replaced(/\bon\b/, 'off'), replaced(/\boff\b/, 'on')],
  },
  {
    matches: /^(?:return|rewrite|deny|auth_basic|auth_request|valid_referers|limit_except|error_page)\s/,
    because: 'it answers a request or alters its target',
    source: module('http_rewrite', 'return'),
  },
  {
    matches:
      /^(?:proxy_hide_header|proxy_pass_header|proxy_pass_request_headers|proxy_method|proxy_redirect|proxy_cache|mirror|underscores_in_headers)\s/,
    because: 'it alters the request or the answer on its way',
    source: module('http_proxy', 'proxy_hide_header'),
  },
  {
    matches: /^(?:ip_hash|hash|least_conn|sticky|random)\b/,
    because: 'it keeps a client at one server',
    source: module('http_upstream', 'ip_hash'),
  },
  {
    matches: /^(?:limit_conn|limit_req|limit_rate)\s/,
    because: 'each open socket counts against it',
    source: module('http_limit_conn', 'limit_conn'),
  },
  {
    matches: /^worker_connections\s/,
    because: 'each open socket takes two of them',
    source: 'nginx documentation, Core functionality, worker_connections',
    alter: [replaced(/\d+/, '16')],
  },
  {
    matches: /^(?:listen\s.*\bhttp2\b|http2\s+on)/,
    because: 'browsers open WebSockets otherwise where HTTP/2 is agreed on',
    source: module('http_v2', 'http2'),
    alter: [replaced(/\s+http2(?=[\s;])/, '')],
    isKept: true,
  },
];
