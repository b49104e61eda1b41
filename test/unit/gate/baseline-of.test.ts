import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../harness/gate/baseline-of.ts';
import { readBaseline } from '../../../harness/gate/read-baseline.ts';
import type { RunRecord } from '../../../harness/model/record.ts';
import { orderedJson } from '../../../reports/json/ordered-json.ts';
import { sampleRecord } from '../../fixtures/record-sample.ts';
import { cutRung } from '../audits/limit-builders.ts';
import { NOTHING } from './policy-builders.ts';

const textOf = (record: RunRecord): string =>
  orderedJson(baselineOf(record, { ...NOTHING, ladders: [cutRung(2003, { path: 'checkout' })] }), ['baselineVersion']);

describe('baselineOf', () => {
  const record = sampleRecord();
  const baseline = baselineOf(record, { ...NOTHING, ladders: [cutRung(2003, { path: 'checkout' })] });

  it('has what fails unexpectedly, path by path, and no control path', () => {
    const failing = record.findings.filter(({ outcome, expected }) => outcome === 'fail' && !expected);
    const known = Object.values(baseline.paths).flatMap(({ findings }) => findings);
    expect(known.map(({ audit }) => audit).toSorted()).toEqual(failing.map(({ auditId }) => auditId).toSorted());
    expect(Object.keys(baseline.paths)).not.toContain('direct');
    expect(baseline.paths['checkout']?.measures).toEqual({ 'idle limit': { value: 2000, unit: 'ms', tolerancePercent: 10 } });
    expect(baseline.paths['haproxy-plain']?.unmet).toEqual([{ audit: 'added-latency', scenario: null }]);
  });

  it('is the same text whatever the order of the run, and another time', () => {
    const again: RunRecord = {
      ...record,
      run: { ...record.run, id: 'another', startedAt: '2027-01-01T00:00:00.000Z', elapsedMs: 1 },
      findings: record.findings.toReversed(),
      paths: record.paths.toReversed(),
    };
    expect(textOf(again)).toBe(textOf(record));
    expect(textOf(record)).not.toMatch(/\d{4}-\d\d-\d\d|127\.0\.0\.1|:\d{4,5}\b/);
  });

  it('is read back as it was', () => {
    expect(readBaseline(textOf(record), 'b')).toEqual(baseline);
  });
});
