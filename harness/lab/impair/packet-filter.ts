import type { Direction, Impairment } from '../../model/impairment.ts';
import type { Command } from '../command.ts';
import type { Topology, TopologyLink } from '../topology.ts';
import type { LinkCapabilities } from './link-capabilities.ts';
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

/** What drops packets of an impairment, in each direction that it covers. */
export function dropCommands(impairment: Impairment, can: LinkCapabilities): readonly Command[] {
  const rules = dropRules(impairment, can);
  if (rules.length === 0) return [];
  return [
    ...flowTracking(impairment),
    ...DIRECTIONS.filter((direction) => covers(impairment, direction)).flatMap((direction) =>
      rules.map((rule) => iptables('-A', CHAIN[direction], ...rule)),
    ),
  ];
}

const DROP = ['-j', 'DROP'] as const;
const nth = (every: number, packet: number): readonly string[] => [
  ...['-m', 'statistic', '--mode', 'nth', '--every', String(every), '--packet', String(packet)],
  ...DROP,
];

/** A match with its target, once for each rule. */
function dropRules(impairment: Impairment, can: LinkCapabilities): readonly (readonly string[])[] {
  switch (impairment.kind) {
    case 'loss':
      return [['-m', 'statistic', '--mode', 'random', '--probability', String(impairment.percent / 100), ...DROP]];
    case 'loss-nth':
      return [nth(impairment.every, impairment.every - 1)];
    case 'loss-burst': {
      // Each rule counts only what those before it let through, so the place stays the same while the round gets shorter.
      const { every, inRow } = impairment;
      return Array.from({ length: inRow }, (_, rule) => nth(every - rule, every - inRow));
    }
    case 'loss-tail':
      return [['-p', 'tcp', '--tcp-flags', 'PSH', 'PSH', ...nth(impairment.every, impairment.every - 1)]];
    case 'mtu-blackhole':
      return [['-m', 'length', '--length', `${impairment.bytes + 1}:65535`, ...DROP]];
    case 'forget-flows':
      return can.conntrack ? [['-p', 'tcp', '-m', 'conntrack', '--ctstate', 'INVALID', ...DROP]] : [];
    case 'connlimit':
      return can.flowCount ? [[...NEW_FLOW_ABOVE, String(impairment.above), ...REFUSAL[impairment.refusal]]] : [];
    case 'drop-text':
      return can.textMatch ? [['-p', 'tcp', '-m', 'string', '--algo', 'bm', '--string', impairment.text, ...DROP]] : [];
    case 'delay':
    case 'jitter':
    case 'reorder':
    case 'duplicate-acks':
    case 'rate':
    case 'hold-rst':
    case 'inject-rst':
      return [];
  }
}

/** All flows of the link together: no part of an address is looked at. */
const NEW_FLOW_ABOVE = ['-p', 'tcp', '--syn', '-m', 'connlimit', '--connlimit-mask', '0', '--connlimit-above'] as const;
/** The link answers in the name of the host that the SYN was for. */
const REFUSAL = { drop: DROP, reset: ['-j', 'REJECT', '--reject-with', 'tcp-reset'] } as const;

/** The kernel keeps time limits of flows in whole seconds. */
export const memorySeconds = (afterMs: number): number => Math.max(1, Math.ceil(afterMs / 1000));

function flowTracking(impairment: Impairment): readonly Command[] {
  if (impairment.kind !== 'forget-flows' && impairment.kind !== 'connlimit') return [];
  // What comes back from the relay is the same packet once more.
  const untracked = iptables('-t', 'raw', '-A', 'PREROUTING', '-i', RELAY_DEVICE, '-j', 'CT', '--notrack');
  return impairment.kind === 'connlimit' ? [untracked] : [untracked, ...flowMemory(impairment.afterMs)];
}

function flowMemory(afterMs: number): readonly Command[] {
  const sysctl = (key: string, value: number): Command => [
    'sh',
    '-c',
    'echo "$1" > "$0"',
    `/proc/sys/net/netfilter/nf_conntrack_${key}`,
    String(value),
  ];
  return [
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

/** Script that succeeds where the kernel takes a rule. It leaves nothing behind. */
const probe = (chain: string, table: string, rule: readonly string[]): string =>
  `iptables -w -t ${table} -N ${chain} && iptables -w -t ${table} -A ${chain} ${rule.join(' ')}
ok=$?
iptables -w -t ${table} -F ${chain}; iptables -w -t ${table} -X ${chain}
[ "$ok" = 0 ]`;

/** Whether a rule may copy packets, count flows, look for a text. Each has a chain of its own: they may be asked at once. */
export const COPY_PROBE = probe('PROBE', 'mangle', ['-j', 'TEE', '--gateway', '192.0.2.1']);
export const FLOW_COUNT_PROBE = probe('PROBE_FLOWS', 'filter', [...NEW_FLOW_ABOVE, '1', ...DROP]);
export const TEXT_PROBE = probe('PROBE_TEXT', 'filter', ['-p', 'tcp', '-m', 'string', '--algo', 'bm', '--string', 'x', ...DROP]);

/** Reads packet counts out of `iptables -nvxL` of the link: forwarded (entered the chains), dropped in them, and answered with a reset instead. */
export function parseForwardCounters(listing: string): {
  readonly droppedPackets: number;
  readonly forwardedPackets: number;
  readonly refusedPackets: number;
} {
  let chain = '';
  let droppedPackets = 0;
  let refusedPackets = 0;
  let enteredPackets = 0;
  for (const line of listing.split('\n')) {
    const heading = /^Chain (\S+)/.exec(line);
    if (heading !== null) chain = heading[1] ?? '';
    const rule = /^\s*(\d+)\s+\d+\s+(\S+)\s/.exec(line);
    if (rule === null) continue;
    const [packets, isOurs] = [Number(rule[1]), chain === CHAIN['to-origin'] || chain === CHAIN['to-client']];
    if (chain === 'FORWARD') enteredPackets += packets;
    if (isOurs && (rule[2] === 'DROP' || rule[2] === 'REJECT')) droppedPackets += packets;
    if (isOurs && rule[2] === 'REJECT') refusedPackets += packets;
  }
  return { droppedPackets, forwardedPackets: enteredPackets - droppedPackets, refusedPackets };
}
