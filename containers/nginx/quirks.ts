import type { Quirk } from '../../harness/model/quirk.ts';

const scenario = 'opening-handshake';

/** Where nginx is known to differ from what the audits ask for. */
export const quirks: readonly Quirk[] = [
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['upgrade-two-lines'],
    versions: '<1.23',
    because: '$http_upgrade holds the first of several Upgrade lines only',
    source: 'nginx 1.23.0 changes: variables of header fields hold all lines joined; measured on 1.22.1',
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['upgrade-two-lines', 'underscore-name', 'hop-by-hop-field'],
    because:
      'nginx drops header names with underscores unless underscores_in_headers is on, keeps fields that Connection names, and before 1.23 passes the first of several Upgrade lines on',
    source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#underscores_in_headers; measured on 1.22.1',
  },
  {
    audit: 'altered-response',
    scenario,
    cases: [
      'response-103-before-101',
      'response-100-before-101',
      'response-two-103',
      'response-unrequested-101',
      'response-close-after-100',
    ],
    because: 'nginx takes an interim answer, or a 101 that nobody asked for, for the final one and passes nothing behind it on',
    source: 'nginx 1.29.0 changes: support for 103 from proxied servers; measured on 1.22.1',
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-no-connection', 'response-connection-close'],
    because: 'nginx writes the Connection header of a 101 itself, whatever the origin sent',
    source: 'measured on 1.22.1',
  },
  {
    audit: 'accepted-bad-handshake',
    scenario,
    cases: ['space-in-name', 'no-name'],
    versions: '<1.21.1',
    because: 'nginx before 1.21.1 drops a header line whose name it cannot read, and goes on',
    source: 'nginx 1.21.1 changes: an error for spaces and control characters in a header name; measured on 1.18.0',
  },
  {
    audit: 'accepted-bad-handshake',
    scenario,
    cases: ['missing-connection', 'connection-close', 'no-colon'],
    because: 'the documented recipe makes Connection out of Upgrade alone, and a header line without a colon is left out',
    source: 'https://nginx.org/en/docs/http/websocket.html; measured on 1.22.1',
  },
  {
    audit: 'smuggled-request',
    scenario: 'safety',
    cases: ['h2c-tunnel'],
    because: 'the documented recipe forwards whatever protocol Upgrade names, h2c too',
    source: 'nginx/nginx#1472; https://nginx.org/en/docs/http/websocket.html; measured on 1.22.1',
  },
  {
    audit: 'unpassed-half-close',
    scenario: 'tunnel',
    cases: ['half-close-client', 'half-close-origin'],
    because: 'nginx ends both directions of an upgraded connection, and of a stream, when either side has ended its own',
    source:
      'measured on 1.22.1; proxy_half_close of the stream module is off by default: https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html#proxy_half_close',
  },
  {
    audit: 'buffered-events',
    scenario: 'coexistence',
    cases: ['before-events', 'beside-events', 'after-events'],
    because:
      'with proxy_buffering on, its default, nginx gathers an answer that comes by HTTP/1.0, or that goes to the client over TLS, unless the origin says X-Accel-Buffering: no',
    source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering; measured on 1.22.1',
  },
  {
    audit: 'accepted-bad-proxy-header',
    scenario: 'transport',
    cases: ['proxy-header-v1-mangled'],
    because: 'nginx takes the address of a PROXY header of version 1 as text and does not look whether it is one',
    source: 'measured on 1.22.1: 192.0.2.700 arrives in $proxy_protocol_addr as it was sent',
  },
];
