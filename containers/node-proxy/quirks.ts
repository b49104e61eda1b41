import type { Quirk } from '../../harness/model/quirk.ts';

const scenario = 'opening-handshake';

/** Where Node's HTTP server and the proxy packages are known to differ from what the audits ask for. */
export const quirks: readonly Quirk[] = [
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['upgrade-list', 'upgrade-list-second', 'upgrade-two-lines', 'upgrade-doubled'],
    because: 'the packages compare the whole Upgrade header with `websocket` and destroy the connection of any other',
    source: 'ws-incoming of http-proxy 1.18.1, http-proxy-3 2.0.1 and httpxy 0.5.6; measured on all three',
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['hop-by-hop-field'],
    because: 'the packages pass on the fields that Connection names',
    source: 'measured on http-proxy 1.18.1, http-proxy-3 2.0.1 and httpxy 0.5.6',
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['double-slash'],
    versions: 'http-proxy <2',
    because: 'http-proxy joins target and request path and makes one slash of several',
    source: 'urlJoin in common.js of http-proxy 1.18.1; measured',
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['dot-segments', 'reserved-in-query'],
    versions: 'http-proxy-3',
    because: 'http-proxy-3 reads the request path with the URL class, which resolves dot segments and encodes more of the query',
    source: 'measured on http-proxy-3 2.0.1',
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['absolute-form', 'absolute-form-ws', 'absolute-form-other-host'],
    versions: 'httpxy',
    because: 'httpxy appends an absolute target to the path of the server',
    source: 'measured on httpxy 0.5.6',
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-chunked-refusal', 'response-unrequested-101'],
    because:
      'a refusal with a chunked body is passed on with Transfer-Encoding and without chunks, and a 101 that nobody asked for leaves the client waiting',
    source: 'ws-incoming of http-proxy 1.18.1; measured',
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-close-within-body'],
    because: 'a refusal that breaks off within its body is passed on and not ended, so that whoever waits for the whole of it waits',
    source: 'ws-incoming of http-proxy 1.18.1; measured on http-proxy-3 2.0.1 behind nginx',
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-no-connection'],
    versions: 'http-proxy-3',
    because: 'http-proxy-3 writes the Connection header of a 101 itself, whatever the origin sent',
    source: 'measured on http-proxy-3 2.0.1',
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['wrong-version', 'missing-version', 'two-versions', 'version-list', 'version-leading-zero', 'version-empty', 'response-426'],
    versions: 'httpxy',
    because: 'httpxy takes the Upgrade header off a 426, which has to name the protocol (RFC 9110 section 15.5.22)',
    source: 'measured on httpxy 0.5.6',
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['absolute-form'],
    because: 'programs that look at the beginning of request.url take an absolute target for another path',
    source: 'measured with http-proxy 1.18.1 below a prefix',
  },
  {
    audit: 'accepted-bad-handshake',
    scenario,
    cases: ['http20-line', 'no-version', 'missing-host', 'two-hosts'],
    because: 'the HTTP parser of Node takes HTTP/0.9 and HTTP/2.0 in a request line, and the packages write a Host of their own',
    source: 'measured on Node 24 with http-proxy 1.18.1, http-proxy-3 2.0.1 and httpxy 0.5.6',
  },
  {
    audit: 'unpassed-half-close',
    scenario: 'tunnel',
    cases: ['half-close-origin'],
    because: 'the packages end both sockets when the origin has ended its direction',
    source: 'measured on http-proxy 1.18.1, http-proxy-3 2.0.1 and httpxy 0.5.6',
  },
];
