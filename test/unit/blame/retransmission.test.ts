import { describe, expect, it } from 'vitest';
import { innocentLinks } from '../../../harness/blame/link-innocence.ts';
import type { LinkCase } from '../../../harness/blame/link-innocence.ts';
import { compareProportions, percent } from '../../../harness/measure/proportion.ts';
import { clearlyExceeds, retransmissionsOf } from '../../../harness/blame/retransmission.ts';
import { counters, lossyLink } from '../audits/evidence-builders.ts';
import { pathWith } from '../audits/path-builders.ts';

describe('compareProportions', () => {
  it('gives the difference with an interval that holds it', () => {
    const { difference, low, high } = compareProportions({ hits: 300, total: 10_000 }, { hits: 200, total: 10_000 });
    expect(difference).toBeCloseTo(0.01);
    // By hand: 0.01 ± 1.96 · sqrt(0.03·0.97/10002 + 0.02·0.98/10002).
    expect([low, high]).toEqual([expect.closeTo(0.0057, 4), expect.closeTo(0.0143, 4)]);
  });

  it('is not sure of nothing', () => {
    expect(compareProportions({ hits: 0, total: 0 }, { hits: 0, total: 0 })).toMatchObject({ difference: 0, low: expect.any(Number) });
    expect(clearlyExceeds({ hits: 0, total: 0 }, { hits: 0, total: 0 })).toBe(false);
  });
});

describe('percent', () => {
  it.each([
    [0, '0.0 %'],
    [0.019, '1.9 %'],
    [0.00004, '0.004 %'],
    [1, '100.0 %'],
  ])('writes %f as %s', (value, text) => {
    expect(percent(value)).toBe(text);
  });
});

describe('retransmissionsOf', () => {
  it('adds retransmissions to OutSegs, which leaves them out', () => {
    expect(retransmissionsOf([counters('client', 10, 90), counters('client', 0, 100)])).toEqual([
      { host: 'client', hits: 10, total: 200, needless: 0 },
    ]);
  });

  it('leaves out resends of data that the receiver reports it already had', () => {
    const delta = { RetransSegs: 10, OutSegs: 90, TCPDSACKRecvSegs: 8 };
    expect(retransmissionsOf([counters('client', 0, 0, { delta })])).toEqual([{ host: 'client', hits: 2, total: 100, needless: 8 }]);
  });

  it('is null when a host or a counter could not be read, or nothing was', () => {
    expect(retransmissionsOf([counters('client', 1, 1), counters('origin', 0, 0, { delta: null })])).toBeNull();
    expect(retransmissionsOf([counters('client', 0, 0, { delta: { OutSegs: 5 } })])).toBeNull();
    expect(retransmissionsOf([])).toBeNull();
  });
});

describe('innocentLinks', () => {
  const given = (more: Partial<LinkCase>): readonly string[] =>
    innocentLinks({
      path: pathWith(['haproxy']),
      links: [lossyLink('firewall')],
      subject: [counters('client', 30, 970)],
      control: [counters('client', 31, 969)],
      ...more,
    });

  it('clears an impaired link that costs both paths as much', () => {
    expect(given({})).toEqual([
      'firewall: innocent, 3.0 % of segments were retransmitted here and 3.1 % on the control path through the same link',
    ]);
    expect(given({ subject: [counters('client', 0, 1000)], control: [counters('client', 0, 1000)] })).toEqual([
      'firewall: innocent, no segment was retransmitted here and none on the control path through the same link',
    ]);
  });

  it('says nothing of links without impairments, or on which nothing was measured', () => {
    expect(given({ links: [] })).toEqual([]);
    expect(given({ subject: [] })).toEqual([]);
    expect(given({ control: [counters('client', 0, 0, { delta: null })] })).toEqual([]);
  });

  it('does not clear a link on a path that lost clearly more', () => {
    expect(given({ subject: [counters('client', 200, 800)] })).toEqual([]);
  });

  it('takes all scenarios together', () => {
    const few = { scenario: 'opening-handshake' };
    const sentences = given({
      subject: [counters('client', 5, 45, few), counters('client', 30, 970)],
      control: [counters('client', 1, 49, few), counters('client', 30, 970)],
    });
    expect(sentences[0]).toContain('3.3 % of segments were retransmitted here and 3.0 %');
  });
});
