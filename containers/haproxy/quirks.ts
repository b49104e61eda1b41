import type { Quirk } from '../../harness/model/quirk.ts';

const scenario = 'opening-handshake';

/** Where HAProxy is known to differ from what the audits ask for. */
export const quirks: readonly Quirk[] = [
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['hop-by-hop-field'],
    because: 'HAProxy takes off the hop-by-hop fields that it knows, not every field that Connection names',
    source: 'measured on 2.6.12: X-Hop reaches the origin',
  },
  {
    audit: 'altered-response',
    scenario,
    cases: [
      'missing-upgrade',
      'upgrade-two-lines',
      'upgrade-empty',
      'upgrade-versioned',
      'upgrade-h2c',
      'wrong-version',
      'missing-version',
      'two-versions',
      'version-list',
      'version-leading-zero',
      'version-empty',
      'body-with-length',
      'body-chunked',
      'body-chunked-empty',
      'length-and-chunked',
      'response-426',
    ],
    because: 'HAProxy takes a 426 with Upgrade for the answer to a WebSocket and adds a Sec-WebSocket-Accept that no client looks at',
    source: 'haproxy/haproxy#1997; measured on 2.6.12 and 3.0.11',
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-103-before-101', 'response-100-before-101', 'response-two-103'],
    because: 'HAProxy answers 502 when interim answers come before the 101 in one piece',
    source: 'measured on 2.6.12',
  },
  {
    audit: 'accepted-bad-handshake',
    scenario,
    cases: ['http20-line'],
    because: 'HAProxy reads HTTP/2.0 in a request line as a version of HTTP/1 and sends HTTP/1.1 on',
    source: 'measured on 2.6.12',
  },
  {
    audit: 'smuggled-request',
    scenario: 'safety',
    cases: ['h2c-tunnel'],
    versions: '<3.1',
    because: 'HAProxy before 3.1 forwards `Upgrade: h2c` and opens the tunnel when the origin accepts it',
    source: 'haproxy commit 7b89aa5b1 (3.1-dev5) stopped it; measured on 2.6.12',
  },
  {
    audit: 'unpassed-half-close',
    scenario: 'tunnel',
    cases: ['half-close-origin'],
    because: 'in HTTP mode HAProxy ends both directions of a tunnel when the server has ended its own',
    source: 'measured on 2.6.12: RFC 9293 section 3.6 lets the other direction go on, and mode tcp does',
  },
  {
    audit: 'accepted-bad-proxy-header',
    scenario: 'transport',
    cases: ['proxy-header-v1-mangled'],
    because: 'HAProxy reads a number above 255 in the address of a PROXY header of version 1 and carries it over into the number before it',
    source: 'measured on 2.2.9, 2.6.12 and 3.0.11: 192.0.2.700 arrives as 192.0.4.188',
  },
  {
    audit: 'buffered-events',
    scenario: 'coexistence',
    cases: [
      'before-events',
      'beside-events',
      'after-events',
      'before-events-unbuffered',
      'beside-events-unbuffered',
      'after-events-unbuffered',
    ],
    because:
      'without `option http-no-delay` HAProxy tells the kernel that more of a chunked answer will follow, and small parts wait for it, up to 200 ms; over TLS and in mode tcp they do not',
    source: 'HAProxy configuration manual, option http-no-delay; measured on 2.6.12',
  },
];
