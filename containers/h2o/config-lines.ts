import type { ConfigLine, ConfigScope } from '../../harness/model/service.ts';
import { inSeconds, lineOf, type Claim } from '../config-statements.ts';
import { readYamlLines, type YamlLine } from '../yaml-lines.ts';

/** Default of `proxy.websocket.timeout`, in milliseconds. */
const WEBSOCKET_TIMEOUT_MS = 300_000;
const ANSWERS = new Set(['file.dir', 'file.file', 'redirect', 'status', 'mruby.handler', 'mruby.handler-file', 'fastcgi.connect']);
const isOn = (value: string | undefined): boolean => /^(?:on|true|yes)$/i.test(value ?? '');

/** The lines of an H2O config that matter to a WebSocket. Never throws. A setting counts wherever it stands; the last one holds. */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  const lines = readYamlLines(text);
  const claimed = lines.flatMap((line) => claimsOf(line, lines).map((claim) => lineOf(line.statement, file, claim)));
  return [...claimed, ...idleLines(lines, file)];
}

/** The path that a line belongs to: the key below `paths`. */
function scopeOf({ above }: YamlLine): { readonly scope?: ConfigScope } {
  const at = above.lastIndexOf('paths');
  const pathPrefix = at < 0 ? undefined : above[at + 1];
  return pathPrefix?.startsWith('/') === true ? { scope: { pathPrefix } } : {};
}

function claimsOf(line: YamlLine, lines: readonly YamlLine[]): readonly Claim[] {
  const scope = scopeOf(line);
  if (line.key === 'proxy.reverse.url') return proxyClaims(line, lines);
  if (ANSWERS.has(line.key) && 'scope' in scope)
    return [{ symptom: 'answers-itself', explanation: `\`${line.key}\` answers these targets without the origin`, ...scope }];
  if (/^header\.|^proxy\.header\./.test(line.key)) {
    const where = line.key.startsWith('proxy.') ? 'request' : 'response';
    return [{ symptom: 'changes-header', explanation: `\`${line.statement.text}\` changes a header of the ${where}`, ...scope }];
  }
  return [];
}

/** https://h2o.examp1e.net/configure/proxy_directives.html */
function proxyClaims(line: YamlLine, lines: readonly YamlLine[]): readonly Claim[] {
  const scope = scopeOf(line);
  const last = (key: string): YamlLine | undefined => lines.findLast((one) => one.key === key);
  const claims: Claim[] = [];
  if (!isOn(last('proxy.websocket')?.value))
    claims.push({
      symptom: 'drops-upgrade',
      explanation: 'no `proxy.websocket: ON` applies, so H2O does not pass Upgrade and Connection on',
      ...scope,
    });
  const prefix = scope.scope?.pathPrefix;
  const [, host = '', path = ''] = /^https?:\/\/([^/]+)(\/.*)?$/.exec(line.value) ?? [];
  if (prefix !== undefined && path !== '' && path !== prefix)
    claims.push({
      symptom: 'rewrites-target',
      explanation: `\`${path}\` takes the place of \`${prefix}\` in the request target`,
      ...scope,
    });
  if (lines.filter(({ key }) => key === 'proxy.reverse.url').length > 1 && host !== 'origin:9000')
    claims.push({
      symptom: 'answers-itself',
      explanation: `this line gives the request to \`${host}\`, which is not the origin`,
      ...scope,
    });
  const isHostKept = isOn(last('proxy.preserve-host')?.value);
  const kept = isHostKept ? '' : ", and Host is the name in this line instead of the client's";
  claims.push({ symptom: 'changes-header', explanation: `H2O adds X-Forwarded-For, X-Forwarded-Proto and Via${kept}`, ...scope });
  return claims;
}

function idleLines(lines: readonly YamlLine[], file: string): readonly ConfigLine[] {
  const declared = lines.findLast(({ key }) => key === 'proxy.websocket.timeout');
  const at = declared ?? lines.find(({ key }) => key === 'proxy.reverse.url');
  if (at === undefined) return [];
  const written = declared?.value ?? '';
  const limitMs = /^\d{1,12}$/.test(written) ? Number(written) : WEBSOCKET_TIMEOUT_MS;
  const which = declared === undefined ? 'the default of `proxy.websocket.timeout`' : '`proxy.websocket.timeout`';
  const explanation = `${which} cuts a tunnel in which nothing has moved for ${inSeconds(limitMs)}`;
  return [lineOf(at.statement, file, { symptom: 'cuts-idle', limitMs, explanation })];
}
