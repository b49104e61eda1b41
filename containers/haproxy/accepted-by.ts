import type { ConfigRejection } from '../../harness/model/service.ts';
import type { VersionRange } from '../../harness/model/surroundings.ts';

/*
 * Versions of HAProxy that take what another one refuses. The words are those of the programs, measured with 2.2, 2.6 and 3.0; the versions
 * are those of HAProxy's CHANGELOG, and of the first configuration manual (docs.haproxy.org) that has the keyword.
 */

const MANUAL = 'https://docs.haproxy.org';
const CHANGELOG = 'CHANGELOG of HAProxy';

/** Keywords, options, rules and arguments by the version that brought them. */
const SINCE: Readonly<Record<string, readonly string[]>> = {
  '2.4': [
    '.if',
    '.elif',
    '.else',
    '.endif',
    'default-path',
    'expose-experimental-directives',
    'lua-load-per-thread',
    'normalize-uri',
    'set-timeout',
    'wait-for-body',
  ],
  '2.5': [
    'error-log-format',
    'h2-workaround-bogus-websocket-clients',
    'httpslog',
    'ignore-empty',
    'set-var-fmt',
    'shards',
    'thread-groups',
    'tune.ssl.capture-buffer-size',
    'ws',
  ],
  '2.6': [
    'close-spread-time',
    'cluster-secret',
    'fd-hard-limit',
    'h1-accept-payload-with-any-method',
    'httpclient.resolvers.prefer',
    'httpclient.ssl.verify',
    'ssl-propquery',
    'ssl-provider',
  ],
  '2.7': ['rst-ttl'],
  '2.8': [
    'forwarded',
    'no-alpn',
    'sc-add-gpc',
    'sigalgs',
    'client-sigalgs',
    'ssl-default-bind-sigalgs',
    'ssl-default-bind-client-sigalgs',
    'prealloc-fd',
  ],
  '2.9': [
    'limited-quic',
    'log-bufsize',
    'set-proxy-v2-tlv-fmt',
    'ssl-default-server-curves',
    'tune.lua.log.loggers',
    'tune.lua.log.stderr',
  ],
  '3.0': [
    'crt-store',
    'default-crt',
    'expose-deprecated-directives',
    'guid-prefix',
    'harden.reject-privileged-ports.quic',
    'harden.reject-privileged-ports.tcp',
    'hash-key',
    'key-base',
    'ocsp-update.mode',
    'pool-conn-name',
    'set-bc-mark',
    'set-fc-mark',
    'ssl-security-level',
    'stats-file',
  ],
  '3.1': [
    'accept-unsafe-violations-in-http-request',
    'accept-unsafe-violations-in-http-response',
    'do-log',
    'init-state',
    'log-profile',
    'set-retries',
    'traces',
  ],
  '3.2': ['cpu-policy', 'hash-preserve-affinity', 'http-drop-request-trailers', 'http-drop-response-trailers', 'idle-ping', 'ssl-f-use'],
};

/** What HAProxy no longer takes, by the words it says; the version is the first that refuses. */
const UNTIL: readonly (readonly [RegExp, string, string])[] = [
  [/option 'forceclose' is not supported/, '2.5', '`option forceclose` is refused since HAProxy 2.5'],
  [/option 'http-tunnel' is not supported/, '2.5', '`option http-tunnel` is refused since HAProxy 2.5'],
  [/option 'http-use-htx'/, '2.5', '`option http-use-htx` is refused since HAProxy 2.5'],
  [/'tune\.chksize' is not supported/, '2.5', '`tune.chksize` is refused since HAProxy 2.5'],
  [/'monitor-net' doesn't exist anymore/, '2.3', '`monitor-net` is refused since HAProxy 2.3'],
  [/'(?:stats )?bind-process' is not supported/, '2.7', '`bind-process` is refused since HAProxy 2.7'],
  [/'process \S+' on 'bind' lines is not supported/, '2.7', '`process` of a `bind` line is refused since HAProxy 2.7'],
  [/Missing LF on last line/, '2.3', 'a last line without a line feed is refused since HAProxy 2.3'],
  [/Cannot raise FD limit/, '2.3', 'too low a limit of open files is refused since HAProxy 2.3 (`strict-limits`)'],
];
/** HAProxy says it itself: "nbproc is not supported any more since HAProxy 2.5". */
const OWN_WORDS =
  /(?:the |keyword |option )*'?(?<what>[\w. -]{1,60}?)'? (?:directive |keyword )?is not supported any ?more since HAProxy (?:version )?(?<before>\d{1,2}\.\d{1,2})/i;
const NEWER: readonly RegExp[] = [
  /unknown keyword '([^']{1,80})'/,
  /unknown option '([^']{1,80})'/,
  /, but got '([^'(]{1,80})/,
  /invalid variable '(set-var-fmt)\(/,
  /condition but found '([^']{1,80})'/,
  /\(was '([^']{1,80})'\)/,
];
const MAX_MESSAGE = 8_192;

/** In which versions a config that was refused with these words may be accepted; null: in none that is known. */
export function acceptedBy({ message }: ConfigRejection): VersionRange | null {
  const text = message.slice(0, MAX_MESSAGE);
  const until = UNTIL.find(([words]) => words.test(text));
  if (until !== undefined) return { from: null, before: until[1], because: `${until[2]} (${CHANGELOG})` };
  const own = OWN_WORDS.exec(text)?.groups;
  if (own !== undefined) {
    const before = own['before'] ?? '';
    return { from: null, before, because: `\`${own['what'] ?? ''}\` is refused since HAProxy ${before} (its own words)` };
  }
  if (/'defaults' cannot handle unexpected argument 'from'/.test(text)) return since('defaults ... from', '2.4');
  const word = NEWER.map((pattern) => pattern.exec(text)?.[1]).find((one) => one !== undefined);
  // These words stand for other things elsewhere.
  if (word === 'thread' && /'bind /.test(text)) return since(word, '2.5');
  if (word === 'grace' && /'global' section/.test(text)) return since(word, '2.5');
  const version = Object.keys(SINCE).find((one) => word !== undefined && SINCE[one]?.includes(word));
  return word === undefined || version === undefined ? null : since(word, version);
}

const since = (what: string, version: string): VersionRange => ({
  from: version,
  before: null,
  because: `\`${what}\` is there since HAProxy ${version} (${MANUAL}/${version}/configuration.html)`,
});
