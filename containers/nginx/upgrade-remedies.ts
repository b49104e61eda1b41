import type { ConfigEdit, RemedyCandidate } from '../../harness/model/remedy.ts';
import type { Directive } from './config-tree.ts';
import { type Blocks, effective } from './scope.ts';
import type { Source } from './source-range.ts';

interface Place {
  readonly source: Source;
  readonly directive: Directive;
  readonly blocks: Blocks;
}

const WEBSOCKET_PAGE = 'nginx, "WebSocket proxying" (nginx.org/en/docs/http/websocket.html)';

const mapsOf = (blocks: Blocks): readonly Directive[] => (blocks[0]?.block ?? []).filter(({ name }) => name === 'map');

/** A map that turns `$http_upgrade` into a Connection header: its variable, and the edit that makes it where there is none. */
function connectionMap({ source, blocks }: Pick<Place, 'source' | 'blocks'>): {
  readonly variable: string;
  readonly edits: readonly ConfigEdit[];
} {
  const maps = mapsOf(blocks);
  const says = ({ block }: Directive): boolean =>
    (block ?? []).some(({ name, args }) => name === 'default' && /^upgrade$/i.test(args[0] ?? ''));
  const known = maps.find((map) => map.args[0] === '$http_upgrade' && says(map))?.args[1];
  if (known !== undefined) return { variable: known, edits: [] };
  const taken = new Set(maps.map(({ args }) => args[1]));
  const variable = ['$connection_upgrade', '$websocket_connection', '$hopscope_connection'].find((name) => !taken.has(name)) ?? '';
  const server = (blocks[0]?.block ?? []).find(({ name }) => name === 'server');
  if (variable === '' || server === undefined) return { variable: '', edits: [] };
  const lines = [`map $http_upgrade ${variable} {`, '    default upgrade;', '    ""      close;', '}', ''];
  return { variable, edits: [source.before(server, lines)] };
}

const isUpgradeHeader = ({ args }: Directive): boolean => /^(?:upgrade|connection)$/i.test(args[0] ?? '');

/** An argument as nginx reads it back. */
const quoted = (arg: string): string => (arg === '' || /[\s;{}"'#\\]/.test(arg) ? `"${arg.replaceAll(/["\\]/g, String.raw`\$&`)}"` : arg);

/** The three lines of nginx's own recipe, in the block of the `proxy_pass` that the handshake goes through. */
export function forwardUpgrade(place: Place): readonly RemedyCandidate[] {
  const { source, directive, blocks } = place;
  const { variable, edits } = connectionMap(place);
  const level = blocks.at(-1)?.block ?? [];
  if (directive.name !== 'proxy_pass' || blocks[0]?.name !== 'http' || variable === '') return [];
  const own = level.filter(({ name }) => name === 'proxy_set_header');
  const wanted = { Upgrade: '$http_upgrade', Connection: variable };
  const mended: ConfigEdit[] = [];
  const added: string[] = [];
  if (effective(blocks, 'proxy_http_version')[0]?.args[0] !== '1.1') {
    const declared = level.find(({ name }) => name === 'proxy_http_version');
    if (declared === undefined) added.push('proxy_http_version 1.1;');
    else mended.push(source.replace(declared, 'proxy_http_version 1.1;'));
  }
  for (const [name, value] of Object.entries(wanted)) {
    const line = `proxy_set_header ${name} ${value};`;
    const there = own.find(({ args }) => args[0]?.toLowerCase() === name.toLowerCase());
    if (there === undefined) added.push(line);
    else mended.push(source.replace(there, line));
  }
  // The first proxy_set_header of a block ends the inheritance of all outer ones: they are said again.
  const inherited = own.length > 0 ? [] : effective(blocks, 'proxy_set_header').filter((one) => !isUpgradeHeader(one));
  added.push(...inherited.map(({ args }) => `proxy_set_header ${args.map(quoted).join(' ')};`));
  const behind = added.length === 0 ? [] : [source.after(directive, added)];
  return [
    {
      title: 'Forward the upgrade: HTTP/1.1 to the next host, the Upgrade header as it came, and a Connection header that depends on it.',
      edits: [...edits, ...mended, ...behind],
      source: WEBSOCKET_PAGE,
    },
  ];
}

export function speakHttp11({ source, directive }: Place): readonly RemedyCandidate[] {
  const line = 'proxy_http_version 1.1;';
  const isSaid = directive.name === 'proxy_http_version';
  if (!isSaid && directive.name !== 'proxy_pass') return [];
  return [
    {
      title: 'Speak HTTP/1.1 to the next host: HTTP/1.0 has no upgrade.',
      edits: [isSaid ? source.replace(directive, line) : source.after(directive, [line])],
      source: 'nginx, ngx_http_proxy_module, proxy_http_version',
    },
  ];
}

/** `Connection "upgrade"` on every request becomes one that follows the request's own Upgrade header. */
export function upgradeByMap(place: Place): readonly RemedyCandidate[] {
  const { source, directive } = place;
  const { variable, edits } = connectionMap(place);
  if (directive.name !== 'proxy_set_header' || variable === '') return [];
  return [
    {
      title: 'Ask for an upgrade only where the client does: a `map` from the Upgrade header to the Connection header.',
      edits: [...edits, source.replace(directive, `proxy_set_header Connection ${variable};`)],
      source: WEBSOCKET_PAGE,
    },
  ];
}

/** The lines of a location that forwards WebSockets to an address; null where no map can be had. */
export function websocketLines(
  place: Pick<Place, 'source' | 'blocks'>,
  address: string,
): { readonly lines: readonly string[]; readonly edits: readonly ConfigEdit[] } | null {
  const { variable, edits } = connectionMap(place);
  if (variable === '') return null;
  const others = effective(place.blocks, 'proxy_set_header').filter((one) => !isUpgradeHeader(one));
  const kept =
    others.length === 0
      ? ['proxy_set_header Host $http_host;']
      : others.map(({ args }) => `proxy_set_header ${args.map(quoted).join(' ')};`);
  return {
    lines: [
      `proxy_pass ${address};`,
      'proxy_http_version 1.1;',
      'proxy_set_header Upgrade $http_upgrade;',
      `proxy_set_header Connection ${variable};`,
      ...kept,
    ],
    edits,
  };
}
