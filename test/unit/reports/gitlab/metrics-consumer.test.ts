import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { describe, expect, it } from 'vitest';
import { metricsReport } from '../../../../reports/gitlab/metrics.ts';
import { passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

describe('metricsReport as a consumer of the format reads it', () => {
  it.each([
    ['a run with failures of every kind', sampleRecord()],
    ['a run that passes', passingRecord()],
    ['hostile text everywhere', withHostileText(sampleRecord())],
  ])('gives every sample back, for %s', (_name, record) => {
    const text = metricsReport(record);
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const families = parsePrometheusTextFormat(text) ?? [];
    expect(families.flatMap(({ metrics }) => metrics)).toHaveLength(samples.length);
    for (const { name, help, type, metrics } of families) {
      expect(name).toMatch(/^hopscope_[a-z_]+$/);
      expect(help).not.toBe('');
      expect(type).toBe('GAUGE');
      for (const { value } of metrics) expect(Number.isFinite(Number(value))).toBe(true);
    }
  });

  it('has labels and values that mean the same to it', () => {
    const cut = parsePrometheusTextFormat(metricsReport(sampleRecord()))?.find(({ name }) => name === 'hopscope_path_errors');
    expect(cut?.metrics.find(({ labels }) => labels?.['path'] === 'checkout')?.value).toBe('2');
  });
});
