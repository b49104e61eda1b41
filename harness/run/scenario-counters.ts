import type { RunningHost, RunningLink } from '../lab/lab.ts';
import { COUNTER_FILES, counterDelta, parseTcpCounters, type TcpCounters } from '../probes/tcp-counters.ts';
import type { Topology } from '../lab/topology.ts';
import type { LiveTopology } from './live-topology.ts';

/** What the kernels and the injectors of one topology counted while a scenario was captured. Null: could not be read. */
export interface ScenarioCounts {
  /** RetransSegs by host. */
  readonly resentSegs: ReadonlyMap<string, number | null>;
  /** Packets dropped by link; links without impairments drop none and are not asked. */
  readonly droppedPackets: ReadonlyMap<string, number | null>;
}

type LinkCounters = NonNullable<Awaited<ReturnType<RunningLink['counters']>>>;

interface Reading {
  readonly hosts: ReadonlyMap<string, TcpCounters | null>;
  readonly links: ReadonlyMap<string, LinkCounters | null>;
}

/**
 * Counters of everything in a topology, from `start` to `stop`: the time of a whole scenario, so that what is sent again after its stimulus counts on
 * both sides of the comparison with the captures.
 */
export class ScenarioCounters {
  readonly #live: LiveTopology;
  readonly #before: Reading;

  private constructor(live: LiveTopology, before: Reading) {
    this.#live = live;
    this.#before = before;
  }

  static async start(live: LiveTopology): Promise<ScenarioCounters> {
    return new ScenarioCounters(live, await readAll(live));
  }

  get topology(): Topology {
    return this.#live.topology;
  }

  async stop(): Promise<ScenarioCounts> {
    const after = await readAll(this.#live);
    const resentSegs = new Map<string, number | null>();
    for (const [host, now] of after.hosts) {
      const then = this.#before.hosts.get(host) ?? null;
      resentSegs.set(host, now === null || then === null ? null : (counterDelta(then, now)['RetransSegs'] ?? null));
    }
    const droppedPackets = new Map<string, number | null>();
    for (const [link, now] of after.links) {
      const then = this.#before.links.get(link) ?? null;
      droppedPackets.set(link, now === null || then === null ? null : now.droppedPackets - then.droppedPackets);
    }
    return { resentSegs, droppedPackets };
  }
}

async function readAll({ topology, hosts, links }: LiveTopology): Promise<Reading> {
  const impaired = topology.links.flatMap(({ name, impairments }) => (impairments.length === 0 ? [] : (links.get(name) ?? [])));
  const [ofHosts, ofLinks] = await Promise.all([Promise.all([...hosts.values()].map(readHost)), Promise.all(impaired.map(readLink))]);
  return { hosts: new Map(ofHosts), links: new Map(ofLinks) };
}

async function readHost(host: RunningHost): Promise<readonly [string, TcpCounters | null]> {
  const counters = parseTcpCounters(await host.readProcNet(...COUNTER_FILES).catch(() => ''));
  return [host.name, 'RetransSegs' in counters ? counters : null];
}

const readLink = async (link: RunningLink): Promise<readonly [string, LinkCounters | null]> => [link.name, await link.counters()];
