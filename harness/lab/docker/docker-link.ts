import { join } from 'node:path';
import type { AppliedImpairment } from '../../model/impairment.ts';
import { commandFailed, scriptOf, type Command } from '../command.ts';
import { planLink } from '../impair.ts';
import { countersOf } from '../impair/link-counters.ts';
import type { LinkCapabilities } from '../impair/link-capabilities.ts';
import { CONNTRACK_PROBE, COPY_PROBE, FLOW_COUNT_PROBE, TEXT_PROBE } from '../impair/packet-filter.ts';
import { relayArgs, relayFailed, type RelayProgram } from '../impair/relay.ts';
import { RunningRelay } from '../impair/running-relay.ts';
import type { LabSettings, RunningLink } from '../lab.ts';
import { programPath } from '../program-path.ts';
import type { Topology, TopologyLink } from '../topology.ts';
import type { Container } from './docker-client.ts';
import { runIn, startIn } from './exec.ts';
import { LINK_DEVICE, linkCommands } from './network-setup.ts';

/** Runs a script of commands in a container; LAB_ERR_COMMAND_FAILED at the first that fails. */
export async function runScript(container: Container, commands: readonly Command[]): Promise<void> {
  if (commands.length === 0) return;
  const argv = ['sh', '-c', scriptOf(commands)];
  const result = await runIn(container, argv);
  if (result.code !== 0) throw commandFailed(['sh', '-c', `(${commands.length} commands)`], result);
}

/** A container has no TUN device of its own, but the engine's default rules let it make one. */
const MAKE_TUN = 'mkdir -p /dev/net && { [ -c /dev/net/tun ] || mknod /dev/net/tun c 10 200; }';

/** Finds out what the kernel offers a link, in a link's own network stack. */
export async function linkCapabilities(container: Container): Promise<LinkCapabilities> {
  const netem = 'tc qdisc add dev lo root netem delay 1ms && tc qdisc del dev lo root';
  const tun = `${MAKE_TUN} && exec 3<>/dev/net/tun && command -v socat`;
  const works = async (script: string): Promise<boolean> => (await runIn(container, ['sh', '-c', script])).code === 0;
  const probes = [netem, tun, COPY_PROBE, CONNTRACK_PROBE, FLOW_COUNT_PROBE, TEXT_PROBE];
  const [hasNetem, hasTun, copies, conntrack, flowCount, textMatch] = (await Promise.all(probes.map(works))) as [
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
  ];
  return { netem: hasNetem, tun: hasTun, copies, conntrack, flowCount, textMatch };
}

/** A link in a container of its own, on the bridge that the hosts of its two sides stand in. */
export class DockerLink implements RunningLink {
  readonly name: string;
  readonly applied: readonly AppliedImpairment[];
  readonly #container: Container;
  readonly #relay: RunningRelay | null;

  private constructor(name: string, applied: readonly AppliedImpairment[], container: Container, relay: RunningRelay | null) {
    this.name = name;
    this.applied = applied;
    this.#container = container;
    this.#relay = relay;
  }

  /** Makes the container forward and impair. */
  static async setUp(
    container: Container,
    topology: Topology,
    link: TopologyLink,
    can: LinkCapabilities,
    settings: LabSettings,
  ): Promise<DockerLink> {
    const program = planLink(topology, link, [LINK_DEVICE], can);
    await runScript(container, [...linkCommands(topology, link), ...program.commands]);
    const relay = program.relay === null ? null : await startRelay(container, topology, link, program.relay, settings);
    return new DockerLink(link.name, program.applied, container, relay);
  }

  async counters(): ReturnType<RunningLink['counters']> {
    // One exec for both tables, as an exec costs far more than what it runs.
    const { code, stdout } = await runIn(this.#container, [
      'sh',
      '-c',
      'iptables -w -nvxL && echo ---- && iptables -w -t mangle -nvxL PREROUTING && echo ---- && tc -s qdisc',
    ]);
    const [forward, relayed, queues] = stdout.split('----\n');
    if (code !== 0 || forward === undefined || relayed === undefined || queues === undefined) return null;
    return await countersOf({ forward, mangle: relayed, queues }, this.#relay);
  }
}

/** Starts the user-space rung and routes to it the packets that it is to hold or to look at. It ends with the container. */
async function startRelay(
  container: Container,
  topology: Topology,
  link: TopologyLink,
  program: RelayProgram,
  settings: LabSettings,
): Promise<RunningRelay> {
  const argv = ['node', programPath(settings.packageRoot, 'containers/link-relay/main'), ...relayArgs(topology, link, program)];
  await runScript(container, [['sh', '-c', MAKE_TUN]]);
  const logFile = join(settings.scratchDir, topology.name, `${link.name}-relay.log`);
  const relay = await startIn(container, argv, logFile);
  const running = new RunningRelay(relay.stdin, relay.stdout, relay.exited);
  if (!(await running.isReady)) throw await relayFailed(link, logFile);
  await runScript(container, program.commands);
  return running;
}
