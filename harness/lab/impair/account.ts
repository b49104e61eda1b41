import type { AppliedImpairment, Impairment, ImpairmentRung } from '../../model/impairment.ts';
import type { LinkCapabilities } from './link-capabilities.ts';
import { memorySeconds } from './packet-filter.ts';

const NO_RELAY = '/dev/net/tun cannot be opened here or socat is missing';

/** Which rung carries an impairment on this machine, and a sentence that says what it does and does not do. */
export function account(impairment: Impairment, can: LinkCapabilities): AppliedImpairment {
  const by = (rung: ImpairmentRung, note: string): AppliedImpairment => ({ impairment, rung, note });
  switch (impairment.kind) {
    case 'loss':
      return by('iptables', 'each packet is dropped at random in the link; the pattern differs from run to run');
    case 'loss-nth':
      return by('iptables', `of every ${impairment.every} packets of a direction the link drops the last`);
    case 'mtu-blackhole':
      return by('iptables', `packets of more than ${impairment.bytes} bytes are dropped in the link, and no ICMP message says so`);
    case 'forget-flows':
      if (can.conntrack)
        return by(
          'iptables',
          `the link's kernel keeps TCP flows and forgets one that was silent for ${memorySeconds(impairment.afterMs)} s; then it drops its packets, in both directions, until a new SYN. Flows that are being opened or closed have the kernel's own, longer limits`,
        );
      return by('none', 'not carried: this kernel cannot keep flows (nf_conntrack), or does not let their limits be set here');
    case 'rate':
      return by('tbf', 'a token bucket (htb) holds each direction to the rate');
    case 'delay':
    case 'hold-rst':
      if (can.netem) return by('netem', 'delayed by the kernel');
      if (can.tun) return by('tun-relay', 'this kernel has no netem: the packets are held in user space and given back unchanged');
      return by('none', `not carried: this kernel has no netem, and ${NO_RELAY}`);
    case 'inject-rst':
      if (can.tun)
        return by(
          'tun-relay',
          `${can.copies ? 'TCP packets of the link are copied to user space' : 'this kernel cannot copy packets: all TCP packets of the link pass through user space, unchanged, and take up to a millisecond longer'}. The text is looked for within single segments; both ends of a flow are reset, once`,
        );
      return by('none', `not carried: ${NO_RELAY}`);
  }
}
