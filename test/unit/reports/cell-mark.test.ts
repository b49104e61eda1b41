import { describe, expect, it } from 'vitest';
import { markOf, pathMark } from '../../../reports/cell-mark.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';

describe('markOf', () => {
  it.each([
    ['pass', 'pass', 'pass'],
    ['fail', 'pass', 'declared'],
    ['error', 'pass', 'declared'],
    ['inconclusive', 'pass', 'allowed'],
    ['pass', 'fail', 'missing'],
    ['fail', 'fail', 'fail'],
    ['inconclusive', 'fail', 'fail'],
    ['inconclusive', 'inconclusive', 'inconclusive'],
    ['pass', 'error', 'error'],
  ] as const)('reads observed %s and judged %s as %s', (observed, verdict, mark) => {
    expect(markOf({ observed, verdict })).toBe(mark);
  });
});

describe('pathMark', () => {
  const markFor = (id: string): string => pathMark(sampleRecord(), id);

  it('is the worst of the cells', () => {
    expect(['checkout', 'node-proxy', 'nginx-bare', 'direct'].map(markFor)).toEqual(['fail', 'error', 'declared', 'pass']);
  });

  it('is never better than the verdict of the path', () => {
    expect(markFor('haproxy-plain')).toBe('missing');
  });
});
