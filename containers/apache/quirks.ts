import type { Quirk } from '../../harness/model/quirk.ts';

const scenario = 'opening-handshake';
const source = 'measured on Apache httpd 2.4.71';

/** Where Apache httpd is known to differ from what the audits ask for. */
export const quirks: readonly Quirk[] = [
  {
    audit: 'accepted-bad-handshake',
    scenario,
    cases: ['http20-line', 'connection-close', 'missing-connection'],
    because: 'Apache reads the request line and Connection leniently and passes a handshake on that is right',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['lower-case-escape', 'dot-segments', 'double-slash', 'raw-utf8'],
    because: 'Apache decodes, merges and encodes the path anew before it passes it on',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['cookie-two-lines'],
    because: 'Apache joins fields of one name into one with a comma, cookies too',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['upgrade-list-second', 'upgrade-two-lines', 'upgrade-list', 'upgrade-doubled'],
    because: 'Apache drops an Upgrade field that is not just `websocket`',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-no-connection', 'response-connection-close'],
    because: 'Apache writes Connection and Upgrade of a 101 by itself',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-no-http', 'response-bad-status-line'],
    because: 'Apache takes an answer that is no HTTP for one of HTTP/0.9 with status 200',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: [
      'missing-upgrade',
      'missing-connection',
      'connection-close',
      'upgrade-list',
      'upgrade-list-second',
      'upgrade-two-lines',
      'upgrade-doubled',
      'upgrade-empty',
      'upgrade-versioned',
      'upgrade-h2c-websocket',
    ],
    because: 'Apache takes the hop-by-hop field Upgrade off an answer that is no 101',
    source,
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['encoded-path'],
    because: 'Apache answers 404 to a target with an encoded slash (`AllowEncodedSlashes` is off by default)',
    source,
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['http10'],
    because: 'Apache asks for an upgrade for a client of HTTP/1.0 and then cannot pass its 101 on',
    source,
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['upgrade-list', 'upgrade-doubled', 'upgrade-list-second', 'upgrade-two-lines'],
    because:
      'Apache takes only an Upgrade field whose one value is `websocket`: a list or a second field is answered 502 or passed on without it',
    source,
  },
];
