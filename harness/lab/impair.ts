import type { AppliedImpairment } from '../model/impairment.ts';
import type { Command } from './command.ts';
import { account } from './impair/account.ts';
import type { LinkCapabilities } from './impair/link-capabilities.ts';
import { countingChains, dropCommands, iptables } from './impair/packet-filter.ts';
import { planRelay, type RelayProgram } from './impair/relay.ts';
import { shapingCommands, shapingsOf } from './impair/shaping.ts';
import type { Topology, TopologyLink } from './topology.ts';

/*
 * Turns the impairments of a link into commands for the link's network namespace. The ladder: netem where the kernel has it,
 * else iptables (drops) and htb/tbf (rate), else a relay in user space.
 */

export interface LinkProgram {
  readonly commands: readonly Command[];
  /** Null: no relay. */
  readonly relay: RelayProgram | null;
  readonly applied: readonly AppliedImpairment[];
}

/** The whole program of one link. Pure. `devices`: the network devices that face the near and the far side (may be one). */
export function planLink(topology: Topology, link: TopologyLink, devices: readonly string[], can: LinkCapabilities): LinkProgram {
  const shapings = shapingsOf(link.impairments);
  return {
    commands: [
      redirectsOff(topology),
      ...countingChains(topology, link).map((command) => inFamily(topology, command)),
      ...link.impairments.flatMap((impairment) => dropCommands(impairment, can)),
      ...shapingCommands(topology, link, devices, shapings, can.netem),
    ],
    relay: can.tun ? planRelay(topology, link, can.netem ? [] : shapings, can.copies) : null,
    applied: link.impairments.map((impairment) => account(impairment, can)),
  };
}

/** Host routes through the link look like detours to the kernel, which would tell the hosts a shorter way around it. */
const redirectsOff = (topology: Topology): Command =>
  topology.ipv6
    ? inFamily(topology, iptables('-A', 'OUTPUT', '-p', 'icmpv6', '--icmpv6-type', 'redirect', '-j', 'DROP'))
    : iptables('-A', 'OUTPUT', '-p', 'icmp', '--icmp-type', 'redirect', '-j', 'DROP');

/** Links of IPv6 impair nothing, and count all the same. */
const inFamily = ({ ipv6 }: Topology, [program = '', ...rest]: Command): Command => [
  ipv6 && program === 'iptables' ? 'ip6tables' : program,
  ...rest,
];
