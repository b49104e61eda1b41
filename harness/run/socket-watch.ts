import { setTimeout as sleep } from 'node:timers/promises';
import { addressesOf, networksOf, type Topology } from '../lab/topology.ts';
import { nowMs } from '../measure/clock.ts';
import { hostsOf, legsOf, type Path } from '../model/path.ts';
import { shellWords } from '../probes/host-shell.ts';
import { parseSockets, SOCKETS_ARGV, type SocketSeen } from '../probes/socket-samples.ts';
import { SocketSeries } from '../probes/socket-series.ts';
import type { HostShells, WatchShell } from './host-shells.ts';
import type { LiveTopology, Placed } from './live-topology.ts';
import type { RunFolder } from './run-folder.ts';

/** How often the sockets of a host are looked at, and how many looks a second all hosts together may take: a look takes 3 ms. */
const LOOK_EVERY_MS = 250;
const LOOKS_PER_SECOND = 40;
/** A look at many sockets takes longer: the next one waits so many times its length, so that watching stays below 5 % of a CPU. */
const REST_TIMES = 20;
/** Sockets of a host that are looked at. Of those beyond nothing is known, not even sums: the kernel walks all of them for each look. */
const MAX_SOCKETS = 2000;
const END_OF_LIST = 'end of list';

/** A host that a driven path has a leg at. */
interface WatchedPath {
  readonly path: Path;
  readonly host: string;
  /** `ip ip` of the two ends of each leg of the path at this host, its own first. */
  readonly ends: ReadonlySet<string>;
  readonly series: SocketSeries;
}

export interface SocketWatchGround {
  readonly folder: RunFolder;
  readonly shells: HostShells;
}

/** Looks at the sockets of the hosts of some paths until it is stopped. */
export class SocketWatch {
  readonly #scenario: string;
  readonly #ground: SocketWatchGround;
  readonly #watched: readonly WatchedPath[];
  readonly #end = new AbortController();
  readonly #done: Promise<void>;

  /** Starts looking. Never fails: a host that cannot be watched is left out. */
  constructor(placed: readonly Placed[], scenario: string, ground: SocketWatchGround) {
    this.#scenario = scenario;
    this.#ground = ground;
    const hosts = new Map<string, { readonly live: LiveTopology; readonly host: string; readonly paths: WatchedPath[] }>();
    for (const { path, live } of placed) {
      for (const host of hostsOf(path)) {
        const key = `${live.topology.name}/${host}`;
        const entry = hosts.get(key) ?? { live, host, paths: [] };
        entry.paths.push({ path, host, ends: endsAt(path, live.topology, host), series: new SocketSeries() });
        hosts.set(key, entry);
      }
    }
    this.#watched = [...hosts.values()].flatMap(({ paths }) => paths);
    const everyMs = Math.max(LOOK_EVERY_MS, (hosts.size / LOOKS_PER_SECOND) * 1000);
    this.#done = Promise.all(
      [...hosts.values()].map(async ({ live, host, paths }) => this.#watch(await ground.shells.of(live, host), paths, everyMs)),
    ).then(() => undefined);
  }

  /** Stops looking and records what was seen. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#done;
    for (const { path, host, series } of this.#watched) {
      for (const socket of series.sockets)
        this.#ground.folder.append('sockets', { path: path.id, scenario: this.#scenario, host, ...socket });
    }
  }

  async #watch(watch: WatchShell | null, paths: readonly WatchedPath[], everyMs: number): Promise<void> {
    if (watch === null) return;
    const { signal } = this.#end;
    // The first look is early, as a short load is over soon.
    for (let waitMs = everyMs / 2; await slept(waitMs, signal); ) {
      const atMs = nowMs();
      const script = `${shellWords(SOCKETS_ARGV)} | head -n ${MAX_SOCKETS}; echo ${shellWords([END_OF_LIST])}`;
      const lines = await watch.shell.ask(script, (line) => line === END_OF_LIST);
      if (lines === null) return;
      for (const socket of parseSockets(lines)) addTo(paths, atMs, socket);
      waitMs = Math.max(everyMs, REST_TIMES * (nowMs() - atMs));
    }
  }
}

/** False when it was cut short. */
const slept = (ms: number, signal: AbortSignal): Promise<boolean> => sleep(ms, true, { signal }).catch(() => false);

function addTo(paths: readonly WatchedPath[], atMs: number, socket: SocketSeen): void {
  const ip = (end: string): string => end.slice(0, end.lastIndexOf(':'));
  const ends = `${ip(socket.local)} ${ip(socket.peer)}`;
  paths.find((path) => path.ends.has(ends))?.series.add(atMs, socket);
}

/** Addresses of the two ends of each leg of a path at a host: the leg's first network at the client's side, its last at the origin's. */
function endsAt(path: Path, topology: Topology, host: string): ReadonlySet<string> {
  const ends = new Set<string>();
  for (const leg of legsOf(path)) {
    const [near, far] = [leg.from, leg.to].map((name) => topology.hosts.find((one) => one.name === name));
    const first = near === undefined ? undefined : networksOf(topology, near).at(-1);
    const last = far === undefined ? undefined : networksOf(topology, far)[0];
    if (near === undefined || far === undefined || first === undefined || last === undefined) continue;
    for (const a of addressesOf(topology, near, first)) {
      for (const b of addressesOf(topology, far, last)) {
        if (leg.from === host) ends.add(`${a} ${b}`);
        if (leg.to === host) ends.add(`${b} ${a}`);
      }
    }
  }
  return ends;
}
