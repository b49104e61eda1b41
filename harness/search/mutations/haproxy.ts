import { type MutableDirective, replaced, shortened } from './mutation.ts';

const manual = (section: string, keyword: string): string => `HAProxy Configuration Manual ${section}, "${keyword}"`;

/** `if` for `unless` and back. */
const INVERTED = [replaced(/\sif\s(?=[^"]*$)/, ' unless '), replaced(/\sunless\s(?=[^"]*$)/, ' if ')];

/** What in an HAProxy config a WebSocket depends on. */
export const HAPROXY_DIRECTIVES: readonly MutableDirective[] = [
  {
    matches: /^timeout\s+(?:tunnel|client|server|client-fin|server-fin)\s/,
    because: 'it ends idle tunnels, or half of one',
    source: manual('4.2', 'timeout tunnel'),
    alter: [shortened('ms')],
  },
  {
    matches: /^timeout\s+(?:connect|http-request|http-keep-alive|queue|tarpit)\s/,
    because: 'it limits the opening handshake',
    source: manual('4.2', 'timeout http-request'),
    alter: [shortened('ms')],
  },
  {
    matches: /^hard-stop-after\s/,
    because: 'it ends the tunnels of an old process after a reload',
    source: manual('3.1', 'hard-stop-after'),
    alter: [shortened('ms')],
  },
  {
    matches:
      /^(?:no\s+)?option\s+(?:http-server-close|httpclose|forceclose|http-keep-alive|http-tunnel|http-buffer-request|http-no-delay)\b/,
    because: 'it says how connections are kept or closed around a request',
    source: manual('4', 'option http-server-close'),
  },
  {
    matches:
      /^http-(?:request|response|after-response)\s+(?:set|add|del|replace)-(?:header|value)\s+(?:upgrade|connection|sec-websocket|host|origin|x-forwarded|forwarded)/i,
    because: 'it alters a header of the opening handshake',
    source: manual('4.2', 'http-request set-header'),
    alter: INVERTED,
  },
  {
    matches:
      /^http-(?:request|response)\s+(?:deny|return|redirect|reject|tarpit|auth|set-path|replace-path|set-uri|set-method|silent-drop)\b/,
    because: 'it answers a request or alters its target',
    source: manual('4.2', 'http-request deny'),
    alter: INVERTED,
  },
  {
    matches: /^(?:redirect|block|reqi?(?:rep|deny|del))\s/,
    because: 'it answers a request or alters its target',
    source: manual('4.2', 'redirect'),
    alter: INVERTED,
  },
  {
    matches: /^(?:use_backend|use-server)\s/,
    because: 'it says where requests go',
    source: manual('4.2', 'use_backend'),
    alter: INVERTED,
  },
  { matches: /^default_backend\s/, because: 'it says where all other requests go', source: manual('4.2', 'default_backend') },
  {
    matches: /^acl\s.*(?:upgrade|connection|websocket|\/ws|socket)/i,
    because: 'it tells WebSockets from other requests',
    source: manual('7', 'Using ACLs'),
    alter: [replaced(/^([^#]*\s)(\S+)(\s*)$/, '$1$2-x$3')],
  },
  { matches: /^mode\s+(?:http|tcp)\b/, because: 'it says whether requests are read at all', source: manual('4.2', 'mode') },
  {
    matches: /^(?:balance\s+(?:source|uri|hdr|url_param|hash)|cookie\s|stick\s|stick-table\s|hash-type\s)/,
    because: 'it keeps a client at one server',
    source: manual('4.2', 'stick on'),
  },
  {
    matches: /^(?:maxconn|fullconn|rate-limit\s+sessions)\s/,
    because: 'each open socket counts against it',
    source: manual('4.2', 'maxconn'),
    alter: [replaced(/\d+/, '1')],
  },
  {
    matches: /^server\s.*\s(?:ws|proto|send-proxy\S*|maxconn|alpn)\b/,
    because: 'it says how the next host is spoken to',
    source: manual('5.2', 'ws'),
    alter: [replaced(/\s(?:ws|proto|alpn)\s+\S+/, ''), replaced(/\ssend-proxy\S*/, ''), replaced(/\smaxconn\s+\d+/, ' maxconn 1')],
    isKept: true,
  },
  {
    matches: /^bind\s.*\s(?:alpn|proto|accept-proxy|maxconn)\b/,
    because: 'it says which protocol clients speak',
    source: manual('5.1', 'alpn'),
    alter: [replaced(/\salpn\s+\S+/, ''), replaced(/\salpn\s+\S+/, ' alpn h2'), replaced(/\saccept-proxy\b/, '')],
    isKept: true,
  },
  {
    matches: /^(?:h2-workaround-bogus-websocket-clients|http-reuse|compression\s|filter\s)/,
    because: 'it changes how WebSockets or their origins are treated',
    source: manual('3.2', 'h2-workaround-bogus-websocket-clients'),
  },
];
