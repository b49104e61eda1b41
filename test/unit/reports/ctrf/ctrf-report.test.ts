import { validate } from 'ctrf';
import { describe, expect, it } from 'vitest';
import { ctrfReport } from '../../../../reports/ctrf/ctrf-report.ts';
import { calmRecord, passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

interface Report {
  readonly reportId: string;
  readonly results: {
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly {
      readonly name: string;
      readonly status: string;
      readonly rawStatus: string;
      readonly suite: readonly string[];
      readonly filePath?: string;
      readonly line?: number;
    }[];
  };
}

const reportOf = (text: string): Report => JSON.parse(text) as Report;

describe('ctrfReport', () => {
  it.each([
    ['a run with failures of every kind', sampleRecord()],
    ['a run as declared', calmRecord()],
    ['a run that passes', passingRecord()],
    ['hostile text everywhere', withHostileText(sampleRecord())],
  ])('is valid by the schema of CTRF, for %s', (_name, record) => {
    expect(validate(JSON.parse(ctrfReport(record)))).toMatchObject({ valid: true });
  });

  it('is held against a schema that refuses what is wrong', () => {
    expect(validate({ reportFormat: 'CTRF', specVersion: '0.0.0', results: {} })).toMatchObject({ valid: false });
  });

  const { results, reportId } = reportOf(ctrfReport(sampleRecord()));

  it('counts its tests', () => {
    const { tests, passed, failed, skipped } = results.summary;
    expect(tests).toBe(results.tests.length);
    expect([passed, failed, skipped]).toEqual(
      ['passed', 'failed', 'skipped'].map((status) => results.tests.filter((test) => test.status === status).length),
    );
  });

  it('says a failure with the blamed line', () => {
    expect(results.tests.find(({ name, suite }) => name === 'idle' && suite[0] === 'checkout')).toMatchObject({
      status: 'failed',
      rawStatus: 'idle-cutoff',
      filePath: 'configs/checkout/haproxy.cfg',
      line: 17,
    });
  });

  it('has the same id whenever it is made from the same run', () => {
    expect(reportOf(ctrfReport(sampleRecord())).reportId).toBe(reportId);
    const other = sampleRecord();
    expect(reportOf(ctrfReport({ ...other, run: { ...other.run, id: 'another' } })).reportId).not.toBe(reportId);
  });
});
