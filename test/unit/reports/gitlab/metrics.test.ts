import { describe, expect, it } from 'vitest';
import { metricsReport } from '../../../../reports/gitlab/metrics.ts';
import { openMetrics } from '../../../../reports/gitlab/open-metrics.ts';
import { sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

const linesOf = (text: string): readonly string[] => text.split('\n');
const samplesOf = (text: string): readonly string[] => linesOf(text).filter((line) => line !== '' && !line.startsWith('#'));

describe('metricsReport', () => {
  const lines = linesOf(metricsReport(sampleRecord()));

  it('says what a merge request should show the change of', () => {
    expect(lines).toContain('hopscope_exit_code 3');
    expect(lines).toContain('hopscope_findings{kind="unexpected"} 2');
    expect(lines.some((line) => line.startsWith('hopscope_latency_seconds{path='))).toBe(true);
  });

  it('is OpenMetrics: TYPE, UNIT and HELP before the samples, the unit in the name, no sample twice, EOF at the end', () => {
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
    const samples = samplesOf(metricsReport(sampleRecord()));
    expect(new Set(samples.map((line) => line.slice(0, line.lastIndexOf(' ')))).size).toBe(samples.length);
    for (const [index, line] of lines.entries()) {
      const [, name, unit] = /^# UNIT (\w+) (\w+)$/.exec(line) ?? [];
      if (name === undefined) continue;
      expect(name.endsWith(`_${unit}`)).toBe(true);
      expect(lines[index - 1]).toBe(`# TYPE ${name} gauge`);
    }
  });

  it('has samples that GitLab reads whole: it cuts a line at the first # and splits it as a shell does', () => {
    for (const line of samplesOf(metricsReport(withHostileText(sampleRecord())))) {
      expect(line).toMatch(/^[a-z_]+(?:\{(?:[a-z]+="[\w.:/*@+=<>~-]*",?)+\})? -?\d[\d.e+-]*$/);
      expect(line).not.toContain('#');
    }
  });
});

describe('openMetrics', () => {
  it('leaves out what is no number, and families without samples', () => {
    expect(openMetrics([{ name: 'a', help: 'A.', samples: [{ labels: {}, value: Number.NaN }] }])).toBe('# EOF\n');
  });

  it('keeps the first of two samples that would read the same', () => {
    const samples = [
      { labels: { path: 'a b' }, value: 1 },
      { labels: { path: 'a_b' }, value: 2 },
    ];
    expect(samplesOf(openMetrics([{ name: 'a', help: 'A.', samples }]))).toEqual(['a{path="a_b"} 1']);
  });
});
