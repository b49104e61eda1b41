import type { Directive } from './config-tree.ts';
import { type Listen, listensOf, socketKey } from './listen.ts';
import { matches, type StepBudget } from './matches-pattern.ts';
import { parsePattern } from './pattern.ts';
import { type Blocks, namedIn } from './scope.ts';

/** What reading an expression costs, in steps of matching one. */
const PARSE_STEPS = 100;

/** A server block of `http` or `stream`. */
export interface Server {
  readonly protocol: 'http' | 'stream';
  /** The block that it stands in, and itself. */
  readonly blocks: Blocks;
  readonly listens: readonly Listen[];
  /** As the config has them: `_`, `*.example.com`, `~^www\d+`. */
  readonly names: readonly string[];
}

/** All server blocks, in the order of the config. */
export function serversOf(main: readonly Directive[]): readonly Server[] {
  const servers = main.flatMap((top): readonly Server[] => {
    if (top.name !== 'http' && top.name !== 'stream') return [];
    const protocol = top.name;
    return namedIn(top, 'server')
      .filter(({ block }) => block !== null)
      .map((server) => ({ protocol, blocks: [top, server], listens: listensOf(server, protocol), names: namesOf(server) }));
  });
  const bySocket = Map.groupBy(
    servers.flatMap(({ listens }) => listens),
    socketKey,
  );
  // One `ssl` or `proxy_protocol` is enough for all servers of a socket (ngx_http_add_addresses).
  const shared = (listen: Listen): Listen => {
    const all = bySocket.get(socketKey(listen)) ?? [];
    return { ...listen, tls: all.some(({ tls }) => tls), wantsProxyHeader: all.some((one) => one.wantsProxyHeader) };
  };
  return servers.map((server) => ({ ...server, listens: server.listens.map(shared) }));
}

const namesOf = ({ block }: Directive): readonly string[] =>
  (block ?? []).filter(({ name }) => name === 'server_name').flatMap(({ args }) => args);

/** A name that a client can say: no catch-all, pattern or variable. */
export const isRealName = (name: string): boolean =>
  /^[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?)*$/.test(name);

/** A name that reaches a server by one of its `server_name`s; null for a pattern of which none can be made. */
export function exampleName(name: string): string | null {
  const example = name.startsWith('.') ? name.slice(1) : name.startsWith('*.') ? `a${name.slice(1)}` : name.replace(/\.\*$/, '.example');
  return isRealName(example) ? example : null;
}

/**
 * Which server of a socket answers a name: the exact one, the longest with a leading asterisk, the longest with a trailing one, the first
 * expression, else the default server (https://nginx.org/en/docs/http/server_names.html).
 */
export function serverFor(servers: readonly Server[], socket: string, host: string, budget?: StepBudget): Server | null {
  const { sharing, named } = socketOf(servers, socket);
  const name = host.toLowerCase();
  const best = (score: (one: string) => number): Server | null => {
    let found: { readonly server: Server; readonly rank: number } | null = null;
    for (const { server, one } of named) {
      const rank = score(one);
      if (rank > (found?.rank ?? 0)) found = { server, rank };
    }
    return found?.server ?? null;
  };
  return (
    best((one) => (one === name || one === `.${name}` ? 1 : 0)) ??
    best((one) => (/^\*?\../.test(one) && name.endsWith(one.replace(/^\*/, '')) ? one.length : 0)) ??
    best((one) => (one.endsWith('.*') && name.startsWith(one.slice(0, -1)) ? one.length : 0)) ??
    sharing.find(({ names }) => names.some((one) => isExpressionFor(one, name, budget))) ??
    sharing.find(({ listens }) => listens.some((listen) => listen.isDefault && socketKey(listen) === socket)) ??
    sharing[0] ??
    null
  );
}

/** The servers of a socket, and their names in lower case. */
interface Socket {
  readonly sharing: readonly Server[];
  readonly named: readonly { readonly server: Server; readonly one: string }[];
}

const sockets = new WeakMap<readonly Server[], ReadonlyMap<string, Socket>>();

function socketOf(servers: readonly Server[], key: string): Socket {
  const known = sockets.get(servers) ?? socketsOf(servers);
  sockets.set(servers, known);
  return known.get(key) ?? { sharing: [], named: [] };
}

function socketsOf(servers: readonly Server[]): ReadonlyMap<string, Socket> {
  const shares = servers.flatMap((server) => [...new Set(server.listens.map(socketKey))].map((key) => ({ key, server })));
  const bySocket = Map.groupBy(shares, ({ key }) => key);
  return new Map(
    [...bySocket].map(([key, all]) => {
      const sharing = all.map(({ server }) => server);
      return [key, { sharing, named: sharing.flatMap((server) => server.names.map((one) => ({ server, one: one.toLowerCase() }))) }];
    }),
  );
}

function isExpressionFor(name: string, host: string, budget: StepBudget | undefined): boolean {
  if (!name.startsWith('~') || (budget !== undefined && budget.left <= 0)) return false;
  if (budget !== undefined) budget.left -= PARSE_STEPS;
  const pattern = parsePattern(name.slice(1), true);
  return pattern !== null && matches(pattern, host, budget);
}
