import { describe, expect, it } from 'vitest';
import { countMarks, failuresIn, pathsInOrder, unmetExpectations } from '../../../reports/reading-order.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';

const record = sampleRecord();

describe('reading order', () => {
  it('puts the incident first, then what needs attention, and control paths last', () => {
    expect(pathsInOrder(record).map(({ path }) => path.id)).toEqual([
      'incident-0001-broken',
      'haproxy-plain',
      'checkout',
      'node-proxy',
      'nginx-bare',
      'direct',
      'incident-0001-control',
    ]);
  });

  it('tells unexpected failures from inconclusive and declared ones', () => {
    const { unexpected, inconclusive, declared } = failuresIn(record);
    expect(unexpected.map(({ path }) => path)).toEqual(['checkout', 'checkout']);
    expect(inconclusive.map(({ path }) => path)).toEqual(['node-proxy']);
    expect(declared.map(({ path }) => path)).toEqual(['nginx-bare', 'incident-0001-broken']);
  });

  it('can look at one cell', () => {
    expect(failuresIn(record, { path: 'checkout', scenario: 'idle' }).unexpected.map(({ auditId }) => auditId)).toEqual(['idle-cutoff']);
  });

  it('lists declared failures that did not come true', () => {
    expect(unmetExpectations(record).map(({ path }) => path)).toEqual(['haproxy-plain']);
  });

  it('counts cells by mark', () => {
    expect(Object.fromEntries(countMarks(record))).toEqual({ declared: 2, fail: 2, inconclusive: 1, pass: 17, allowed: 1, error: 1 });
  });
});
