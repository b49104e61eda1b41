import type { Quirk } from '../../harness/model/quirk.ts';

const scenario = 'opening-handshake';
const source = 'measured on lighttpd 1.4.69';

/** Where lighttpd is known to differ from what the audits ask for. */
export const quirks: readonly Quirk[] = [
  { audit: 'accepted-bad-handshake', scenario, cases: ['upgrade-h2c'], because: 'lighttpd takes an upgrade to h2c itself', source },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['empty-key', 'empty-value'],
    because: 'lighttpd drops fields without a value',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['hop-by-hop-field'],
    because: 'lighttpd takes off the hop-by-hop fields that it knows, not every field that Connection names',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['encoded-path', 'lower-case-escape', 'dot-segments', 'double-slash', 'reserved-in-query', 'raw-utf8'],
    because: 'lighttpd normalises path and query before it passes them on (`server.http-parseopts`)',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-no-upgrade', 'response-204'],
    because: 'lighttpd waits for more after a 101 without Upgrade, and after a 204',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-no-connection', 'response-connection-close'],
    because: 'lighttpd writes Connection of a 101 by itself',
    source,
  },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['leading-empty-line'],
    because: 'lighttpd does not skip an empty line before a request',
    source,
  },
  { audit: 'refused-upgrade', scenario, cases: ['upgrade-h2c'], because: 'lighttpd takes an upgrade to h2c itself', source },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['large-cookie'],
    because: 'lighttpd takes at most 8 KiB of header (`server.max-request-field-size`)',
    source,
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
    because: 'lighttpd takes an answer whole before it sends any of it, unless server.stream-response-body says otherwise',
    source: 'lighttpd, server.stream-response-body, whose default is 0; measured on 1.4.69',
  },
  {
    audit: 'unpassed-half-close',
    scenario: 'tunnel',
    cases: ['half-close-client', 'half-close-origin'],
    because: 'lighttpd ends both sockets when the origin has ended its own direction, and passes a FIN of the client on late or not at all',
    source: 'measured on lighttpd 1.4.69',
  },
  {
    audit: 'lost-end',
    scenario: 'tunnel',
    cases: ['half-close-client'],
    because: 'lighttpd passes a FIN of the client on about a second late: it looks at such connections once a second',
    source: 'measured on lighttpd 1.4.69',
  },
  {
    audit: 'lost-end',
    scenario: 'closing',
    cases: [
      'client-fin-idle',
      'client-fin-mid-message',
      'client-fin-under-load',
      'client-killed-idle',
      'client-killed-mid-message',
      'client-killed-under-load',
    ],
    because: 'lighttpd passes a FIN of the client on about a second late: it looks at such connections once a second',
    source: 'measured on lighttpd 1.4.69',
  },
  {
    audit: 'unpassed-half-close',
    scenario: 'closing',
    cases: ['client-fin-idle', 'client-fin-mid-message', 'client-fin-under-load'],
    because: 'lighttpd passes a FIN of the client on about a second late: it looks at such connections once a second',
    source: 'measured on lighttpd 1.4.69',
  },
];
