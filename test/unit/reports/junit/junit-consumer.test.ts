import { parse } from 'junit2json';
import { describe, expect, it } from 'vitest';
import { junitReport } from '../../../../reports/junit/junit-report.ts';
import { testSuites } from '../../../../reports/test-suites.ts';
import { calmRecord, passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

describe('junitReport as a consumer of the format reads it', () => {
  it.each([
    ['a run with failures of every kind', sampleRecord()],
    ['a run as declared', calmRecord()],
    ['a run that passes', passingRecord()],
    ['hostile text everywhere', withHostileText(sampleRecord())],
  ])('has every test with its outcome and a name of its own, for %s', async (_name, record) => {
    const read = await parse(junitReport(record));
    const suites = read != null && 'testsuite' in read ? (read.testsuite ?? []) : [];
    const cases = suites.flatMap(({ testcase = [] }) => testcase);
    const tests = testSuites(record).flatMap((suite) => suite.tests);
    expect(cases).toHaveLength(tests.length);
    expect(new Set(cases.map(({ classname, name }) => `${classname}\n${name}`)).size).toBe(cases.length);
    const outcomes = cases.map((one) =>
      one.failure !== undefined ? 'failure' : one.error !== undefined ? 'error' : one.skipped !== undefined ? 'skipped' : 'passed',
    );
    expect(outcomes).toEqual(tests.map(({ result }) => result));
    for (const { failure = [] } of cases) for (const { message, inner } of failure) expect([message, inner].every(Boolean)).toBe(true);
  });
});
