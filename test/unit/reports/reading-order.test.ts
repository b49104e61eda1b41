import { describe, expect, it } from 'vitest';
import { countMarks, failuresIn, pathsInOrder, unmetExpectations } from '../../../reports/reading-order.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';

const record = sampleRecord();

describe('reading order', () => {
  it('puts what needs attention first, then incidents, then the order of the spec, and control paths last', () => {
    expect(pathsInOrder(record).map(({ path }) => path.id)).toEqual([
      'haproxy-plain',
      'checkout',
      'node-proxy',
      'incident-0001-broken',
      'nginx-bare',
      'direct',
      'incident-0001-control',
    ]);
  });

  it('keeps the order of the spec whether a path passes or fails as declared, and brings a failing control path to the front', () => {
    const calm = record.paths.filter(({ path }) => ['nginx-bare', 'incident-0001-broken', 'direct'].includes(path.id));
    const passing = calm.map((it) => (it.path.id === 'nginx-bare' ? { ...it, path: { ...it.path, id: 'nginx-fine' } } : it));
    const ids = (paths: typeof record.paths): readonly string[] => pathsInOrder({ ...record, paths }).map(({ path }) => path.id);
    expect(ids([...passing, ...calm.slice(1, 2)])).toEqual(['incident-0001-broken', 'nginx-fine', 'nginx-bare', 'direct']);
    expect(ids(calm.map((it) => (it.path.id === 'direct' ? { ...it, verdict: 'fail' } : it)))[0]).toBe('direct');
  });

  it('tells unexpected failures from inconclusive and declared ones', () => {
    const { unexpected, inconclusive, declared } = failuresIn(record);
    expect(unexpected.map(({ path }) => path)).toEqual(['checkout', 'checkout']);
    expect(inconclusive.map(({ path }) => path)).toEqual(['node-proxy']);
    expect(declared.map(({ path }) => path)).toEqual(['nginx-bare', 'incident-0001-broken', 'incident-0001-broken']);
  });

  it('can look at one cell', () => {
    expect(failuresIn(record, { path: 'checkout', scenario: 'idle' }).unexpected.map(({ auditId }) => auditId)).toEqual(['idle-cutoff']);
  });

  it('lists declared failures that did not come true', () => {
    expect(unmetExpectations(record).map(({ path }) => path)).toEqual(['haproxy-plain']);
  });

  it('counts cells by mark', () => {
    expect(Object.fromEntries(countMarks(record))).toEqual({ declared: 3, fail: 2, inconclusive: 1, pass: 16, allowed: 1, error: 1 });
  });
});
