import { type MutableDirective, replaced, shortened } from './mutation.ts';

const DOCS = 'Caddy documentation, Caddyfile Directives';

/** What in a Caddyfile a WebSocket depends on. Caddy passes upgrades on by itself: much of it is what stands in the way. */
export const CADDY_DIRECTIVES: readonly MutableDirective[] = [
  {
    matches: /^(?:stream_timeout|stream_close_delay)\s/,
    because: 'it ends tunnels, after a time or after a reload',
    source: `${DOCS}, reverse_proxy, Streaming`,
    alter: [shortened('s')],
  },
  {
    matches:
      /^(?:idle|read_timeout|write_timeout|read_header|read_body|write|response_header_timeout|dial_timeout|grace_period|shutdown_delay)\s/,
    because: 'it limits the opening handshake or ends connections',
    source: 'Caddy documentation, Global options, timeouts',
    alter: [shortened('s')],
  },
  {
    matches: /^(?:header_up|header_down|request_header)\s+[-+>]?(?:upgrade|connection|host|origin|sec-websocket|x-forwarded|x-real-ip)/i,
    because: 'it alters a header of the opening handshake',
    source: `${DOCS}, reverse_proxy, Headers`,
  },
  {
    matches: /^(?:@\S+\s+)?header\s+(?:connection|upgrade)\b/i,
    because: 'it tells WebSockets from other requests',
    source: 'Caddy documentation, Request Matchers, header',
    alter: [replaced(/(\S+)(\s*)$/, 'not-$1$2')],
  },
  {
    matches: /^(?:handle_path|uri|rewrite|redir|respond|basicauth|basic_auth|forward_auth|abort|error)\s/,
    because: 'it answers a request or alters its target',
    source: `${DOCS}, rewrite`,
  },
  { matches: /^(?:versions|protocols)\s/, because: 'it says which HTTP is spoken', source: `${DOCS}, reverse_proxy, The http transport` },
  {
    matches: /^(?:flush_interval|buffer\w*|request_buffers|response_buffers|encode)\s/,
    because: 'it says how bytes are passed on',
    source: `${DOCS}, reverse_proxy, Streaming`,
  },
  { matches: /^lb_policy\s/, because: 'it keeps a client at one server', source: `${DOCS}, reverse_proxy, Load balancing` },
];
