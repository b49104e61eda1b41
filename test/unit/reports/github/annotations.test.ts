import { describe, expect, it } from 'vitest';
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

  it('is empty when everything passes', () => {
    expect(githubAnnotations(passingRecord())).toBe('');
  });
});
