import { describe, expect, it } from 'vitest';
import type { Blame } from '../../../harness/model/finding.ts';
import type { JudgedFinding } from '../../../harness/model/record.ts';
import { byCause, claimBeside, scenariosOf } from '../../../reports/same-cause.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';

const [refused, again] = sampleRecord().findings.filter(({ path, outcome }) => path === 'incident-0001-broken' && outcome === 'fail');
const change = (more: Partial<JudgedFinding>, blame: Partial<Blame> = {}): JudgedFinding => ({
  ...refused!,
  ...more,
  blame: { ...refused!.blame!, ...blame },
});
const sizes = (findings: readonly JudgedFinding[]): readonly number[] => byCause(findings).map(({ others }) => 1 + others.length);

describe('byCause', () => {
  it('joins the scenarios that one line of config fails', () => {
    const [cause] = byCause([refused!, again!]);
    expect(cause?.lead).toBe(refused);
    expect(scenariosOf(cause!)).toEqual(['opening-handshake', 'idle']);
  });

  it('joins what the host that refuses altered, though no line is known for it', () => {
    expect(sizes([refused!, change({ auditId: 'altered-handshake-header' }, { config: null })])).toEqual([2]);
  });

  it.each([
    ['another host', change({}, { host: 'nginx' })],
    ['another line', change({}, { config: { ...refused!.blame!.config!, line: 24 } })],
    ['another path', change({ path: 'other' })],
    ['an unexpected failure', change({ expected: false })],
    ['what is not decided', change({ outcome: 'inconclusive' })],
    ['another audit without a line', change({ auditId: 'idle-cutoff' }, { config: null })],
    ['a finding without blame', { ...refused!, blame: null }],
  ])('leaves %s alone', (_, other) => {
    expect(sizes([refused!, other])).toEqual([1, 1]);
  });

  it('joins nothing of which the host is unknown', () => {
    const unknown = change({}, { host: 'unknown' });
    expect(sizes([unknown, unknown])).toEqual([1, 1]);
  });
});

describe('claimBeside', () => {
  it('leaves out what the leading finding says already', () => {
    expect(claimBeside(again!, refused!)).toBe('4 of 4 upgrades ended in 403: as traced in single handshakes');
  });

  it('keeps a claim of its own', () => {
    expect(claimBeside(change({ summary: 'it dropped Upgrade' }), refused!)).toBe('it dropped Upgrade');
    expect(claimBeside(refused!, refused!)).toBe('edge answered 403 to GET /socket by itself; the origin never saw the request');
  });
});
