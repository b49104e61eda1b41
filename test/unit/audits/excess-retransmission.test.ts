import { describe, expect, it } from 'vitest';
import { excessRetransmission } from '../../../harness/audits/excess-retransmission.ts';
import { auditRun } from '../../../harness/audits/run-audits.ts';
import type { LinkCounterEvidence, TcpCounterEvidence } from '../../../harness/model/evidence.ts';
import type { LegEvidence } from '../../../harness/model/wire-evidence.ts';
import { counters, evidenceSet, findingsOf, linkCounters, load, onControl } from './evidence-builders.ts';
import { capturesOf, controlLeg, DISAGREE, instrument, leg, recovered, resent, serverLeg, stream, transit } from './leg-builders.ts';
import { control as controlOf, pathWith } from './path-builders.ts';

const path = pathWith(['haproxy']);
const loads = [load(), onControl(load())];
const judged = (
  subject: readonly TcpCounterEvidence[],
  control: readonly TcpCounterEvidence[],
  links: readonly LinkCounterEvidence[] = [],
) => findingsOf(excessRetransmission, path, { loads, tcpCounters: [...subject, ...control.map(onControl)], linkCounters: links })[0];

const calm = [counters('client', 0, 5000), counters('origin', 0, 5000)];

describe('excess-retransmission', () => {
  it('passes many retransmissions that the control path has too, and says the share', () => {
    expect(judged([counters('client', 214, 11_049)], [counters('client', 220, 10_780)])).toMatchObject({
      outcome: 'pass',
      summary: '214 retransmissions, 1.9 % of segments; control 2.0 %: not the cause',
      measures: { retransSegs: 214, retransPercent: 1.9, controlRetransPercent: 2 },
    });
  });

  it('compares a host with itself on the control path', () => {
    const one = [counters('client', 150, 4850), counters('haproxy', 0, 5000), counters('origin', 0, 5000)];
    expect(judged(one, [counters('client', 150, 4850), counters('origin', 0, 5000)])?.outcome).toBe('pass');
    expect(judged(one, [counters('client', 0, 5000), counters('origin', 150, 4850)])).toMatchObject({
      outcome: 'fail',
      summary: expect.stringMatching(/^client 150 retransmissions, 3\.0 % of segments, control 0\.0 %/),
    });
  });

  it('compares a proxy with the worst host of the control path', () => {
    const control = [counters('client', 0, 5000), counters('origin', 150, 4850)];
    expect(judged([...calm, counters('haproxy', 150, 4850)], control)?.outcome).toBe('pass');
    expect(judged([...calm, counters('haproxy', 400, 4600)], control)?.outcome).toBe('fail');
  });

  it.each([
    ['fewer than 10 segments', 9, 91, 0, 5000],
    ['less than 1 % more', 95, 9905, 0, 10_000],
    ['a difference within its interval', 12, 388, 6, 394],
  ])('passes %s', (_, hits, out, controlHits, controlOut) => {
    expect(judged([counters('client', hits, out)], [counters('client', controlHits, controlOut)])?.outcome).toBe('pass');
  });

  it('sums the slots of a host', () => {
    expect(judged([counters('client', 100, 4900), counters('client', 100, 4900)], calm)?.measures['retransSegs']).toBe(200);
  });

  it('blames the only link that dropped clearly more than on the control path', () => {
    const lossy = [counters('client', 300, 4700)];
    const links = [linkCounters('firewall', 300, 9700), linkCounters('firewall', 0, 10_000, 'direct')];
    expect(judged(lossy, calm, links)?.blame).toMatchObject({ host: 'firewall', leg: 'client-haproxy', confidence: 'certain' });
    expect(judged(lossy, calm, [linkCounters('firewall', 300, 9700), linkCounters('firewall', 300, 9700, 'direct')])?.blame?.host).toBe(
      'unknown',
    );
    expect(judged(lossy, calm)?.blame?.host).toBe('unknown');
  });

  it('is inconclusive when counters could not be read, and never prints 0 for that', () => {
    const unread = judged([counters('client', 0, 5000), counters('haproxy', 0, 0, { delta: null })], calm);
    expect(unread).toMatchObject({ outcome: 'inconclusive', summary: expect.stringContaining('not measured'), measures: {} });
    expect(judged([], calm)?.outcome).toBe('inconclusive');
    expect(judged(calm, [])?.summary).toContain('not measured on the control path');
  });

  it('says nothing of a load that was driven without slots of the control path', () => {
    const alone = load({ requested: { ...load().requested, compared: false } });
    expect(findingsOf(excessRetransmission, path, { loads: [alone], tcpCounters: calm })).toEqual([]);
  });

  it('looks at the scenario of the load alone', () => {
    const elsewhere = counters('client', 400, 600, { scenario: 'opening-handshake' });
    expect(judged([...calm, elsewhere], calm)?.measures['retransSegs']).toBe(0);
  });
});

describe('excess-retransmission with captures', () => {
  const lossy = [counters('client', 300, 4700)];
  const sent = (packets: number, segs: number, lost: number): Partial<LegEvidence> => ({
    scenario: 'steady-echo',
    near: stream({ packets: { aToB: packets, bToA: packets }, resent: { aToB: recovered(segs), bToA: resent() } }),
    far: stream({ packets: { aToB: packets - lost, bToA: packets } }),
    transit: transit({ lost: { nearToFar: lost, farToNear: 0 } }),
  });
  const clean = controlLeg(sent(5000, 0, 0));
  const one = (legs: readonly LegEvidence[], more: Parameters<typeof findingsOf>[2] = {}) =>
    findingsOf(excessRetransmission, path, {
      loads,
      tcpCounters: [...lossy, ...calm.map(onControl)],
      legs: [...legs, clean],
      captures: [...legs, clean].flatMap((leg) => capturesOf(leg)),
      ...more,
    })[0];

  it('names the only leg on which clearly more packets were lost than on the control path, and why they were sent again', () => {
    expect(one([leg(sent(5000, 310, 300)), serverLeg(sent(5000, 0, 1))])).toMatchObject({
      outcome: 'fail',
      blame: { host: 'firewall', leg: 'client-haproxy', direction: 'to-origin', confidence: 'likely' },
      summary:
        'client 300 retransmissions, 6.0 % of segments, control 0.0 %: on the leg client-haproxy packets left one end and did not come to the other: 6.0 % to-origin (0.0 % on the control path); 310 of 310 resent segments were sent again by fast recovery',
    });
  });

  it('is certain about a link that does something else on the control path', () => {
    const links = [
      { name: 'firewall', impairments: [{ kind: 'loss', percent: 6, direction: 'both', subject: true }] },
      { name: 'rack1', impairments: [] },
    ] as const;
    const legs = [leg(sent(5000, 310, 300)), clean];
    const evidence = evidenceSet({
      loads,
      tcpCounters: [...lossy, ...calm.map(onControl)],
      legs,
      captures: legs.flatMap((one) => capturesOf(one)),
    });
    const { findings } = auditRun([controlOf(path), { ...path, links }], evidence, [excessRetransmission]);
    expect(findings[1]?.blame).toMatchObject({ host: 'firewall', confidence: 'certain' });
  });

  it.each<[string, readonly LegEvidence[], object]>([
    ['two legs lost more', [leg(sent(5000, 310, 300)), serverLeg(sent(5000, 310, 300))], {}],
    ['no leg did', [leg(sent(5000, 310, 3)), serverLeg(sent(5000, 0, 1))], {}],
    ['a leg was captured at one end', [leg({ ...sent(5000, 310, 300), transit: null })], {}],
    ['captures lost packets', [leg(sent(5000, 310, 300))], { captures: capturesOf(leg(), { droppedPackets: 9 }) }],
  ])('names nobody when %s', (_, legs, more) => {
    expect(one(legs, more)?.blame?.host).toBe('unknown');
  });

  it('names nobody when link counters and captures name different links', () => {
    const linksSay = [linkCounters('rack1', 300, 9700), linkCounters('rack1', 0, 10_000, 'direct')];
    expect(one([leg(sent(5000, 310, 300))], { linkCounters: linksSay })?.blame).toMatchObject({
      host: 'unknown',
      because: expect.stringContaining('the instruments do not agree'),
    });
    const same = [linkCounters('firewall', 300, 9700), linkCounters('firewall', 0, 10_000, 'direct')];
    expect(one([leg(sent(5000, 310, 300))], { linkCounters: same })?.blame).toMatchObject({ host: 'firewall', confidence: 'certain' });
  });

  it('is inconclusive when the instruments of a leg do not agree, and says which to doubt', () => {
    const doubt = instrument({ ...DISAGREE, scenario: 'steady-echo' });
    expect(one([leg(sent(5000, 310, 300))], { instruments: [doubt] })).toMatchObject({
      outcome: 'inconclusive',
      blame: null,
      summary: expect.stringContaining(
        'the instruments of the leg client-haproxy do not agree: the links dropped 0 packets and the captures miss 5: doubt the captures',
      ),
    });
    expect(one([leg(sent(5000, 310, 300))], { instruments: [instrument(DISAGREE)] })?.outcome).toBe('fail');
  });

  it('shows what was sent again by leg, direction and cause', () => {
    const table = one([leg(sent(5000, 310, 300)), serverLeg({ ...sent(100, 0, 0), transit: null })])?.details[1];
    expect(table).toMatchObject({
      kind: 'table',
      rows: [
        ['client-haproxy', 'this path', 'to-origin', '5000', '310', '0', '0', '310', '0', '0', '0', '300'],
        ['client-haproxy', 'this path', 'to-client', '5000', '0', '0', '0', '0', '0', '0', '0', '0'],
        ['haproxy-origin', 'this path', 'to-origin', '100', '0', '0', '0', '0', '0', '0', '0', 'not known'],
        ['haproxy-origin', 'this path', 'to-client', '100', '0', '0', '0', '0', '0', '0', '0', 'not known'],
        ['client-origin', 'control', 'to-origin', '5000', '0', '0', '0', '0', '0', '0', '0', '0'],
        ['client-origin', 'control', 'to-client', '5000', '0', '0', '0', '0', '0', '0', '0', '0'],
      ],
    });
  });
});
