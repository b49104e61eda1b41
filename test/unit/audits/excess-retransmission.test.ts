import { describe, expect, it } from 'vitest';
import { excessRetransmission } from '../../../harness/audits/excess-retransmission.ts';
import type { LinkCounterEvidence, TcpCounterEvidence } from '../../../harness/model/evidence.ts';
import { counters, findingsOf, linkCounters, load, onControl } from './evidence-builders.ts';
import { pathWith } from './path-builders.ts';

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

  it('looks at the scenario of the load alone', () => {
    const elsewhere = counters('client', 400, 600, { scenario: 'opening-handshake' });
    expect(judged([...calm, elsewhere], calm)?.measures['retransSegs']).toBe(0);
  });
});
