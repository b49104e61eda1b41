import { join } from 'node:path';
import type { AppliedImpairment } from '../../model/impairment.ts';
import { mustRun, runCommand, scriptOf } from '../command.ts';
import { countersOf } from '../impair/link-counters.ts';
import { relayArgs, relayFailed, type RelayProgram } from '../impair/relay.ts';
import { RunningRelay } from '../impair/running-relay.ts';
import type { LabSettings, RunningLink } from '../lab.ts';
import { programPath } from '../program-path.ts';
import type { Topology, TopologyLink } from '../topology.ts';
import { enter, spawnInside, type Holder } from './namespace.ts';

/** A link in a namespace of its own, between the hosts of its two sides. */
export class NetnsLink implements RunningLink {
  readonly name: string;
  readonly applied: readonly AppliedImpairment[];
  readonly #link: TopologyLink;
  readonly #holder: Holder;
  readonly #singleUser: boolean;
  readonly #ipv6: boolean;
  #relay: RunningRelay | null = null;

  constructor(
    link: TopologyLink,
    applied: readonly AppliedImpairment[],
    holder: Holder,
    { singleUser, ipv6 }: { readonly singleUser: boolean; readonly ipv6: boolean },
  ) {
    this.name = link.name;
    this.applied = applied;
    this.#link = link;
    this.#holder = holder;
    this.#singleUser = singleUser;
    this.#ipv6 = ipv6;
  }

  /** Starts the user-space rung and routes to it the packets that it is to hold or to look at. It ends with the lab. */
  async startRelay(topology: Topology, relay: RelayProgram, settings: LabSettings, dir: string): Promise<void> {
    const script = programPath(settings.packageRoot, 'containers/link-relay/main');
    const argv = [process.execPath, script, ...relayArgs(topology, this.#link, relay)];
    const log = join(dir, `${this.name}-relay.log`);
    const { child, exited } = await spawnInside(this.#holder, this.#singleUser, argv, log, true);
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new TypeError('a program started with pipes has pipes');
    const running = new RunningRelay(stdin, stdout, exited);
    if (!(await running.isReady)) throw await relayFailed(this.#link, log);
    this.#relay = running;
    await mustRun([...enter(this.#holder.pid, this.#singleUser, false), 'sh', '-s'], { input: scriptOf(relay.commands) });
  }

  async counters(): ReturnType<RunningLink['counters']> {
    const inside = enter(this.#holder.pid, this.#singleUser, false);
    const list = (...table: readonly string[]): string[] => [...inside, this.#ipv6 ? 'ip6tables' : 'iptables', '-w', ...table, '-nvxL'];
    const [forward, relayed, queues] = await Promise.all([
      runCommand(list()),
      runCommand([...list('-t', 'mangle'), 'PREROUTING']),
      runCommand([...inside, 'tc', '-s', 'qdisc']),
    ]);
    if (forward.code !== 0 || relayed.code !== 0 || queues.code !== 0) return null;
    return await countersOf({ forward: forward.stdout, mangle: relayed.stdout, queues: queues.stdout }, this.#relay);
  }
}
