import type { RemedyCandidate } from '../../harness/model/remedy.ts';
import type { RemedyRequest } from '../../harness/model/service.ts';
import type { Directive } from './config-tree.ts';
import type { Blocks } from './scope.ts';
import type { Source } from './source-range.ts';
import { websocketLines } from './upgrade-remedies.ts';

interface Place {
  readonly request: RemedyRequest;
  readonly source: Source;
  readonly directive: Directive;
  readonly blocks: Blocks;
}

/** These guard something: whoever wrote them decides. */
const GUARDS = new Set(['deny', 'auth_basic', 'auth_request', 'limit_except']);

/**
 * A location of its own for the socket, where the location that takes it answers by itself: `return`, files, another module. `^~`
 * wins over regular expressions, and the longest prefix over shorter ones. The next host is the one that the server's other locations have, if there is just one.
 */
export function ownLocation({ request, source, directive, blocks }: Place): readonly RemedyCandidate[] {
  const at = blocks.findLastIndex(({ name }) => name === 'server');
  const server = blocks[at];
  const location = blocks[at + 1];
  const path = /^\/[\w.~%/-]*/.exec(request.target)?.[0];
  const isWhole = path !== undefined && path === request.target.split('?')[0];
  if (server === undefined || location?.name !== 'location' || !isWhole || GUARDS.has(directive.name)) return [];
  // What a server does before it chooses a location, it does to the new one too; a location twice is refused.
  const level = server.block ?? [];
  if (level.some(({ name, args }) => name === 'return' || name === 'rewrite' || (name === 'location' && args.at(-1) === path))) return [];
  const [address, ...others] = nextHosts(level);
  const made = address === undefined || others.length > 0 ? null : websocketLines({ source, blocks: blocks.slice(0, at + 1) }, address);
  if (made === null) return [];
  const lines = [`location ^~ ${path} {`, ...made.lines.map((line) => `    ${line}`), '}', ''];
  return [
    {
      title: `Give the socket a location of its own that forwards the upgrade: \`${path}\`.`,
      edits: [...made.edits, source.before(location, lines)],
      source: 'nginx, ngx_http_core_module, location, and "WebSocket proxying"',
    },
  ];
}

/** Addresses without a path that locations of the server send requests to. */
function nextHosts(level: readonly Directive[]): readonly string[] {
  const inside = ({ block }: Directive): readonly Directive[] => (block ?? []).flatMap((one) => [one, ...inside(one)]);
  const passes = level.flatMap((one) => [one, ...inside(one)]).filter(({ name }) => name === 'proxy_pass');
  return [...new Set(passes.flatMap(({ args }) => /^https?:\/\/[^/$]+/.exec(args[0] ?? '')?.[0] ?? []))];
}
