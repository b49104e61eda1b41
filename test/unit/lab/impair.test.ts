import { describe, expect, it } from 'vitest';
import { parseForwardCounters, parseHeldPackets, planLink, relayArgs, sourcesOf, type LinkProgram } from '../../../harness/lab/impair.ts';
import type { Impairment } from '../../../harness/model/impairment.ts';
import { only, pathOf } from './sample-topology.ts';

const NETEM = { netem: true, tun: true };
const TUN_ONLY = { netem: false, tun: true };
const NEITHER = { netem: false, tun: false };

function program(impairments: readonly Impairment[], can = TUN_ONLY): LinkProgram {
  const topology = only([pathOf('direct', [], impairments, 2), pathOf('a', ['proxy'], impairments)]);
  const link = topology.links[0];
  if (link === undefined) throw new Error('no link');
  return planLink(topology, link, ['near0', 'far0'], can);
}

const lines = ({ commands, relayCommands }: LinkProgram): string =>
  [...commands, ...relayCommands].map((command) => command.join(' ')).join('\n');

describe('planLink', () => {
  it('drops only in the forwarding chain of the link, never where a sender would be', () => {
    const text = lines(program([{ kind: 'loss', percent: 2, direction: 'both' }]));
    expect(text.match(/-j DROP/g)).toHaveLength(3);
    expect(text).toContain('iptables -w -A TO_ORIGIN -m statistic --mode random --probability 0.02 -j DROP');
    expect(text).toContain('iptables -w -A TO_CLIENT -m statistic --mode random --probability 0.02 -j DROP');
    expect(text).not.toMatch(/OUTPUT .*statistic/);
  });

  it('drops every n-th packet of the one direction it is asked for', () => {
    const text = lines(program([{ kind: 'loss-nth', every: 40, direction: 'to-client' }]));
    expect(text).toContain('iptables -w -A TO_CLIENT -m statistic --mode nth --every 40 --packet 39 -j DROP');
    expect(text).not.toContain('-A TO_ORIGIN -m statistic');
  });

  it('delays with netem where the kernel has it, and says so', () => {
    const made = program([{ kind: 'delay', ms: 3, direction: 'both' }], NETEM);
    expect(lines(made)).toContain('netem delay 3ms');
    expect(made.relay).toEqual([]);
    expect(made.applied.map(({ rung }) => rung)).toEqual(['netem']);
  });

  it('delays with the relay where there is no netem, and says so', () => {
    const made = program([{ kind: 'delay', ms: 3, direction: 'to-origin' }]);
    expect(made.relay).toEqual([{ direction: 'to-origin', rstOnly: false, holdMs: 3 }]);
    expect(lines(made)).toContain('ip rule add fwmark');
    expect(made.applied[0]).toMatchObject({ rung: 'tun-relay' });
  });

  it('holds RSTs back on top of the delay that all packets have', () => {
    const made = program([
      { kind: 'delay', ms: 2, direction: 'both' },
      { kind: 'hold-rst', ms: 200, direction: 'both' },
    ]);
    expect(made.relay).toContainEqual({ direction: 'to-client', rstOnly: true, holdMs: 202 });
    // All packets are handed over already; a second mark for RSTs would count them twice.
    expect(lines(made)).not.toContain('--tcp-flags RST RST -j MARK');
  });

  it('hands only RSTs to the relay when nothing else is delayed', () => {
    expect(lines(program([{ kind: 'hold-rst', ms: 200, direction: 'both' }]))).toContain('--tcp-flags RST RST -j MARK');
  });

  it('says what this machine cannot carry instead of leaving it out', () => {
    const made = program([{ kind: 'hold-rst', ms: 200, direction: 'both' }], NEITHER);
    expect(made.applied[0]).toMatchObject({ rung: 'none', note: expect.stringContaining('no netem') });
    expect(lines(made)).not.toContain('MARK');
  });

  it('holds a direction to a rate on every device of the link', () => {
    const made = program([{ kind: 'rate', kbitPerSecond: 500, direction: 'to-client' }]);
    expect(lines(made)).toContain('tc class add dev near0 parent 1: classid 1:22 htb rate 500kbit');
    expect(lines(made)).toContain('tc class add dev far0 parent 1: classid 1:22 htb rate 500kbit');
    expect(made.applied.map(({ rung }) => rung)).toEqual(['tbf']);
  });

  it('leaves a link without impairments alone, but counts what crosses it', () => {
    const made = program([]);
    expect(made.relayCommands).toEqual([]);
    expect(lines(made)).not.toContain('tc ');
    expect(lines(made)).toContain('-A FORWARD ! -i hold0 -s 10.100.0.0/25 -j TO_ORIGIN');
  });
});

describe('sourcesOf', () => {
  it('tells the direction by the side of the link that a packet comes from, however far', () => {
    const chain = only([pathOf('direct', [], [], 3), pathOf('a', ['outer', 'inner'])]);
    expect(sourcesOf(chain, 1, 'to-origin')).toEqual(['10.100.1.0/25', '10.100.0.0/24']);
    expect(sourcesOf(chain, 1, 'to-client')).toEqual(['10.100.1.128/25', '10.100.2.0/24']);
  });

  it('is handed to the relay with each rule', () => {
    const topology = only([pathOf('direct', [], [], 2), pathOf('a', ['proxy'])]);
    const link = topology.links[0];
    if (link === undefined) throw new Error('no link');
    const [, , , rules] = relayArgs(topology, link, [{ direction: 'to-client', rstOnly: true, holdMs: 200 }]);
    expect(JSON.parse(rules ?? '')).toEqual([
      { direction: 'to-client', rstOnly: true, holdMs: 200, sources: ['10.100.0.128/25', '10.100.1.0/24'] },
    ]);
  });
});

describe('link counters', () => {
  const listing = `Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)
    pkts      bytes target     prot opt in     out     source               destination
      40     2000 TO_ORIGIN  all  --  !hold0 *       10.100.0.0/25        0.0.0.0/0
      30     1500 TO_CLIENT  all  --  !hold0 *       10.100.0.128/25      0.0.0.0/0

Chain OUTPUT (policy ACCEPT 5 packets, 400 bytes)
    pkts      bytes target     prot opt in     out     source               destination
       3      252 DROP       icmp --  *      *       0.0.0.0/0            0.0.0.0/0            icmptype 5

Chain TO_ORIGIN (1 references)
    pkts      bytes target     prot opt in     out     source               destination
       4      200 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0            statistic mode nth every 10 packet 9
`;

  it('tell dropped from forwarded and leave other chains out', () => {
    expect(parseForwardCounters(listing)).toEqual({ droppedPackets: 4, forwardedPackets: 66 });
  });

  it('count what was handed to the relay', () => {
    expect(
      parseHeldPackets(
        '      21     1050 MARK       tcp  --  !hold0 *       0.0.0.0/0  MARK set 0x64\n       2   100 MARK  all -- * * a b',
      ),
    ).toBe(23);
  });
});
