import type { Direction, Impairment } from '../../model/impairment.ts';
import type { Command } from '../command.ts';
import type { Topology, TopologyLink } from '../topology.ts';
import { covers, DIRECTIONS, sourcesOf } from './direction.ts';
import { iptables, RELAY_DEVICE } from './packet-filter.ts';

/** The rungs of tc: htb classes that packets are put into, and netem below them where the kernel has it. */

/** htb classes: everything of a direction, and its RSTs when they are held. */
const CLASS: Readonly<Record<Direction, { readonly all: string; readonly rst: string }>> = {
  'to-origin': { all: '1:21', rst: '1:23' },
  'to-client': { all: '1:22', rst: '1:24' },
};

/** Milliseconds that a direction's packets and its RSTs are delayed by, and the rate it is held to; null when not impaired. */
export interface Shaping {
  readonly direction: Direction;
  readonly delayMs: number | null;
  readonly rstMs: number | null;
  readonly kbitPerSecond: number | null;
}

export const shapingsOf = (impairments: readonly Impairment[]): readonly Shaping[] =>
  DIRECTIONS.map((direction) => {
    const of = impairments.filter((impairment) => covers(impairment, direction));
    const delayMs = of.find((i) => i.kind === 'delay')?.ms ?? null;
    const holdMs = of.find((i) => i.kind === 'hold-rst')?.ms ?? null;
    const kbitPerSecond = of.find((i) => i.kind === 'rate')?.kbitPerSecond ?? null;
    return { direction, delayMs, rstMs: holdMs === null ? null : holdMs + (delayMs ?? 0), kbitPerSecond };
  });

/** Commands that shape what leaves each device; none where nothing is shaped by the kernel. */
export function shapingCommands(
  topology: Topology,
  link: TopologyLink,
  devices: readonly string[],
  shapings: readonly Shaping[],
  netem: boolean,
): readonly Command[] {
  if (!shapings.some((s) => s.kbitPerSecond !== null || (netem && (s.delayMs !== null || s.rstMs !== null)))) return [];
  return [
    ...shapings.flatMap((shaping) => classify(topology, link, shaping, netem)),
    ...devices.flatMap((device) => classes(device, shapings, netem)),
  ];
}

function classify(topology: Topology, link: TopologyLink, shaping: Shaping, netem: boolean): Command[] {
  const { direction, delayMs, rstMs, kbitPerSecond } = shaping;
  return sourcesOf(topology, link.network, direction).flatMap((source) => {
    const rule = (match: readonly string[], to: string): Command =>
      iptables('-t', 'mangle', '-A', 'POSTROUTING', '!', '-o', RELAY_DEVICE, '-s', source, ...match, '-j', 'CLASSIFY', '--set-class', to);
    const out: Command[] = [];
    if (kbitPerSecond !== null || (netem && delayMs !== null)) out.push(rule([], CLASS[direction].all));
    // CLASSIFY does not end the chain: the later, narrower rule wins.
    if (netem && rstMs !== null) out.push(rule(['-p', 'tcp', '--tcp-flags', 'RST', 'RST'], CLASS[direction].rst));
    return out;
  });
}

function classes(device: string, shapings: readonly Shaping[], hasNetem: boolean): Command[] {
  const tc = (...args: readonly string[]): Command => ['tc', ...args];
  const unlimited = ['htb', 'rate', '10gbit', 'quantum', '60000'];
  const out: Command[] = [
    tc('qdisc', 'add', 'dev', device, 'root', 'handle', '1:', 'htb', 'default', '10'),
    tc('class', 'add', 'dev', device, 'parent', '1:', 'classid', '1:10', ...unlimited),
  ];
  const netem = (parent: string, ms: number): Command =>
    tc('qdisc', 'add', 'dev', device, 'parent', parent, 'netem', 'delay', `${ms}ms`, 'limit', '100000');
  for (const { direction, delayMs, rstMs, kbitPerSecond } of shapings) {
    const { all, rst } = CLASS[direction];
    if (kbitPerSecond !== null || (hasNetem && delayMs !== null)) {
      const rate = kbitPerSecond === null ? unlimited : ['htb', 'rate', `${kbitPerSecond}kbit`, 'burst', '3200', 'quantum', '1514'];
      out.push(tc('class', 'add', 'dev', device, 'parent', '1:', 'classid', all, ...rate));
    }
    if (hasNetem && delayMs !== null) out.push(netem(all, delayMs));
    if (hasNetem && rstMs !== null)
      out.push(tc('class', 'add', 'dev', device, 'parent', '1:', 'classid', rst, ...unlimited), netem(rst, rstMs));
  }
  return out;
}
