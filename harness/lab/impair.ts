import { readFile } from 'node:fs/promises';
import { HarnessError } from '../errors.ts';
import type { AppliedImpairment, Direction, Impairment } from '../model/impairment.ts';
import type { Command } from './command.ts';
import { subnetOf, type Topology, type TopologyLink } from './topology.ts';

/*
 * Turns the impairments of a link into commands for the link's network namespace. The ladder: netem where the kernel has it,
 * else iptables (loss) and htb/tbf (rate), else a relay in user space: the kernel hands the packets in question to a TUN
 * device and the relay (containers/link-relay) gives the same packets back later. TCP still runs from end to end.
 *
 * Loss is dropped in FORWARD of the link, never in a sender's own stack: a segment dropped in the sender is neither in its
 * capture nor in its RetransSegs.
 */

/** What the link's kernel and machine can do; found out once per lab. */
export interface LinkCapabilities {
  readonly netem: boolean;
  readonly tun: boolean;
}

/** Packets the relay takes out of the stream and for how long. */
export interface RelayRule {
  readonly direction: Direction;
  readonly rstOnly: boolean;
  readonly holdMs: number;
}

export interface LinkProgram {
  readonly commands: readonly Command[];
  /** Commands that need the relay's TUN device, to run once the relay is up. */
  readonly relayCommands: readonly Command[];
  readonly relay: readonly RelayRule[];
  readonly applied: readonly AppliedImpairment[];
}

export const RELAY_DEVICE = 'hold0';
const RELAY_MARK = '0x64';
const RELAY_TABLE = '100';
const DIRECTIONS = ['to-origin', 'to-client'] as const satisfies readonly Direction[];
const CHAIN: Readonly<Record<Direction, string>> = { 'to-origin': 'TO_ORIGIN', 'to-client': 'TO_CLIENT' };
/** htb classes: everything of a direction, and its RSTs when they are held. */
const CLASS: Readonly<Record<Direction, { readonly all: string; readonly rst: string }>> = {
  'to-origin': { all: '1:21', rst: '1:23' },
  'to-client': { all: '1:22', rst: '1:24' },
};

/** Source subnets of packets that cross this link in a direction: hosts on one side of it, near or farther away. */
export function sourcesOf(topology: Topology, network: number, direction: Direction): readonly string[] {
  const own = `10.${topology.octet}.${network}.${direction === 'to-origin' ? '0' : '128'}/25`;
  const others = topology.links
    .map((link) => link.network)
    .filter((other) => (direction === 'to-origin' ? other < network : other > network));
  return [own, ...others.map((other) => subnetOf(topology, other))];
}

const covers = (impairment: Impairment, direction: Direction): boolean =>
  impairment.direction === 'both' || impairment.direction === direction;
const iptables = (...args: readonly string[]): Command => ['iptables', '-w', ...args];

/** Milliseconds that a direction's packets and its RSTs are delayed by, and the rate it is held to; null when not impaired. */
interface Shaping {
  readonly delayMs: number | null;
  readonly rstMs: number | null;
  readonly kbitPerSecond: number | null;
}

function shapingOf(impairments: readonly Impairment[], direction: Direction): Shaping {
  const of = impairments.filter((impairment) => covers(impairment, direction));
  const delayMs = of.find((i) => i.kind === 'delay')?.ms ?? null;
  const holdMs = of.find((i) => i.kind === 'hold-rst')?.ms ?? null;
  const kbitPerSecond = of.find((i) => i.kind === 'rate')?.kbitPerSecond ?? null;
  return { delayMs, rstMs: holdMs === null ? null : holdMs + (delayMs ?? 0), kbitPerSecond };
}

/** The whole program of one link. Pure. `devices`: the network devices that face the near and the far side (may be one). */
export function planLink(topology: Topology, link: TopologyLink, devices: readonly string[], can: LinkCapabilities): LinkProgram {
  const commands: Command[] = [
    // Host routes through the link look like detours to the kernel, which would tell the hosts a shorter way around it.
    iptables('-A', 'OUTPUT', '-p', 'icmp', '--icmp-type', 'redirect', '-j', 'DROP'),
    ...countingChains(topology, link),
    ...link.impairments.flatMap((impairment) => lossCommands(impairment)),
  ];
  const shapings = DIRECTIONS.map((direction) => [direction, shapingOf(link.impairments, direction)] as const);
  const shaped = shapings.some(([, s]) => s.kbitPerSecond !== null || (can.netem && (s.delayMs !== null || s.rstMs !== null)));
  if (shaped)
    commands.push(
      ...shapings.flatMap(([direction, shaping]) => classify(topology, link, direction, shaping, can)),
      ...devices.flatMap((device) => classes(device, shapings, can)),
    );
  const relay = can.netem || !can.tun ? [] : shapings.flatMap(([direction, shaping]) => relayRules(direction, shaping));
  const relayCommands =
    relay.length === 0 ? [] : [...relayRoute(), ...relay.filter(isWidest).flatMap((rule) => relayMarks(topology, link, rule))];
  return { commands, relayCommands, relay, applied: link.impairments.map((impairment) => account(impairment, can)) };
}

/** One chain per direction, entered once per packet: packets that come back from the relay were counted on their way in. */
function countingChains(topology: Topology, link: TopologyLink): Command[] {
  return DIRECTIONS.flatMap((direction) => [
    iptables('-N', CHAIN[direction]),
    ...sourcesOf(topology, link.network, direction).map((source) =>
      iptables('-A', 'FORWARD', '!', '-i', RELAY_DEVICE, '-s', source, '-j', CHAIN[direction]),
    ),
  ]);
}

function lossCommands(impairment: Impairment): Command[] {
  if (impairment.kind !== 'loss' && impairment.kind !== 'loss-nth') return [];
  const mode =
    impairment.kind === 'loss'
      ? ['--mode', 'random', '--probability', String(impairment.percent / 100)]
      : ['--mode', 'nth', '--every', String(impairment.every), '--packet', String(impairment.every - 1)];
  return DIRECTIONS.filter((direction) => covers(impairment, direction)).map((direction) =>
    iptables('-A', CHAIN[direction], '-m', 'statistic', ...mode, '-j', 'DROP'),
  );
}

function classify(topology: Topology, link: TopologyLink, direction: Direction, shaping: Shaping, can: LinkCapabilities): Command[] {
  return sourcesOf(topology, link.network, direction).flatMap((source) => {
    const rule = (match: readonly string[], to: string): Command =>
      iptables('-t', 'mangle', '-A', 'POSTROUTING', '!', '-o', RELAY_DEVICE, '-s', source, ...match, '-j', 'CLASSIFY', '--set-class', to);
    const out: Command[] = [];
    if (shaping.kbitPerSecond !== null || (can.netem && shaping.delayMs !== null)) out.push(rule([], CLASS[direction].all));
    // CLASSIFY does not end the chain: the later, narrower rule wins.
    if (can.netem && shaping.rstMs !== null) out.push(rule(['-p', 'tcp', '--tcp-flags', 'RST', 'RST'], CLASS[direction].rst));
    return out;
  });
}

function classes(device: string, shapings: readonly (readonly [Direction, Shaping])[], can: LinkCapabilities): Command[] {
  const tc = (...args: readonly string[]): Command => ['tc', ...args];
  const unlimited = ['htb', 'rate', '10gbit', 'quantum', '60000'];
  const out: Command[] = [
    tc('qdisc', 'add', 'dev', device, 'root', 'handle', '1:', 'htb', 'default', '10'),
    tc('class', 'add', 'dev', device, 'parent', '1:', 'classid', '1:10', ...unlimited),
  ];
  const netem = (parent: string, ms: number): Command =>
    tc('qdisc', 'add', 'dev', device, 'parent', parent, 'netem', 'delay', `${ms}ms`, 'limit', '100000');
  for (const [direction, { delayMs, rstMs, kbitPerSecond }] of shapings) {
    const { all, rst } = CLASS[direction];
    if (kbitPerSecond !== null || (can.netem && delayMs !== null)) {
      const rate = kbitPerSecond === null ? unlimited : ['htb', 'rate', `${kbitPerSecond}kbit`, 'burst', '3200', 'quantum', '1514'];
      out.push(tc('class', 'add', 'dev', device, 'parent', '1:', 'classid', all, ...rate));
    }
    if (can.netem && delayMs !== null) out.push(netem(all, delayMs));
    if (can.netem && rstMs !== null)
      out.push(tc('class', 'add', 'dev', device, 'parent', '1:', 'classid', rst, ...unlimited), netem(rst, rstMs));
  }
  return out;
}

function relayRules(direction: Direction, shaping: Shaping): RelayRule[] {
  const rules: RelayRule[] = [];
  if (shaping.delayMs !== null) rules.push({ direction, rstOnly: false, holdMs: shaping.delayMs });
  if (shaping.rstMs !== null) rules.push({ direction, rstOnly: true, holdMs: shaping.rstMs });
  return rules;
}

/** Where all packets of a direction are handed over, its RSTs are among them and must not be counted twice. */
const isWidest = (rule: RelayRule, _: number, rules: readonly RelayRule[]): boolean =>
  !rule.rstOnly || !rules.some((other) => other.direction === rule.direction && !other.rstOnly);

const relayRoute = (): Command[] => [
  ['ip', 'rule', 'add', 'fwmark', RELAY_MARK, 'lookup', RELAY_TABLE],
  ['ip', 'route', 'add', 'default', 'dev', RELAY_DEVICE, 'table', RELAY_TABLE],
];

function relayMarks(topology: Topology, link: TopologyLink, rule: RelayRule): Command[] {
  const match = rule.rstOnly ? ['-p', 'tcp', '--tcp-flags', 'RST', 'RST'] : [];
  return sourcesOf(topology, link.network, rule.direction).map((source) =>
    iptables('-t', 'mangle', '-A', 'PREROUTING', '!', '-i', RELAY_DEVICE, '-s', source, ...match, '-j', 'MARK', '--set-mark', RELAY_MARK),
  );
}

function account(impairment: Impairment, can: LinkCapabilities): AppliedImpairment {
  switch (impairment.kind) {
    case 'loss':
      return { impairment, rung: 'iptables', note: 'each packet is dropped at random in the link; the pattern differs from run to run' };
    case 'loss-nth':
      return { impairment, rung: 'iptables', note: `of every ${impairment.every} packets of a direction the link drops the last` };
    case 'rate':
      return { impairment, rung: 'tbf', note: 'a token bucket (htb) holds each direction to the rate' };
    case 'delay':
    case 'hold-rst':
      if (can.netem) return { impairment, rung: 'netem', note: 'delayed by the kernel' };
      if (can.tun)
        return {
          impairment,
          rung: 'tun-relay',
          note: 'this kernel has no netem: the packets are held in user space and given back unchanged',
        };
      return {
        impairment,
        rung: 'none',
        note: 'not carried: this kernel has no netem, and /dev/net/tun cannot be opened here or socat is missing',
      };
  }
}

/** The relay ended instead of being ready: what it printed is the reason. */
export async function relayFailed(link: TopologyLink, logFile: string): Promise<HarnessError> {
  const said = (await readFile(logFile, 'utf8').catch(() => '')).trim().slice(-1000);
  return new HarnessError('LAB_ERR_HOST_DIED', `the relay of link ${link.name} ended before it was ready: ${said || 'it printed nothing'}`);
}

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

/** Reads how many packets were handed to the relay out of `iptables -t mangle -nvxL PREROUTING`. */
export function parseHeldPackets(listing: string): number {
  return [...listing.matchAll(/^\s*(\d+)\s+\d+\s+MARK\s/gm)].reduce((sum, match) => sum + Number(match[1]), 0);
}

/** Command line of the relay program for a link (containers/link-relay/main.ts). */
export function relayArgs(topology: Topology, link: TopologyLink, rules: readonly RelayRule[]): readonly string[] {
  const withSources = rules.map((rule) => ({ ...rule, sources: sourcesOf(topology, link.network, rule.direction) }));
  return ['--device', RELAY_DEVICE, '--rules', JSON.stringify(withSources)];
}
