import type { Entry } from '../../harness/model/surroundings.ts';
import { type Carried, carriedBy } from './carries.ts';
import type { Directive } from './config-tree.ts';
import { targetOf } from './entry-target.ts';
import { type Listen, socketKey } from './listen.ts';
import { everyLocation, locationFor, locationsOf } from './location-choice.ts';
import type { StepBudget } from './matches-pattern.ts';
import { placeOf } from './placed.ts';
import { exampleName, type Server, serverFor, serversOf } from './server-choice.ts';
import { streamEntries } from './stream-entries.ts';

const MAX_ENTRIES = 12;
/** Entries over which no WebSocket is expected: enough to see that they answer. */
const MAX_PLAIN = 2;
/** Server blocks and locations of one that are looked at. */
const MAX_SERVERS = 300;
const MAX_LOCATIONS = 300;
/** Names of a server that are tried until one reaches it. */
const MAX_NAMES = 20;
/** For all expressions of a config together: a second or two for the worst, and thousands of times what a real one needs. */
const MAX_STEPS = 3_000_000;

/** An entry with what it is worth. */
export interface RankedEntry {
  readonly entry: Entry;
  readonly score: number;
}

/** URLs that a client may use, best first: those that the config says are WebSockets, TLS before plain. */
export function entriesOf(main: readonly Directive[]): readonly Entry[] {
  const servers = serversOf(main).slice(0, MAX_SERVERS);
  const http = servers.filter(({ protocol }) => protocol === 'http');
  const budget = { left: MAX_STEPS };
  const ranked = [...http.flatMap((server) => httpEntries(server, http, budget)), ...streamEntries(servers)];
  const unique = new Map<string, RankedEntry>();
  for (const one of ranked.toSorted((a, b) => b.score - a.score)) {
    const { scheme, host, port, target, address } = one.entry;
    const key = JSON.stringify([scheme, host, port, target, address]);
    if (!unique.has(key)) unique.set(key, one);
  }
  const entries = [...unique.values()].map(({ entry }) => entry);
  const plain = entries.filter(({ kind }) => kind === 'plain').slice(0, MAX_PLAIN);
  return [...entries.filter(({ kind }) => kind !== 'plain'), ...plain].slice(0, MAX_ENTRIES);
}

function httpEntries(server: Server, servers: readonly Server[], budget: StepBudget): readonly RankedEntry[] {
  const reached = reachableBy(server, servers, budget);
  if (reached.length === 0) return [];
  const locations = locationsOf(server.blocks);
  const reachable = everyLocation(locations)
    .slice(0, MAX_LOCATIONS)
    .map((location) => ({ location, target: targetOf(location, locations, budget) }));
  const rest = { location: null, target: isRedirect(server) || locationFor(locations, '/', budget) === null ? '/' : null };
  return [...(isRedirect(server) ? [] : reachable), rest].flatMap(({ location, target }) => {
    const carried = target === null ? null : carriedBy(location, target, server.blocks);
    return target === null || carried === null ? [] : reached.map((door, index) => rank(door, index, target, carried));
  });
}

/** `return` and a redirecting `rewrite` of the server itself come before any location. */
const isRedirect = ({ blocks }: Server): boolean =>
  (blocks.at(-1)?.block ?? []).some(
    ({ name, args }) =>
      name === 'return' ||
      (name === 'rewrite' && /^(?:permanent|redirect)$/.test(args[2] ?? '') && /^(?:\^|\^\/)?\(?\.\*\)?\$?$/.test(args[0] ?? '')),
  );

interface Door {
  readonly listen: Listen;
  readonly host: string;
}

/** The sockets and names under which this server and no other answers: TLS first, one for each port. */
function reachableBy(server: Server, servers: readonly Server[], budget: StepBudget): readonly Door[] {
  const names = server.names.flatMap((name) => exampleName(name) ?? []);
  const doors = new Map<string, Door>();
  const sorted = server.listens
    .filter(({ unix }) => unix === null)
    .toSorted((a, b) => Number(b.tls) - Number(a.tls) || Number(a.isIpv6) - Number(b.isIpv6));
  for (const listen of sorted) {
    const host = [...new Set([...names, listen.address ?? 'localhost', 'localhost', 'any.example'])]
      .slice(0, MAX_NAMES)
      .find((name) => serverFor(servers, socketKey(listen), name, budget) === server);
    const key = JSON.stringify([listen.port, listen.tls, listen.address]);
    if (host !== undefined && !doors.has(key)) doors.set(key, { listen, host });
  }
  return [...doors.values()];
}

/** The first door of a server is the one to come by; another may be the same without TLS. */
function rank({ listen, host }: Door, index: number, target: string, what: Carried): RankedEntry {
  const entry: Entry = {
    scheme: listen.tls ? 'wss' : 'ws',
    host,
    port: listen.port,
    target,
    address: listen.address,
    kind: what.kind,
    because: what.because,
    place: placeOf(what.at),
  };
  const isSecond = index > 0 && what.kind !== 'plain';
  return { entry, score: what.score + (listen.tls ? 0.2 : 0) - (isSecond ? 1.5 : 0) };
}
