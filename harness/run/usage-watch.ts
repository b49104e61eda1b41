import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../measure/clock.ts';
import type { UsageEvidence } from '../model/load.ts';
import { hostsOf } from '../model/path.ts';
import { COUNTER_FILES, parseTcpCounters } from '../probes/tcp-counters.ts';
import type { LiveTopology, Placed } from './live-topology.ts';
import type { RunFolder } from './run-folder.ts';
import { UsageSeries, type ProcessUsage } from './usage-series.ts';

const LOOK_EVERY_MS = 1000;
/** A look at short loads is not so long before their end that it says nothing of them. */
const SHORTEST_MS = 100;
/** A program that is frozen, or busy for so long, is left out of this look. */
const ANSWER_MS = 800;
const LAST_ANSWER_MS = 200;
/** Length of a clock tick of the kernel (USER_HZ), the same on every Linux that Node runs on. */
const TICK_MS = 10;

interface WatchedHost {
  readonly host: string;
  readonly role: UsageEvidence['role'];
  readonly series: UsageSeries;
}

/** Looks once a second at what the programs of a path use, and at the kernel counters of their hosts, until it is stopped. */
export class UsageWatch {
  readonly #placed: Placed;
  readonly #scenario: string;
  readonly #folder: RunFolder;
  readonly #startedAtMs = nowMs();
  readonly #hosts: readonly WatchedHost[];
  readonly #end = new AbortController();
  readonly #done: Promise<void>;
  #lookedAtMs = 0;

  /** Takes the first look at once. Never fails: what cannot be read is null. */
  constructor(placed: Placed, scenario: string, folder: RunFolder) {
    this.#placed = placed;
    this.#scenario = scenario;
    this.#folder = folder;
    const roleOf = (name: string): UsageEvidence['role'] => (name === 'client' || name === 'origin' ? name : 'proxy');
    this.#hosts = hostsOf(placed.path).map((host) => ({ host, role: roleOf(host), series: new UsageSeries() }));
    this.#done = this.#watch();
  }

  /** Takes a last look, and records what was seen. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#done;
    if (nowMs() - this.#lookedAtMs >= SHORTEST_MS) await this.#look(LAST_ANSWER_MS);
    const times = { startedAtMs: this.#startedAtMs, endedAtMs: nowMs() };
    for (const { host, role, series } of this.#hosts)
      this.#folder.append('usages', {
        path: this.#placed.path.id,
        scenario: this.#scenario,
        host,
        role,
        ...times,
        samples: series.samples,
      });
  }

  async #watch(): Promise<void> {
    const { signal } = this.#end;
    for (let dueMs = performance.now(); !signal.aborted; ) {
      await this.#look(ANSWER_MS);
      dueMs = Math.max(dueMs + LOOK_EVERY_MS, performance.now());
      await sleep(dueMs - performance.now(), undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(answerMs: number): Promise<void> {
    const { live } = this.#placed;
    await Promise.all(
      this.#hosts.map(async ({ host, role, series }) => {
        const [used, counters] = await Promise.all([
          usedBy(live, host, role, answerMs)
            .then((processes) => ({ processes, atMs: nowMs() }))
            .catch(() => ({ processes: null, atMs: nowMs() })),
          live.hosts
            .get(host)
            ?.readProcNet(...COUNTER_FILES)
            .then(parseTcpCounters)
            .catch(() => null),
        ]);
        series.add({ ...used, counters: counters ?? null });
      }),
    );
    this.#lookedAtMs = nowMs();
  }
}

/** The processes of a host's program; those of ours tell themselves what they use. Null: they cannot be looked at. */
async function usedBy(
  live: LiveTopology,
  host: string,
  role: UsageEvidence['role'],
  answerMs: number,
): Promise<readonly ProcessUsage[] | null> {
  if (role === 'client') {
    const drivers = await live.drivers.usage(answerMs);
    return drivers.length === 0 ? null : drivers.map(({ driver, ...usage }) => ({ key: String(driver), ...usage }));
  }
  if (role === 'origin') return [{ key: 'origin', ...(await live.origin.usage(AbortSignal.timeout(answerMs))) }];
  const processes = (await live.proxies.get(host)?.started.processes()) ?? [];
  if (processes.length === 0) return null;
  return processes.map(({ pid, startedTicks, cpuTicks, rssBytes, openFiles }) => ({
    ...{ key: `${pid} ${startedTicks}`, cpuMs: cpuTicks * TICK_MS },
    ...{ rssBytes, openFiles },
  }));
}
