import type { Claim } from './claim.ts';
import type { Directive } from './config-tree.ts';
import { type Blocks, describeBlock, effective, milliseconds, namedIn, pathPrefix, placeName, scopeOf } from './scope.ts';

/** What is wrong, or worth knowing, about the `proxy_pass` of the innermost block. https://nginx.org/en/docs/http/websocket.html */
export function proxyingLines(blocks: Blocks): readonly Claim[] {
  const pass = blocks.at(-1)?.block?.find(({ name }) => name === 'proxy_pass');
  if (pass === undefined) return [];
  const headers = effective(blocks, 'proxy_set_header');
  return [
    ...upgradeLines(blocks, pass, headers),
    ...idleLines(blocks, pass),
    ...targetLines(blocks, pass),
    ...headerLines(blocks, pass, headers),
  ];
}

const headerNamed = (headers: readonly Directive[], name: string): Directive | undefined =>
  headers.findLast(({ args }) => args[0]?.toLowerCase() === name);

function upgradeLines(blocks: Blocks, pass: Directive, headers: readonly Directive[]): readonly Claim[] {
  const upgrade = headerNamed(headers, 'upgrade');
  const connection = headerNamed(headers, 'connection');
  const upgradeSent = upgrade !== undefined && (upgrade.args[1] ?? '') !== '';
  const connectionSent = connection !== undefined && mayAskUpgrade(blocks, connection.args[1] ?? '');
  const claims: Claim[] = [];
  if (!upgradeSent || !connectionSent) {
    const explanation = droppedBecause(blocks, { upgradeSent, connectionSent, upgrade, connection, headers });
    claims.push({ symptom: 'drops-upgrade', at: pass, explanation, ...scopeOf(blocks) });
  }
  if (upgradeSent) claims.push(...versionLines(blocks, pass));
  if (connection !== undefined && /^upgrade$/i.test(connection.args[1] ?? '')) {
    const explanation =
      `\`proxy_set_header Connection "${connection.args[1]}"\` is sent with every request, ` +
      'so an ordinary one reaches the next host as an upgrade without an Upgrade header';
    claims.push({ symptom: 'spoils-plain-http', at: connection, explanation, ...scopeOf(blocks) });
  }
  return claims;
}

interface Sent {
  readonly upgradeSent: boolean;
  readonly connectionSent: boolean;
  readonly upgrade: Directive | undefined;
  readonly connection: Directive | undefined;
  readonly headers: readonly Directive[];
}

function droppedBecause(blocks: Blocks, { upgradeSent, connectionSent, upgrade, connection, headers }: Sent): string {
  const where = describeBlock(blocks);
  const own = headers[0];
  const outer = blocks.flatMap((block) => namedIn(block, 'proxy_set_header')).find(({ args }) => args[0]?.toLowerCase() === 'upgrade');
  if (upgrade === undefined && outer !== undefined && own !== undefined) {
    return (
      `${where} has a \`proxy_set_header\` of its own (${placeName(own)}), so it inherits none of the outer ones, ` +
      `and the Upgrade header of ${placeName(outer)} does not apply`
    );
  }
  if (upgrade !== undefined && !upgradeSent)
    return `\`proxy_set_header Upgrade ""\` (${placeName(upgrade)}) removes the Upgrade header in ${where}`;
  if (connection !== undefined && !connectionSent) {
    return `\`proxy_set_header Connection "${connection.args[1] ?? ''}"\` (${placeName(connection)}) never says upgrade in ${where}`;
  }
  const missing = upgradeSent
    ? '`proxy_set_header Connection`'
    : connectionSent
      ? '`proxy_set_header Upgrade`'
      : '`proxy_set_header Upgrade` and no `proxy_set_header Connection`';
  return `no ${missing} applies in ${where}, and nginx does not pass these hop-by-hop headers on by itself`;
}

/** A literal that says upgrade, the client's own header, or a variable that can: one made by a `map` is looked up, others are trusted. */
function mayAskUpgrade(blocks: Blocks, value: string): boolean {
  if (!value.includes('$')) return /\bupgrade\b/i.test(value);
  const map = blocks
    .slice(0, 1)
    .flatMap((http) => namedIn(http, 'map'))
    .find(({ args }) => args[1] === value);
  return map === undefined || (map.block ?? []).some(({ args }) => /upgrade|\$/i.test(args[0] ?? ''));
}

function versionLines(blocks: Blocks, pass: Directive): readonly Claim[] {
  const declared = effective(blocks, 'proxy_http_version')[0];
  const version = declared?.args[0];
  if (declared !== undefined && version !== '1.0') return [];
  const explanation =
    declared === undefined
      ? 'the Upgrade header is forwarded without `proxy_http_version 1.1`, and before nginx 1.29.7 that means HTTP/1.0, without upgrade'
      : '`proxy_http_version 1.0` sends the handshake as HTTP/1.0, which has no upgrade';
  return [{ symptom: 'speaks-http10', at: declared ?? pass, explanation, ...scopeOf(blocks) }];
}

/** Only proxy_read_timeout: proxy_send_timeout runs only while nginx has data that the next host does not take (measured on 1.22). */
function idleLines(blocks: Blocks, pass: Directive): readonly Claim[] {
  const declared = effective(blocks, 'proxy_read_timeout')[0];
  const limitMs = declared === undefined ? 60_000 : milliseconds(declared.args.join(' '));
  if (limitMs === null) return [];
  const explanation =
    declared === undefined
      ? 'no `proxy_read_timeout` is set, so a tunnel that is idle for the default of 60 seconds is cut'
      : `\`proxy_read_timeout ${declared.args.join(' ')}\` cuts a tunnel in which neither side sends anything for that long`;
  return [{ symptom: 'cuts-idle', at: declared ?? pass, limitMs, explanation, ...scopeOf(blocks) }];
}

/** https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass: with a URI part the matched prefix is replaced by it. */
function targetLines(blocks: Blocks, pass: Directive): readonly Claim[] {
  const uri = /^https?:\/\/[^/]+(\/.*)$/.exec(pass.args[0] ?? '')?.[1];
  const prefix = pathPrefix(blocks);
  if (uri === undefined || uri === prefix) return [];
  const replaced = prefix === undefined ? 'what was matched' : `\`${prefix}\``;
  const explanation = uri.includes('$')
    ? `the address of \`proxy_pass\` has a path made of variables, \`${uri}\`, which replaces the whole request target`
    : `the address of \`proxy_pass\` has a path, so in ${describeBlock(blocks)} \`${uri}\` takes the place of ${replaced} in the request target`;
  return [{ symptom: 'rewrites-target', at: pass, explanation, ...scopeOf(blocks) }];
}

function headerLines(blocks: Blocks, pass: Directive, headers: readonly Directive[]): readonly Claim[] {
  const others = headers.filter(({ args }) => !/^(?:upgrade|connection)$/i.test(args[0] ?? '') && !sendsOnAsIs(args));
  const claims = others.map((at): Claim => {
    const [name = '', value = ''] = at.args;
    const explanation =
      value === ''
        ? `\`proxy_set_header ${name} ""\` removes the header ${name}`
        : `\`proxy_set_header ${name}\` sends the header ${name} with the value \`${value}\``;
    return { symptom: 'changes-header', at, explanation, ...scopeOf(blocks) };
  });
  if (headerNamed(headers, 'host') !== undefined) return claims;
  const explanation =
    "no `proxy_set_header Host` applies, so the next host is sent `$proxy_host` (the name in `proxy_pass`) instead of the client's Host";
  return [...claims, { symptom: 'changes-header', at: pass, explanation, ...scopeOf(blocks) }];
}

/** `proxy_set_header Host $http_host`: the header as the client sent it. */
const sendsOnAsIs = ([name = '', value = '']: readonly string[]): boolean => value === `$http_${name.toLowerCase().replaceAll('-', '_')}`;
