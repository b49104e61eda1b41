import type { AppliedImpairment, Impairment, ImpairmentRung } from '../../model/impairment.ts';
import type { LinkCapabilities } from './link-capabilities.ts';
import { memorySeconds } from './packet-filter.ts';

const NO_RELAY = '/dev/net/tun cannot be opened here or socat is missing';

const IN_USER_SPACE = 'all TCP packets of the direction pass through user space and take up to a millisecond longer';
const ONE_BY_ONE = {
  jitter:
    'each packet of the direction is held in user space for a time of its own, the same times in every run, and none overtakes another of its connection',
  reorder: `${IN_USER_SPACE}; every so many-th with data is held there, and what comes after it goes on before it`,
  'duplicate-acks': `${IN_USER_SPACE}; every so many-th acknowledgement without data comes several times more, with an IP identification of its own`,
} as const;

/** Which rung carries an impairment on this machine, and a sentence that says what it does and does not do. */
export function account(impairment: Impairment, can: LinkCapabilities): AppliedImpairment {
  const by = (rung: ImpairmentRung, note: string): AppliedImpairment => ({ impairment, rung, note });
  switch (impairment.kind) {
    case 'loss':
      return by('iptables', 'each packet is dropped at random in the link; the pattern differs from run to run');
    case 'loss-nth':
      return by('iptables', `of every ${impairment.every} packets of a direction the link drops the last`);
    case 'loss-burst':
      return by('iptables', `of every ${impairment.every} packets of a direction the link drops the last ${impairment.inRow}, in a row`);
    case 'loss-tail':
      return by(
        'iptables',
        `of every ${impairment.every} segments of a direction that end a write (PSH) the link drops the last. Where the writer then waits, the loss is repaired only by a probe or a timeout; where it writes on, it is an ordinary loss`,
      );
    case 'mtu-blackhole':
      return by('iptables', `packets of more than ${impairment.bytes} bytes are dropped in the link, and no ICMP message says so`);
    case 'forget-flows':
      if (can.conntrack)
        return by(
          'iptables',
          `the link's kernel keeps TCP flows and forgets one that was silent for ${memorySeconds(impairment.afterMs)} s; then it drops its packets, in both directions, until a new SYN. Flows that are being opened or closed have the kernel's own, longer limits`,
        );
      return by('none', 'not carried: this kernel cannot keep flows (nf_conntrack), or does not let their limits be set here');
    case 'connlimit':
      if (can.flowCount)
        return by(
          'iptables',
          `the link's kernel counts the TCP flows through it, those that are being closed too; with ${impairment.above} of them a SYN is ${impairment.refusal === 'drop' ? 'dropped without a word' : 'dropped and answered with a reset in the name of the host that it was for'}`,
        );
      return by('none', 'not carried: this kernel cannot count flows (connlimit)');
    case 'drop-text':
      if (can.textMatch)
        return by(
          'iptables',
          'TCP packets of this direction with the text in them are dropped, however often they are sent again; a text that is cut by the end of a segment passes',
        );
      return by('none', 'not carried: this kernel cannot look for a text in packets (xt_string)');
    case 'rate':
      return by('tbf', 'a token bucket (htb) holds each direction to the rate');
    case 'delay':
    case 'hold-rst':
      if (can.netem) return by('netem', 'delayed by the kernel');
      if (can.tun) return by('tun-relay', 'this kernel has no netem: the packets are held in user space and given back unchanged');
      return by('none', `not carried: this kernel has no netem, and ${NO_RELAY}`);
    case 'jitter':
    case 'reorder':
    case 'duplicate-acks':
      return can.tun ? by('tun-relay', ONE_BY_ONE[impairment.kind]) : by('none', `not carried: ${NO_RELAY}`);
    case 'inject-rst':
      if (can.tun)
        return by(
          'tun-relay',
          `${can.copies ? 'TCP packets of the link are copied to user space' : 'this kernel cannot copy packets: all TCP packets of the link pass through user space, unchanged, and take up to a millisecond longer'}. The text is looked for within single segments; both ends of a flow are reset, once`,
        );
      return by('none', `not carried: ${NO_RELAY}`);
  }
}
