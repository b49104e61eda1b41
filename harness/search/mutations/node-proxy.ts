import { type MutableDirective, replaced, shortened } from './mutation.ts';

const HTTP = 'Node.js documentation, HTTP';
const VALUE = /(?<=[:=(,]\s*)(\d[\d_]*)(?=\s*[,;)}\n]|$)/;

/** What in a Node proxy script a WebSocket depends on: options and calls of http-proxy, its forks and node:http, by their names. */
export const NODE_DIRECTIVES: readonly MutableDirective[] = [
  {
    matches: /\bws\s*:\s*true\b/,
    because: 'upgrades are passed on only where it is set',
    source: 'http-proxy README, Options, ws',
    alter: [replaced(/\bws\s*:\s*true\b/, 'ws: false')],
    isKept: true,
  },
  {
    matches: /\.on\(\s*['"]upgrade['"]/,
    because: 'a server without it ends connections that ask for an upgrade',
    source: `${HTTP}, Event: 'upgrade'`,
  },
  { matches: /\.ws\(/, because: 'it passes the upgrade on', source: 'http-proxy README, Proxying WebSockets' },
  {
    matches: /\b(?:proxyTimeout|timeout|keepAliveTimeout|headersTimeout|requestTimeout|setTimeout)\b/,
    because: 'it ends idle tunnels or limits the opening handshake',
    source: `${HTTP}, server.timeout`,
    alter: [shortened('ms', 'ms', VALUE)],
  },
  {
    matches: /\b(?:changeOrigin|xfwd|secure|followRedirects|preserveHeaderKeyCase)\s*:\s*(?:true|false)\b/,
    because: 'it alters the request on its way',
    source: 'http-proxy README, Options',
    alter: [replaced(/:\s*true\b/, ': false')],
  },
  {
    matches: /\b(?:setNoDelay|setKeepAlive|pathRewrite|proxyReqWs|setHeader|removeHeader)\b/,
    because: 'it alters the request or how bytes are passed on',
    source: 'http-proxy README, Listening for proxy events',
  },
];
