import type { Entry } from '../../harness/model/surroundings.ts';
import type { Directive } from './config-tree.ts';
import { soundsLikeWebSocket } from './entry-target.ts';
import type { Location } from './location-choice.ts';
import { type Blocks, effective } from './scope.ts';

/** What a location does with a WebSocket. The higher the score, the surer that WebSockets are meant to come here. */
export interface Carried extends Pick<Entry, 'kind' | 'because'> {
  readonly score: number;
  /** The directive that says so. */
  readonly at: Directive;
}

/** What a location does with a request for a target that reaches it. Null: no request of a client does (`internal`). */
export function carriedBy(location: Location | null, target: string, server: Blocks): Carried | null {
  const blocks = location?.blocks ?? server;
  const at = blocks.at(-1);
  if (at === undefined || (at.block ?? []).some(({ name }) => name === 'internal')) return null;
  const proxied = proxiedBlocks(blocks, server);
  if (proxied === null) return { kind: 'plain', because: plainBecause(blocks), score: 0, at };
  const upgrade = effective(proxied, 'proxy_set_header').findLast(({ args }) => args[0]?.toLowerCase() === 'upgrade');
  const where = location?.text ?? '/';
  const isNamed = soundsLikeWebSocket(location?.kind === 'expression' ? target : where);
  const isWide = /^(?:\^?\/?|\^?\/?\(?\.\*\)?\$?)$/.test(where);
  if ((upgrade?.args[1] ?? '') !== '') {
    const because = upgrade === undefined || isOwn(upgrade, proxied) ? 'this location sets Upgrade' : 'Upgrade is set around this location';
    return { kind: 'declared', because, score: isNamed ? 5 : isWide ? 3 : 4, at };
  }
  if (isNamed) return { kind: 'declared', because: 'the path of this location is one of WebSockets', score: 3.5, at };
  if (isWide) return { kind: 'likely', because: 'this location proxies every path', score: 2, at };
  return { kind: 'plain', because: 'this location proxies, and nothing in it is about WebSockets', score: 1, at };
}

const isOwn = (directive: Directive, blocks: Blocks): boolean => blocks.at(-1)?.block?.includes(directive) ?? false;

/** The blocks around the `proxy_pass` that a location ends in: its own, that of an `if` in it, or of the named location it falls back on. */
function proxiedBlocks(blocks: Blocks, server: Blocks): Blocks | null {
  const level = blocks.at(-1)?.block ?? [];
  const has = (one: readonly Directive[]): boolean => one.some(({ name }) => name === 'proxy_pass');
  if (has(level)) return blocks;
  const conditional = level.find(({ name, block }) => name === 'if' && has(block ?? []));
  if (conditional !== undefined) return [...blocks, conditional];
  const fallback = level.find(({ name }) => name === 'try_files')?.args.at(-1);
  const named = (server.at(-1)?.block ?? []).find(
    ({ name, args }) => name === 'location' && args[0] === fallback && fallback?.startsWith('@'),
  );
  return named !== undefined && has(named.block ?? []) ? [...server, named] : null;
}

function plainBecause(blocks: Blocks): string {
  const level = blocks.at(-1)?.block ?? [];
  const answer = level.find(({ name }) => name === 'return' || name === 'rewrite');
  if (answer !== undefined) return `\`${[answer.name, ...answer.args].join(' ').slice(0, 80)}\` answers here`;
  const other = level.find(({ name }) => /^(?:fastcgi|uwsgi|scgi|grpc|memcached)_pass$/.test(name));
  return other === undefined ? 'nginx serves files here' : `\`${other.name}\` carries no WebSocket`;
}
