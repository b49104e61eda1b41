import type { ConfigRejection } from '../../harness/model/service.ts';
import type { VersionRange } from '../../harness/model/surroundings.ts';

const SOURCE = 'nginx, CHANGES';

interface VersionRule extends VersionRange {
  readonly message: RegExp;
}

const since = (version: string, message: RegExp, what: string): VersionRule => ({
  message,
  from: version,
  before: null,
  because: `${what} since nginx ${version} (${SOURCE})`,
});

const until = (version: string, message: RegExp, what: string): VersionRule => ({
  message,
  from: null,
  before: version,
  because: `${what} before nginx ${version} (${SOURCE})`,
});

const directives = (version: string, names: readonly string[]): readonly VersionRule[] =>
  names.map((name) => since(version, new RegExp(`^unknown directive "${name}"`), `\`${name}\` is a directive`));

/** What later versions brought and removed. Where a Debian package has the version, the words were seen with it. */
const RULES: readonly VersionRule[] = [
  ...directives('1.31.0', ['least_time']),
  ...directives('1.29.8', ['max_headers']),
  ...directives('1.29.6', ['sticky']),
  ...directives('1.29.4', ['ssl_ech_file']),
  ...directives('1.29.3', ['add_header_inherit', 'add_trailer_inherit']),
  ...directives('1.29.1', ['ssl_certificate_compression']),
  ...directives('1.29.0', ['early_hints']),
  ...directives('1.27.4', [
    'keepalive_min_timeout',
    'ssl_object_cache_inheritable',
    'ssl_certificate_cache',
    'proxy_ssl_certificate_cache',
    'grpc_ssl_certificate_cache',
    'uwsgi_ssl_certificate_cache',
  ]),
  ...directives('1.27.2', ['proxy_pass_trailers']),
  ...directives('1.25.1', ['http2']),
  ...directives('1.25.0', ['http3']),
  ...directives('1.21.4', ['proxy_half_close', 'ssl_alpn']),
  ...directives('1.19.10', ['keepalive_time']),
  ...directives('1.19.4', [
    'ssl_reject_handshake',
    'ssl_conf_command',
    'proxy_ssl_conf_command',
    'grpc_ssl_conf_command',
    'uwsgi_ssl_conf_command',
  ]),
  ...directives('1.19.3', ['proxy_cookie_flags', 'userid_flags']),
  since(
    '1.31.3',
    /^unknown directive "(?:proxy|fastcgi|grpc|scgi|uwsgi)_socket_(?:snd|rcv)buf"/,
    'sizes of socket buffers towards the next host can be set',
  ),
  since('1.29.7', /^invalid parameter "multipath"/, '`listen` has the parameter `multipath`'),
  since('1.29.6', /^invalid parameter "(?:route=[^"]*|drain)"/, '`server` of an upstream block has the parameters `route` and `drain`'),
  since('1.27.3', /^invalid parameter "resolve"/, '`server` of an upstream block has the parameter `resolve`'),
  since('1.27.3', /^"resolver(?:_timeout)?" directive is not allowed here/, '`resolver` may stand in an upstream block'),
  since('1.27.0', /^"(?:proxy|fastcgi|scgi|uwsgi)_limit_rate" directive invalid value/, 'a limit of rate may be a variable'),
  since('1.25.0', /^invalid parameter "quic"/, '`listen` has the parameter `quic`'),
  since('1.29.4', /^invalid value "2"/, '`proxy_http_version 2` is accepted'),
  until('1.25.1', /^unknown directive "ssl"/, '`ssl on` is accepted'),
  {
    message: /^invalid parameter "spdy"/,
    from: null,
    before: '1.19.7',
    because:
      'the parameter `spdy` of `listen` is accepted, without effect, before nginx 1.19.7 (nginx, commit e82939206: removed SPDY directives handling)',
  },
];

/** In which versions of nginx a config that was refused with these words may be accepted; null: in none that is known. */
export function acceptedBy({ message }: ConfigRejection): VersionRange | null {
  const rule = RULES.find((one) => one.message.test(message));
  return rule === undefined ? null : { from: rule.from, before: rule.before, because: rule.because };
}
