import type { ConfigLine, ConfigScope } from '../../harness/model/service.ts';
import { inSeconds, lineOf, type Claim, type Statement } from '../config-statements.ts';

/** Default of `server.max-read-idle`, in milliseconds. */
const READ_IDLE_MS = 60_000;
const MAX_CHARACTERS = 1024 * 1024;

/** `name = value`, over as many lines as its parentheses take, with the path that a condition around it asks for. */
interface Setting {
  readonly name: string;
  readonly value: string;
  readonly statement: Statement;
  readonly scope: { readonly scope?: ConfigScope };
}

/** The lines of a lighttpd config that matter to a WebSocket. Never throws. What an `include` brings in is not followed. */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  const settings = settingsOf(text);
  const claimed = settings.flatMap((setting) => claimsOf(setting, settings).map((claim) => lineOf(setting.statement, file, claim)));
  return [...claimed, ...idleLines(settings, file)];
}

function settingsOf(text: string): readonly Setting[] {
  const lines = text.slice(0, MAX_CHARACTERS).split('\n').map(withoutComment);
  const settings: Setting[] = [];
  const conditions: (string | null)[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const condition = /^\s*(?:else\s*)?\$(\S+)\s*(==|=\^|=~|!=|!~|=\$)\s*"([^"]*)"/.exec(line);
    if (line.includes('{') && !/^\s*[\w.-]+\s*\+?=/.test(line)) {
      conditions.push(condition === null ? null : prefixOf(condition[1] ?? '', condition[2] ?? '', condition[3] ?? ''));
      continue;
    }
    if (/^\s*\}/.test(line)) conditions.pop();
    const [, name, begin = ''] = /^\s*([\w.-]+)\s*\+?=>?\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const statement: Statement = { words: [], line: at + 1, column: line.search(/\S/) + 1, text: line.trim().slice(0, 300) };
    let value = begin;
    while (depthOf(value) > 0 && at + 1 < lines.length) value += ` ${(lines[++at] ?? '').trim()}`;
    const pathPrefix = conditions.findLast((one) => one !== null);
    settings.push({ name, value, statement, scope: pathPrefix == null ? {} : { scope: { pathPrefix } } });
  }
  return settings;
}

/** A path that a condition on the URL begins with; null for any other condition. */
function prefixOf(variable: string, operator: string, pattern: string): string | null {
  if (!/^HTTP\["url"\]$/.test(variable)) return null;
  if (operator === '=^' || operator === '==') return pattern;
  return operator === '=~' ? (/^\^(\/[\w/-]*)/.exec(pattern)?.[1] ?? null) : null;
}

const withoutComment = (line: string): string =>
  line.replace(/\r$/, '').replace(/"(?:[^"\\]|\\.)*"|#.*$/g, (found) => (found.startsWith('#') ? '' : found));
const depthOf = (value: string): number => {
  const bare = value.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return bare.split('(').length - bare.split(')').length;
};

function claimsOf(setting: Setting, settings: readonly Setting[]): readonly Claim[] {
  const { name, value, scope, statement } = setting;
  if (name === 'proxy.server') return proxyClaims(setting, settings);
  if (name === 'proxy.header' && /"(?:map-urlpath|map-host-request)"/.test(value))
    return [{ symptom: 'rewrites-target', explanation: `\`${statement.text}\` maps what the origin is asked for`, ...scope }];
  if (name.startsWith('url.rewrite'))
    return [{ symptom: 'rewrites-target', explanation: `\`${name}\` changes the request target`, ...scope }];
  if (name === 'url.redirect') return [{ symptom: 'answers-itself', explanation: '`url.redirect` redirects the client', ...scope }];
  if (name === 'url.access-deny')
    return [
      { symptom: 'answers-itself', explanation: '`url.access-deny` refuses the request with 403', scope: { ...scope.scope, status: 403 } },
    ];
  if (/^setenv\.(?:add|set)-(?:request|response)-header$/.test(name))
    return [{ symptom: 'changes-header', explanation: `\`${statement.text}\` changes a header`, ...scope }];
  const grace = name === 'server.feature-flags' ? /"server\.graceful-shutdown-timeout"\s*=>\s*"?(\d{1,9})/.exec(value)?.[1] : undefined;
  if (grace === undefined) return [];
  const limitMs = Number(grace) * 1000;
  return [{ symptom: 'cuts-on-reload', limitMs, explanation: `a graceful end cuts what is open after ${inSeconds(limitMs)}` }];
}

/** https://redmine.lighttpd.net/projects/lighttpd/wiki/Docs_ModProxy */
function proxyClaims(proxy: Setting, settings: readonly Setting[]): readonly Claim[] {
  const { scope, value } = proxy;
  const claims: Claim[] = [
    { symptom: 'changes-header', explanation: 'lighttpd adds X-Forwarded-For, -Host and -Proto and X-Host', ...scope },
  ];
  const isEnabled = settings.some(({ name, value: header }) => name === 'proxy.header' && /"upgrade"\s*=>\s*"enable"/.test(header));
  if (!isEnabled) {
    const explanation = 'no `proxy.header = ( "upgrade" => "enable" )` applies, and lighttpd does not pass Upgrade on by itself';
    claims.push({ symptom: 'drops-upgrade', explanation, ...scope });
  }
  const others = settings.filter(({ name }) => name === 'proxy.server').length > 1;
  if (others && !/"host"\s*=>\s*"origin"[^)]*"port"\s*=>\s*"?9000/.test(value))
    claims.push({ symptom: 'answers-itself', explanation: 'this line gives the request to a server that is not the origin', ...scope });
  return claims;
}

/** That it ends tunnels was measured with 1.4.69; it does so up to a second late. */
function idleLines(settings: readonly Setting[], file: string): readonly ConfigLine[] {
  const declared = settings.findLast(({ name }) => name === 'server.max-read-idle');
  const at = declared ?? settings.find(({ name }) => name === 'proxy.server');
  if (at === undefined) return [];
  const written = declared?.value.trim() ?? '';
  const limitMs = /^\d{1,9}$/.test(written) ? Number(written) * 1000 : READ_IDLE_MS;
  const which = declared === undefined ? 'the default of `server.max-read-idle`' : '`server.max-read-idle`';
  const explanation = `${which} cuts a tunnel in which nothing has come for ${inSeconds(limitMs)}`;
  return [lineOf(at.statement, file, { symptom: 'cuts-idle', limitMs, explanation })];
}
