import { Parser } from 'tap-parser';
import { describe, expect, it } from 'vitest';
import { tapReport } from '../../../../reports/tap/tap-report.ts';
import { testSuites } from '../../../../reports/test-suites.ts';
import { calmRecord, passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';
import type { RunRecord } from '../../../../harness/model/record.ts';

/** What the parser made of it: test points, and the summary at its end. */
function parsed(record: RunRecord) {
  const parser = new Parser({ strict: true });
  const points: {
    readonly ok: boolean;
    readonly name: string;
    readonly diag?: Readonly<Record<string, unknown>> | null;
    readonly skip?: unknown;
  }[] = [];
  parser.on('assert', (point) => points.push(point));
  parser.end(tapReport(record));
  return { points, results: parser.results };
}

describe('tapReport', () => {
  it.each([
    ['a run with failures of every kind', sampleRecord()],
    ['a run as declared', calmRecord()],
    ['a run that passes', passingRecord()],
    ['hostile text everywhere', withHostileText(sampleRecord())],
  ])('is read by a strict parser, a point for each test, for %s', (_name, record) => {
    const tests = testSuites(record).flatMap((suite) => suite.tests);
    const { points, results } = parsed(record);
    expect(results?.failures.filter(({ tapError }) => tapError !== null && tapError !== undefined)).toEqual([]);
    expect(points).toHaveLength(tests.length);
    expect(results?.fail).toBe(tests.filter(({ result }) => result === 'failure' || result === 'error').length);
    expect(results?.skip).toBe(tests.filter(({ result }) => result === 'skipped').length);
    expect(results?.ok).toBe(record.exitCode === 0);
  });

  it('tells a failure in its diagnostics', () => {
    const cut = parsed(sampleRecord()).points.find(({ name }) => name === 'checkout: idle');
    expect(cut?.diag).toMatchObject({ severity: 'fail', type: 'idle-cutoff', file: 'configs/checkout/haproxy.cfg', line: 17 });
    expect(cut?.diag?.['detail']).toContain('blame: haproxy-checkout (certain)');
  });

  it('takes no directive from a name', () => {
    const record = passingRecord();
    const cells = record.cells.map((cell) => ({ ...cell, scenario: `${cell.scenario} # SKIP all` }));
    expect(parsed({ ...record, cells }).points.every(({ skip }) => skip === false || skip === undefined)).toBe(true);
  });
});
