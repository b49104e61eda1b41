import { describe, expect, it } from 'vitest';
import { parseRelayCounters, planRelay, relayArgs } from '../../../../harness/lab/impair/relay.ts';
import { shapingsOf } from '../../../../harness/lab/impair/shaping.ts';
import type { Impairment } from '../../../../harness/model/impairment.ts';
import { only, pathOf } from '../sample-topology.ts';

const IMPAIRMENTS: readonly Impairment[] = [
  { kind: 'hold-rst', ms: 200, direction: 'to-client' },
  { kind: 'inject-rst', onText: 'tick', afterMs: 5, direction: 'to-origin' },
];

describe('relayArgs', () => {
  it('hands each hold and each trigger to the relay with the sources of its direction', () => {
    const topology = only([pathOf('direct', [], IMPAIRMENTS, 2), pathOf('a', ['proxy'], IMPAIRMENTS)]);
    const link = topology.links[0];
    if (link === undefined) throw new Error('no link');
    const program = planRelay(topology, link, shapingsOf(link.impairments), true);
    if (program === null) throw new Error('no relay');
    const [, , , rules, , triggers, , treatments, ...copies] = relayArgs(topology, link, program);
    expect(JSON.parse(rules ?? '')).toEqual([
      { direction: 'to-client', rstOnly: true, holdMs: 200, sources: ['10.100.0.128/25', '10.100.1.0/24'] },
    ]);
    expect(JSON.parse(triggers ?? '')).toEqual([{ direction: 'to-origin', text: 'tick', afterMs: 5, sources: ['10.100.0.0/25'] }]);
    expect(JSON.parse(treatments ?? '')).toEqual([]);
    expect(copies).toEqual(['--copies', 'look0']);
  });
});

describe('parseRelayCounters', () => {
  it('tells packets that were held from those that were looked at and those that the relay made', () => {
    const listing = `Chain PREROUTING (policy ACCEPT 12 packets, 720 bytes)
    pkts      bytes target     prot opt in     out     source               destination
       2       80 ACCEPT     tcp  --  hold0  *       0.0.0.0/0            0.0.0.0/0            tcp flags:0x04/0x04 TTL match TTL == 255
      70     4200 MARK       tcp  --  !hold0 *       10.100.0.0/25        0.0.0.0/0            MARK set 0x65
      21     1050 MARK       tcp  --  !hold0 *       10.100.0.128/25      0.0.0.0/0            tcp flags:0x04/0x04 MARK set 0x64
       3      150 MARK       all  --  !hold0 *       10.100.1.0/24        0.0.0.0/0            MARK set 0x64
`;
    expect(parseRelayCounters(listing)).toEqual({ heldPackets: 24, injectedPackets: 2 });
  });
});
