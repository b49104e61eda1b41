import type { Entry } from '../../harness/model/surroundings.ts';
import type { Directive } from './config-tree.ts';
import { socketKey } from './listen.ts';
import { locationFor, locationsOf } from './location-choice.ts';
import { serverFor, serversOf } from './server-choice.ts';

/** For all expressions of a config together. */
const MAX_STEPS = 3_000_000;

/**
 * The config without the server and location blocks of `http` that a request of this entry does not pass through; named locations stay, for they
 * are reached by way of others. As it is where the entry's server cannot be told.
 */
export function entryBlocks(main: readonly Directive[], entry: Entry): readonly Directive[] {
  const servers = serversOf(main).filter(({ protocol }) => protocol === 'http');
  const listens = servers.flatMap((server) => server.listens).filter(({ port, unix }) => port === entry.port && unix === null);
  const socket =
    listens.find(({ address }) => address === entry.address) ??
    listens.find(({ address, isIpv6 }) => address === null && !isIpv6) ??
    listens[0];
  const budget = { left: MAX_STEPS };
  const server = socket === undefined ? null : serverFor(servers, socketKey(socket), entry.host, budget);
  const [http, own] = server?.blocks ?? [];
  if (server === null || http === undefined || own === undefined) return main;
  const path = /^[^?#]*/.exec(entry.target)?.[0] ?? '/';
  const chosen = new Set(locationFor(locationsOf(server.blocks), path, budget)?.blocks ?? server.blocks);
  const isPassed = (directive: Directive): boolean => {
    if (directive.name === 'server') return directive === own;
    return directive.name !== 'location' || chosen.has(directive) || (directive.args[0]?.startsWith('@') ?? false);
  };
  const pruned = (directive: Directive): Directive =>
    directive.block === null || !(directive === http || chosen.has(directive))
      ? directive
      : { ...directive, block: directive.block.filter((inner) => inner.block === null || isPassed(inner)).map(pruned) };
  return main.map((top) => (top === http ? pruned(top) : top));
}
