import type { ConfigLine } from '../../harness/model/service.ts';
import { inSeconds, lineOf, readDurationMs, type Claim, type Statement } from '../config-statements.ts';

/** Default of `backend-read-timeout`, in milliseconds. */
const READ_TIMEOUT_MS = 60_000;

interface Option {
  readonly name: string;
  readonly value: string;
  readonly statement: Statement;
}

function optionsOf(text: string): readonly Option[] {
  return text
    .slice(0, 1024 * 1024)
    .split('\n')
    .flatMap((written, at) => {
      const [, name, value = ''] = /^\s*([a-z0-9][a-z0-9-]*)\s*=(.*)$/.exec(written.replace(/\r$/, '')) ?? [];
      const statement: Statement = { words: [], line: at + 1, column: written.search(/\S/) + 1, text: written.trim().slice(0, 300) };
      return name === undefined ? [] : [{ name, value: value.trim(), statement }];
    });
}

/** The lines of an nghttpx config that matter to a WebSocket. Never throws. What an `include` brings in is not followed. */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  const options = optionsOf(text);
  const backends = options.filter(({ name }) => name === 'backend');
  const claimed = options.flatMap((option) => claimsOf(option, backends).map((claim) => lineOf(option.statement, file, claim)));
  return [...claimed, ...idleLines(options, backends, file)];
}

function claimsOf({ name, value }: Option, backends: readonly Option[]): readonly Claim[] {
  switch (name) {
    case 'backend':
      return backendClaims(value, backends);
    case 'add-request-header':
    case 'add-response-header':
      return [{ symptom: 'changes-header', explanation: `\`${name}=${value}\` adds a header` }];
    case 'add-x-forwarded-for':
    case 'strip-incoming-x-forwarded-for':
    case 'add-forwarded':
    case 'host-rewrite':
      return value === 'no'
        ? []
        : [{ symptom: 'changes-header', explanation: `\`${name}\` changes what the origin is told of client and host` }];
    default:
      return [];
  }
}

/** https://nghttp2.org/documentation/nghttpx.1.html: `backend=<HOST>,<PORT>[;[<PATTERN>[:...]][[;<PARAM>]...]`. */
function backendClaims(value: string, backends: readonly Option[]): readonly Claim[] {
  const [address = '', patterns = '/', ...parameters] = value.split(';');
  const prefixes = patterns
    .split(':')
    .map((pattern) => pattern.replace(/^[^/]*/, ''))
    .filter((prefix) => prefix.startsWith('/'));
  const prefix = prefixes.length === 1 ? prefixes[0] : undefined;
  const scope = prefix === undefined ? {} : { scope: { pathPrefix: prefix } };
  const claims: Claim[] = [
    { symptom: 'changes-header', explanation: 'nghttpx adds Via and X-Forwarded-Proto, and rewrites the case of names', ...scope },
  ];
  if (parameters.includes('proto=h2')) {
    const explanation =
      'this back end is spoken to in HTTP/2, where an upgrade is an extended CONNECT that the origin must know (RFC 8441)';
    claims.push({ symptom: 'drops-upgrade', explanation, ...scope });
  }
  if (parameters.includes('redirect-if-not-tls'))
    claims.push({
      symptom: 'answers-itself',
      explanation: '`redirect-if-not-tls` redirects plain requests with 308',
      scope: { ...scope.scope, status: 308 },
    });
  if (backends.length > 1 && !/^origin,9000$/.test(address.trim()))
    claims.push({
      symptom: 'answers-itself',
      explanation: `this line gives the request to \`${address}\`, which is not the origin`,
      ...scope,
    });
  return claims;
}

/** Measured with 1.52: only the limit of the back end's side ends an idle tunnel. */
function idleLines(options: readonly Option[], backends: readonly Option[], file: string): readonly ConfigLine[] {
  const declared = options.findLast(({ name }) => name === 'backend-read-timeout');
  const at = declared ?? backends[0];
  const limitMs = declared === undefined ? READ_TIMEOUT_MS : readDurationMs(declared.value, 1000);
  if (at === undefined || limitMs === null) return [];
  const which = declared === undefined ? 'the default of `backend-read-timeout`' : '`backend-read-timeout`';
  return [
    lineOf(at.statement, file, {
      symptom: 'cuts-idle',
      limitMs,
      explanation: `${which} cuts a tunnel in which the origin sends nothing for ${inSeconds(limitMs)}`,
    }),
  ];
}
