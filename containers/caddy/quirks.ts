import type { Quirk } from '../../harness/model/quirk.ts';

const scenario = 'opening-handshake';
const source = 'measured on Caddy 2.6.2';

/** Where Caddy is known to differ from what the audits ask for. */
export const quirks: readonly Quirk[] = [
  {
    audit: 'accepted-bad-handshake',
    scenario,
    cases: ['no-name'],
    because: 'the HTTP server of Go drops a header line without a name',
    source,
  },
  { audit: 'altered-handshake-header', scenario, cases: ['raw-utf8'], because: 'Caddy percent-encodes bytes above 127 in a path', source },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['upgrade-two-lines'],
    because: 'Caddy passes only the first of two Upgrade fields on',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-space-before-colon'],
    because: 'Caddy answers 200 with nothing where a field of the answer has a space before its colon',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: [
      'response-no-connection',
      'response-no-upgrade',
      'response-connection-close',
      'response-other-protocol',
      'response-unrequested-101',
    ],
    because: 'Caddy 2.6 answers 200 with nothing where the 101 is not one it can pass on',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: [
      'missing-upgrade',
      'missing-connection',
      'connection-close',
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
      'response-426',
    ],
    because: 'Caddy takes the hop-by-hop field Upgrade off an answer that is no 101',
    source,
  },
  {
    audit: 'lost-first-frame',
    scenario,
    versions: '<2.8',
    because: 'Caddy loses what it had read beyond the request head when it turns the connection into a tunnel',
    source: 'caddyserver/caddy#6273 and #6274; measured on 2.6.2',
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['leading-empty-line'],
    because: 'the HTTP server of Go does not skip an empty line before a request',
    source,
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['upgrade-two-lines'],
    because: 'Caddy passes only the first of two Upgrade fields on',
    source,
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['upgrade-list', 'upgrade-list-second', 'upgrade-h2c-websocket'],
    because: 'Caddy compares the whole Upgrade field of the request with that of the 101, and answers 200 where they differ',
    source,
  },
];
