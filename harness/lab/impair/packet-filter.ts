import type { Direction, Impairment } from '../../model/impairment.ts';
import type { Command } from '../command.ts';
import type { Topology, TopologyLink } from '../topology.ts';
import { covers, DIRECTIONS, sourcesOf } from './direction.ts';

/*
 * The iptables rung: what vanishes in a link is dropped in its FORWARD chain, never in a sender's own stack. A segment dropped in
 * the sender is neither in its capture nor in its RetransSegs.
 */

/** TUN device of the user-space rung. Packets that come back from it were counted and judged on their way in. */
export const RELAY_DEVICE = 'hold0';
const CHAIN: Readonly<Record<Direction, string>> = { 'to-origin': 'TO_ORIGIN', 'to-client': 'TO_CLIENT' };

export const iptables = (...args: readonly string[]): Command => ['iptables', '-w', ...args];

/** One chain per direction, entered once per packet. */
export function countingChains(topology: Topology, link: TopologyLink): readonly Command[] {
  return DIRECTIONS.flatMap((direction) => [
    iptables('-N', CHAIN[direction]),
    ...sourcesOf(topology, link.network, direction).map((source) =>
      iptables('-A', 'FORWARD', '!', '-i', RELAY_DEVICE, '-s', source, '-j', CHAIN[direction]),
    ),
  ]);
}

/** What drops packets of an impairment, in each direction that it covers. `conntrack`: whether the kernel can keep flows. */
export function dropCommands(impairment: Impairment, conntrack: boolean): readonly Command[] {
  const match = dropMatch(impairment, conntrack);
  if (match === null) return [];
  return [
    ...(impairment.kind === 'forget-flows' ? flowMemory(impairment.afterMs) : []),
    ...DIRECTIONS.filter((direction) => covers(impairment, direction)).map((direction) =>
      iptables('-A', CHAIN[direction], ...match, '-j', 'DROP'),
    ),
  ];
}

function dropMatch(impairment: Impairment, conntrack: boolean): readonly string[] | null {
  switch (impairment.kind) {
    case 'loss':
      return ['-m', 'statistic', '--mode', 'random', '--probability', String(impairment.percent / 100)];
    case 'loss-nth':
      return ['-m', 'statistic', '--mode', 'nth', '--every', String(impairment.every), '--packet', String(impairment.every - 1)];
    case 'mtu-blackhole':
      return ['-m', 'length', '--length', `${impairment.bytes + 1}:65535`];
    case 'forget-flows':
      return conntrack ? ['-p', 'tcp', '-m', 'conntrack', '--ctstate', 'INVALID'] : null;
    case 'delay':
    case 'rate':
    case 'hold-rst':
    case 'inject-rst':
      return null;
  }
}

/** The kernel keeps time limits of flows in whole seconds. */
export const memorySeconds = (afterMs: number): number => Math.max(1, Math.ceil(afterMs / 1000));

function flowMemory(afterMs: number): readonly Command[] {
  const sysctl = (key: string, value: number): Command => [
    'sh',
    '-c',
    'echo "$1" > "$0"',
    `/proc/sys/net/netfilter/nf_conntrack_${key}`,
    String(value),
  ];
  return [
    // What comes back from the relay is the same packet once more.
    iptables('-t', 'raw', '-A', 'PREROUTING', '-i', RELAY_DEVICE, '-j', 'CT', '--notrack'),
    sysctl('tcp_timeout_established', memorySeconds(afterMs)),
    // Only a SYN opens a flow, and a segment outside the window is no reason to drop it: this device forgets and does nothing else.
    sysctl('tcp_loose', 0),
    sysctl('tcp_be_liberal', 1),
  ];
}

/** Script that succeeds where a rule may ask for the state of a flow and the limits may be set. It leaves nothing behind. */
export const CONNTRACK_PROBE = `iptables -w -N PROBE && iptables -w -A PROBE -p tcp -m conntrack --ctstate INVALID -j DROP
ok=$?
iptables -w -F PROBE; iptables -w -X PROBE
[ "$ok" = 0 ] && [ -w /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established ] && [ -w /proc/sys/net/netfilter/nf_conntrack_tcp_loose ]`;

/** Script that succeeds where a rule may copy packets. It leaves nothing behind. */
export const COPY_PROBE = `iptables -w -t mangle -N PROBE && iptables -w -t mangle -A PROBE -j TEE --gateway 192.0.2.1
ok=$?
iptables -w -t mangle -F PROBE; iptables -w -t mangle -X PROBE
[ "$ok" = 0 ]`;

/** Reads packet counts out of `iptables -nvxL` of the link: forwarded (entered the chains), dropped in them. */
export function parseForwardCounters(listing: string): { readonly droppedPackets: number; readonly forwardedPackets: number } {
  let chain = '';
  let droppedPackets = 0;
  let enteredPackets = 0;
  for (const line of listing.split('\n')) {
    const heading = /^Chain (\S+)/.exec(line);
    if (heading !== null) chain = heading[1] ?? '';
    const rule = /^\s*(\d+)\s+\d+\s+(\S+)\s/.exec(line);
    if (rule === null) continue;
    if (chain === 'FORWARD') enteredPackets += Number(rule[1]);
    if (rule[2] === 'DROP' && (chain === CHAIN['to-origin'] || chain === CHAIN['to-client'])) droppedPackets += Number(rule[1]);
  }
  return { droppedPackets, forwardedPackets: enteredPackets - droppedPackets };
}
