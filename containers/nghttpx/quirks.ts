import type { Quirk } from '../../harness/model/quirk.ts';

const scenario = 'opening-handshake';
const source = 'measured on nghttpx 1.52.0';

/** Where nghttpx is known to differ from what the audits ask for. */
export const quirks: readonly Quirk[] = [
  { audit: 'accepted-bad-handshake', scenario, cases: ['upgrade-h2c'], because: 'nghttpx takes an upgrade to h2c itself', source },
  {
    audit: 'accepted-bad-handshake',
    scenario,
    cases: ['post', 'put', 'options', 'missing-connection', 'connection-close', 'two-hosts', 'post-with-body', 'no-name'],
    because: 'nghttpx looks at the Upgrade field alone and writes the rest of the handshake by itself',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['post', 'put', 'options', 'post-with-body'],
    because: 'nghttpx makes a GET of every method that asks for an upgrade',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['hop-by-hop-field'],
    because: 'nghttpx takes off the hop-by-hop fields that it knows, not every field that Connection names',
    source,
  },
  {
    audit: 'altered-handshake-header',
    scenario,
    cases: ['encoded-path', 'double-slash', 'lower-case-escape', 'dot-segments'],
    because: 'nghttpx normalises the path before it passes it on',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: ['response-close-within-body'],
    because: 'nghttpx closes the connection where the answer of the origin breaks off',
    source,
  },
  {
    audit: 'altered-response',
    scenario,
    cases: [
      'http10',
      'missing-upgrade',
      'upgrade-empty',
      'upgrade-versioned',
      'wrong-version',
      'missing-version',
      'two-versions',
      'version-list',
      'version-leading-zero',
      'version-empty',
      'response-426',
    ],
    because: 'nghttpx takes the hop-by-hop field Upgrade off an answer that is no 101',
    source,
  },
  { audit: 'refused-upgrade', scenario, cases: ['upgrade-h2c'], because: 'nghttpx takes an upgrade to h2c itself', source },
  {
    audit: 'unpassed-half-close',
    scenario: 'tunnel',
    cases: ['half-close-client', 'half-close-origin'],
    because: 'nghttpx ends both sockets when either side has ended its own direction',
    source: 'measured on nghttpx 1.52.0',
  },
];
