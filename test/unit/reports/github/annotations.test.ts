import { describe, expect, it } from 'vitest';
import type { JudgedFinding } from '../../../../harness/model/record.ts';
import { githubAnnotations } from '../../../../reports/github/annotations.ts';
import { passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

const linesOf = (text: string): readonly string[] => text.split('\n').slice(0, -1);

describe('githubAnnotations', () => {
  const lines = linesOf(githubAnnotations(sampleRecord()));

  it('points at the blamed line of the config', () => {
    expect(lines[0]).toMatch(
      /^::error file=configs\/checkout\/haproxy\.cfg,line=17,col=3,title=idle-cutoff on checkout \(idle\)::haproxy-checkout cut an idle socket after 2,003 ms/,
    );
  });

  it('annotates unexpected failures, unmet declarations and lab errors, warns of what is inconclusive, and leaves declared failures alone', () => {
    expect(lines.map((line) => /^::(\w+) .*?title=(.*?)::/.exec(line)?.slice(1).join(': '))).toEqual([
      'error: idle-cutoff on checkout (idle)',
      'error: transparency on checkout (plain-http)',
      'error: unmet expectation on haproxy-plain',
      'error: lab error on node-proxy (plain-http)',
      'warning: idle-cutoff on node-proxy (idle)',
    ]);
  });

  it('escapes data and properties as the runner reads them', () => {
    expect(lines[1]).toContain('::error::x %250A%0Ablame: ');
    expect(lines.every((line) => !/\p{Cc}/u.test(line))).toBe(true);
  });

  it('is one line an annotation, whatever the record holds', () => {
    const hostile = linesOf(githubAnnotations(withHostileText(sampleRecord())));
    expect(hostile).toHaveLength(lines.length);
    for (const line of hostile) expect(line).toMatch(/^::(error|warning) [^:]*::/);
  });

  it('names files relative to the workspace', () => {
    const record = sampleRecord();
    const findings = record.findings.map((finding) =>
      finding.blame?.config
        ? { ...finding, blame: { ...finding.blame, config: { ...finding.blame.config, file: '/srv/infra/haproxy.cfg' } } }
        : finding,
    );
    expect(githubAnnotations({ ...record, findings }, { workspace: '/srv/infra/' })).toContain('::error file=haproxy.cfg,line=17');
  });

  it('stays within ten of a level and says how many are left', () => {
    const record = sampleRecord();
    const [failure] = record.findings.filter(({ outcome, expected }) => outcome === 'fail' && !expected);
    const many = linesOf(
      githubAnnotations({ ...record, findings: Array.from({ length: 25 }, () => failure!), expectations: [], cells: [] }),
    );
    expect(many.filter((line) => line.startsWith('::error'))).toHaveLength(10);
    expect(many.at(-1)).toBe('::notice title=More failures::15 more failures in the step summary and in report.html');
  });

  it('shows each place once before it shows one again, and counts what is left of every level', () => {
    const record = sampleRecord();
    const [failure] = record.findings.filter(({ outcome, expected }) => outcome === 'fail' && !expected);
    const at = (line: number, rest: Partial<JudgedFinding> = {}): JudgedFinding => ({
      ...failure!,
      ...rest,
      blame: { ...failure!.blame!, config: { ...failure!.blame!.config!, line } },
    });
    const standing = { kind: 'quarantined', because: 'flaky', until: '2027-01-31', daysLeft: 69 } as const;
    const findings = [
      ...Array.from({ length: 12 }, () => at(1)),
      ...Array.from({ length: 9 }, (_, index) => at(2 + index)),
      ...Array.from({ length: 12 }, () => at(1, { expected: true, standing })),
    ];
    const many = linesOf(githubAnnotations({ ...record, findings, expectations: [], cells: [] }));
    expect(many.slice(0, 10).map((line) => /line=(\d+)/.exec(line)?.[1])).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
    expect(many.filter((line) => line.startsWith('::notice'))).toHaveLength(10);
    expect(many.at(-1)).toMatch(/::14 more failures/);
  });

  it('has no place for a file outside the workspace', () => {
    const [first] = linesOf(githubAnnotations(sampleRecord(), { workspace: '/srv/infra', folder: '/srv/other' }));
    expect(first).toMatch(/^::error title=idle-cutoff/);
  });

  it('is empty when everything passes', () => {
    expect(githubAnnotations(passingRecord())).toBe('');
  });
});
