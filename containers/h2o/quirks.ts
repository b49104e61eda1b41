import type { Quirk } from '../../harness/model/quirk.ts';

const scenario = 'opening-handshake';
const source = 'measured on H2O 2.2.5';

/** Where H2O is known to differ from what the audits ask for. */
export const quirks: readonly Quirk[] = [
  { audit: 'accepted-bad-handshake', scenario, cases: ['upgrade-h2c'], because: 'H2O takes an upgrade to h2c itself', source },
  {
    audit: 'accepted-bad-handshake',
    scenario,
    cases: ['missing-host', 'two-hosts'],
    because: 'H2O asks for no Host, and takes the last of two',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['absolute-form', 'absolute-form-ws', 'absolute-form-other-host'],
    because: 'H2O takes an absolute target for a path',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['hop-by-hop-field'],
    because: 'H2O takes off the hop-by-hop fields that it knows, not every field that Connection names',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['upgrade-list', 'upgrade-list-second'],
    because: 'H2O drops an Upgrade field that is not just `websocket`',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-no-connection', 'response-no-upgrade', 'response-connection-close', 'response-other-protocol'],
    because: 'H2O writes Connection and Upgrade of a 101 by itself',
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
      'upgrade-versioned',
      'wrong-version',
      'missing-version',
      'two-versions',
      'version-list',
      'version-leading-zero',
      'version-empty',
      'response-426',
      'upgrade-empty',
      'upgrade-h2c-websocket',
    ],
    because: 'H2O takes the hop-by-hop field Upgrade off an answer that is no 101',
    source,
  },
  { audit: 'refused-upgrade', scenario, cases: ['upgrade-h2c'], because: 'H2O takes an upgrade to h2c itself', source },
  {
    audit: 'refused-upgrade',
    scenario,
    cases: ['upgrade-list', 'upgrade-list-second'],
    because: 'H2O takes only an Upgrade field whose one value is `websocket`',
    source,
  },
  {
    audit: 'unpassed-half-close',
    scenario: 'tunnel',
    cases: ['half-close-client', 'half-close-origin'],
    because: 'H2O ends both sockets when either side has ended its own direction',
    source: 'measured on H2O 2.2.5',
  },
  {
    audit: 'crashed-proxy',
    scenario: 'tunnel',
    versions: '<2.3',
    because: 'H2O 2.2 aborts now and then while tunnels carry much and end: do_write asserts that no write is under way',
    source:
      'measured on H2O 2.2.5: evloop.c.h:258, in some runs and not in others; of the same kind: https://github.com/h2o/h2o/issues/966',
  },
];
