import { describe, expect, it } from 'vitest';
import { type LinkProgram, planLink } from '../../../harness/lab/impair.ts';
import type { Impairment } from '../../../harness/model/impairment.ts';
import { only, pathOf } from './sample-topology.ts';

const NETEM = { netem: true, tun: true, copies: true, conntrack: true, flowCount: true, textMatch: true };
const TUN_ONLY = { netem: false, tun: true, copies: false, conntrack: true, flowCount: true, textMatch: true };
const NOTHING = { netem: false, tun: false, copies: false, conntrack: false, flowCount: false, textMatch: false };

function program(impairments: readonly Impairment[], can = TUN_ONLY): LinkProgram {
  const topology = only([pathOf('direct', [], impairments, 2), pathOf('a', ['proxy'], impairments)]);
  const link = topology.links[0];
  if (link === undefined) throw new Error('no link');
  return planLink(topology, link, ['near0', 'far0'], can);
}

const lines = ({ commands, relay }: LinkProgram): string =>
  [...commands, ...(relay?.commands ?? [])].map((command) => command.join(' ')).join('\n');

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
    expect(made.relay).toBeNull();
    expect(made.applied.map(({ rung }) => rung)).toEqual(['netem']);
  });

  it('delays with the relay where there is no netem, and says so', () => {
    const made = program([{ kind: 'delay', ms: 3, direction: 'to-origin' }]);
    expect(made.relay?.holds).toEqual([{ direction: 'to-origin', rstOnly: false, holdMs: 3 }]);
    expect(lines(made)).toContain('ip rule add fwmark');
    // A burst that found no room would be lost, which nobody asked for.
    expect(lines(made)).toContain('ip link set hold0 txqueuelen 10000');
    expect(made.applied[0]).toMatchObject({ rung: 'tun-relay' });
  });

  it('holds RSTs back on top of the delay that all packets have', () => {
    const made = program([
      { kind: 'delay', ms: 2, direction: 'both' },
      { kind: 'hold-rst', ms: 200, direction: 'both' },
    ]);
    expect(made.relay?.holds).toContainEqual({ direction: 'to-client', rstOnly: true, holdMs: 202 });
    // All packets are handed over already; a second mark for RSTs would count them twice.
    expect(lines(made)).not.toContain('--tcp-flags RST RST -j MARK');
  });

  it('hands only RSTs to the relay when nothing else is delayed', () => {
    expect(lines(program([{ kind: 'hold-rst', ms: 200, direction: 'both' }]))).toContain('--tcp-flags RST RST -j MARK');
  });

  it('says what this machine cannot carry instead of leaving it out', () => {
    const made = program([{ kind: 'hold-rst', ms: 200, direction: 'both' }], NOTHING);
    expect(made.applied[0]).toMatchObject({ rung: 'none', note: expect.stringContaining('no netem') });
    expect(lines(made)).not.toContain('MARK');
  });

  it('holds a direction to a rate on every device of the link', () => {
    const made = program([{ kind: 'rate', kbitPerSecond: 500, direction: 'to-client' }]);
    expect(lines(made)).toContain('tc class add dev near0 parent 1: classid 1:22 htb rate 500kbit');
    expect(lines(made)).toContain('tc class add dev far0 parent 1: classid 1:22 htb rate 500kbit');
    expect(made.applied.map(({ rung }) => rung)).toEqual(['tbf']);
  });

  it('drops so many packets in a row with a rule for each, which counts what those before it let through', () => {
    const text = lines(program([{ kind: 'loss-burst', every: 10, inRow: 3, direction: 'to-origin' }]));
    const rules = [...text.matchAll(/-A TO_ORIGIN .*--every (\d+) --packet (\d+) -j DROP/g)].map(([, every, packet]) => [every, packet]);
    expect(rules).toEqual([
      ['10', '7'],
      ['9', '7'],
      ['8', '7'],
    ]);
  });

  it('drops the end of every n-th write, a text, and flows that there is no room for', () => {
    const text = lines(
      program([
        { kind: 'loss-tail', every: 8, direction: 'to-client' },
        { kind: 'drop-text', text: 'Upgrade: websocket', direction: 'to-origin' },
        { kind: 'connlimit', above: 6, refusal: 'reset', direction: 'to-origin' },
      ]),
    );
    expect(text).toContain('-A TO_CLIENT -p tcp --tcp-flags PSH PSH -m statistic --mode nth --every 8 --packet 7 -j DROP');
    expect(text).toContain('-A TO_ORIGIN -p tcp -m string --algo bm --string Upgrade: websocket -j DROP');
    expect(text).toContain(
      '-A TO_ORIGIN -p tcp --syn -m connlimit --connlimit-mask 0 --connlimit-above 6 -j REJECT --reject-with tcp-reset',
    );
    expect(text).not.toContain('-A TO_CLIENT -p tcp --syn');
  });

  it('hands a direction to the relay in which packets are treated one by one, and counts as held only what all waits', () => {
    const treated = program([
      { kind: 'reorder', every: 6, byMs: 25, direction: 'to-client' },
      { kind: 'jitter', ms: 40, direction: 'to-origin' },
    ]);
    expect(treated.relay?.treatments).toEqual([
      { direction: 'to-origin', jitterMs: 40, reorder: null, copyAcks: null },
      { direction: 'to-client', jitterMs: 0, reorder: { every: 6, byMs: 25 }, copyAcks: null },
    ]);
    expect(lines(treated)).toContain('-s 10.100.0.0/25 -j MARK --set-mark 0x64');
    expect(lines(treated)).toContain('-s 10.100.0.128/25 -p tcp -j MARK --set-mark 0x65');
    expect(lines(treated)).not.toContain('-s 10.100.0.128/25 -j MARK --set-mark 0x64');
    expect(treated.applied.map(({ rung }) => rung)).toEqual(['tun-relay', 'tun-relay']);
  });

  it('marks a direction that is delayed and jitters once', () => {
    const both = program([
      { kind: 'delay', ms: 3, direction: 'to-origin' },
      { kind: 'jitter', ms: 40, direction: 'to-origin' },
    ]);
    expect(lines(both).match(/--set-mark 0x64/g)).toHaveLength(1);
  });

  it('says which of them this machine cannot carry', () => {
    const made = program(
      [
        { kind: 'jitter', ms: 4, direction: 'both' },
        { kind: 'connlimit', above: 6, refusal: 'drop', direction: 'to-origin' },
        { kind: 'drop-text', text: 'x', direction: 'to-origin' },
      ],
      NOTHING,
    );
    expect(made.applied.map(({ rung }) => rung)).toEqual(['none', 'none', 'none']);
    expect(lines(made)).not.toMatch(/connlimit|--string|MARK/);
  });

  it('leaves a link without impairments alone, but counts what crosses it', () => {
    const made = program([]);
    expect(made.relay).toBeNull();
    expect(lines(made)).not.toContain('tc ');
    expect(lines(made)).toContain('-A FORWARD ! -i hold0 -s 10.100.0.0/25 -j TO_ORIGIN');
  });

  it('drops what is longer than a silent MTU, in the directions it is asked for', () => {
    const made = program([{ kind: 'mtu-blackhole', bytes: 1400, direction: 'to-origin' }]);
    expect(lines(made)).toContain('iptables -w -A TO_ORIGIN -m length --length 1401:65535 -j DROP');
    expect(lines(made)).not.toContain('-A TO_CLIENT -m length');
    expect(made.applied).toMatchObject([{ rung: 'iptables', note: expect.stringContaining('more than 1400 bytes') }]);
  });

  it('makes the kernel forget flows, and drops what belongs to none', () => {
    const made = program([{ kind: 'forget-flows', afterMs: 2000, direction: 'both' }]);
    const text = lines(made);
    for (const chain of ['TO_ORIGIN', 'TO_CLIENT'])
      expect(text).toContain(`iptables -w -A ${chain} -p tcp -m conntrack --ctstate INVALID -j DROP`);
    expect(text).toContain('/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established 2');
    expect(text).toContain('/proc/sys/net/netfilter/nf_conntrack_tcp_loose 0');
    expect(made.applied).toMatchObject([{ rung: 'iptables', note: expect.stringContaining('silent for 2 s') }]);
  });

  it('copies every TCP packet of both directions to the relay where a text provokes resets, and hands none over', () => {
    const made = program([{ kind: 'inject-rst', onText: 'tick', afterMs: 5, direction: 'to-client' }], NETEM);
    expect(made.relay).toMatchObject({ holds: [], triggers: [{ direction: 'to-client', text: 'tick', afterMs: 5 }] });
    expect(lines(made).match(/-A POSTROUTING ! -o hold0 -s \S+ -p tcp -j TEE --gateway \S+ --oif look0/g)).toHaveLength(3);
    expect(lines(made)).not.toContain('MARK');
    expect(made.applied).toMatchObject([{ rung: 'tun-relay', note: expect.stringMatching(/^TCP packets of the link are copied/) }]);
  });

  it('hands them over where the kernel cannot copy, says so, and counts none of them as held', () => {
    const made = program([{ kind: 'inject-rst', onText: 'tick', afterMs: 5, direction: 'to-client' }]);
    expect(lines(made).match(/-p tcp -j MARK --set-mark 0x65/g)).toHaveLength(3);
    expect(lines(made)).not.toMatch(/TEE|--set-mark 0x64/);
    expect(made.applied).toMatchObject([{ rung: 'tun-relay', note: expect.stringMatching(/^this kernel cannot copy packets/) }]);
  });

  it('holds what is to be held among the packets that it looks at', () => {
    const text = lines(
      program([
        { kind: 'inject-rst', onText: 'tick', afterMs: 5, direction: 'to-client' },
        { kind: 'hold-rst', ms: 200, direction: 'to-client' },
      ]),
    );
    // The mark that is set last wins.
    expect(text.indexOf('--set-mark 0x64')).toBeGreaterThan(text.lastIndexOf('--set-mark 0x65'));
  });

  it('says that it can neither forget flows nor inject resets on a machine with neither flows nor TUN', () => {
    const made = program(
      [
        { kind: 'forget-flows', afterMs: 2000, direction: 'both' },
        { kind: 'inject-rst', onText: 'tick', afterMs: 5, direction: 'to-client' },
      ],
      NOTHING,
    );
    expect(made.applied.map(({ rung, note }) => [rung, note.slice(0, 11)])).toEqual([
      ['none', 'not carried'],
      ['none', 'not carried'],
    ]);
    expect(lines(made)).not.toMatch(/conntrack|MARK/);
  });
});
