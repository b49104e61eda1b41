import type { Quirk } from '../../harness/model/quirk.ts';

const scenario = 'opening-handshake';
const source = 'measured on Varnish 7.1.1';

/** Where Varnish is known to differ from what the audits ask for. */
export const quirks: readonly Quirk[] = [
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['upgrade-two-lines'],
    because: '`req.http.upgrade` is the first of two fields, which is not `websocket` here',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-unrequested-101'],
    because: 'Varnish answers 503 to a 101 that it did not ask for',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['missing-upgrade', 'upgrade-two-lines', 'upgrade-empty'],
    because: 'Varnish takes the hop-by-hop field Upgrade off an answer that it does not pipe',
    source,
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['many-fields'],
    because: 'Varnish takes at most 64 header fields (`http_max_hdr`)',
    source,
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['upgrade-two-lines'],
    because: '`req.http.upgrade` is the first of two fields, which is not `websocket` here',
    source,
  },
  {
    audit: 'smuggled-request',
    scenario: 'safety',
    cases: ['tunnel-after-426', 'tunnel-after-400', 'tunnel-after-200', 'tunnel-after-403', 'tunnel-without-key', 'internal-behind-426'],
    because: 'a piped connection is handed over before the origin has answered, and nothing on it is read any more',
    source: 'https://varnish-cache.org/docs/7.1/users-guide/vcl-built-in-subs.html (vcl_pipe); measured on Varnish 7.1.1',
  },
];
