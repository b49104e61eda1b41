import { describe, expect, it } from 'vitest';
import type { Standing } from '../../../harness/model/policy-result.ts';
import type { JudgedFinding, RunRecord } from '../../../harness/model/record.ts';
import { htmlReport } from '../../../reports/html/html-report.ts';
import { junitReport } from '../../../reports/junit/junit-report.ts';
import { markdownReport } from '../../../reports/markdown/markdown-report.ts';
import { failuresIn } from '../../../reports/reading-order.ts';
import { terminalReport } from '../../../reports/terminal/terminal-report.ts';
import { calmRecord, sampleRecord } from '../../fixtures/record-sample.ts';
import { schemaCheck } from './schema-check.ts';

const HOSTILE = '<b>\u001b[31mno</b>';

/** A calm record in which declared failures stand as given, and that has everything that a policy can say. */
function recordWithPolicy(...standings: readonly Standing[]): RunRecord {
  const calm = calmRecord();
  const failing = calm.findings.filter(({ outcome, expected }) => outcome === 'fail' && expected);
  const standingOf = (finding: JudgedFinding): Standing | undefined => standings[failing.indexOf(finding)];
  const path = failing[0]?.path ?? '';
  return {
    ...calm,
    findings: calm.findings.map((finding) => {
      const standing = standingOf(finding);
      return standing === undefined ? finding : { ...finding, standing, repeats: { failed: 1, of: 3 } };
    }),
    thresholds: [
      {
        path,
        expect: 'idle limit >= 75 s',
        why: HOSTILE,
        verdict: 'fail',
        measured: { value: 2000, unit: 'ms' },
        because: 'an idle socket was cut',
      },
      { path, expect: 'capacity >= 5', why: null, verdict: 'inconclusive', measured: null, because: 'nobody looked' },
      {
        path,
        expect: 'capacity >= 4',
        why: null,
        verdict: 'fail',
        measured: { value: 3, unit: 'count', atLeast: true },
        because: 'x',
        known: true,
      },
      { path, expect: 'reload survival >= 99 %', why: null, verdict: 'pass', measured: { value: 100, unit: '%' }, because: 'all lived' },
    ],
    warnings: { count: 2, max: 1 },
    quarantines: [
      { audit: 'idle-*', path: '*', scenario: null, until: '2027-01-31', because: HOSTILE, daysLeft: 69, findings: ['a'] },
      { audit: 'x', path: '*', scenario: 'idle-hold', until: '2026-01-31', because: 'old', daysLeft: 0, findings: [] },
    ],
    baseline: {
      file: 'base.json',
      fresh: [],
      known: ['a/b/c'],
      regressions: [{ path, measure: 'idle limit', was: 75_000, now: 2000, unit: 'ms', because: 'idle limit was 75 s and is 2 s: cut' }],
      mended: ['edge: refused-upgrade by nginx is gone'],
      notCompared: ['path gone of the baseline is not in this run'],
    },
    repeatedRuns: ['a', 'b', 'c'],
  };
}

const record = recordWithPolicy({ kind: 'quarantined', because: HOSTILE, until: '2027-01-31', daysLeft: 69 }, { kind: 'known' });
const [warning] = failuresIn(record).warnings;

describe('a policy in reports', () => {
  it('sorts warnings and known failures out of the declared ones', () => {
    const { warnings, known, declared } = failuresIn(record);
    expect([warnings.length, known.length]).toEqual([1, 1]);
    expect(declared).not.toContain(warning);
  });

  it('is told in the terminal: failures, then warnings, then notes', () => {
    const text = terminalReport(record, { color: false, columns: 400 });
    const order = [
      'idle limit was 75 s and is 2 s',
      'expected idle limit >= 75 s, measured 2 s',
      'expected capacity >= 5, not measured',
      `▲ ${warning?.path}`,
      '2 warnings, and the policy lets 1 be',
      'In the baseline:',
      'quarantine of idle-* on * lasts until 2027-01-31 (69 days left): 1 finding in it',
      'quarantine of x on * in idle-hold ran out',
      'thresholds: 1 of 4 thresholds kept',
      'baseline base.json: 1 known failure, 1 measure worse',
      'mended: edge: refused-upgrade by nginx is gone',
      'hopscope baseline write --ratchet --out base.json',
      '3 runs judged together',
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toContain('flaky: in 1 of 3 runs; 8 repeats without it');
    expect(text).not.toContain('\u001b');
  });

  it('has a section of its own in the HTML report, escaped', () => {
    const page = htmlReport(record);
    expect(page).toContain('<h2 id="policy">Policy</h2>');
    for (const words of ['Thresholds', 'Warnings', 'Quarantines', 'Baseline', '69 days left', 'has run out', 'at least 3', 'mended: edge'])
      expect(page).toContain(words);
    expect(page).not.toContain('<b>\\u001b');
    expect(page).not.toContain(HOSTILE);
    expect(htmlReport(sampleRecord())).not.toContain('id="policy"');
  });

  it('is in the Markdown report, escaped', () => {
    const text = markdownReport(record);
    for (const words of ['### Thresholds', '### Policy', '### Warnings (1)', 'In the baseline (1)', '69 days left'])
      expect(text).toContain(words);
    expect(text).not.toContain('<b>');
  });

  it('makes testcases of thresholds', () => {
    const xml = junitReport(record);
    expect(xml).toContain('name="threshold idle limit &gt;= 75 s"');
    expect(xml.match(/type="threshold"/g)).toHaveLength(1);
  });

  it('fits the published schema', () => {
    expect(schemaCheck('json/record.schema.json').errorsOf(record)).toEqual([]);
  });
});
