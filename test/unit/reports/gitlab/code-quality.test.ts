import { describe, expect, it } from 'vitest';
import { codeQualityReport } from '../../../../reports/gitlab/code-quality.ts';
import { passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

/* What GitLab requires of an entry: its own schema of the report, and the table of fields in its documentation of Code Quality. */
const SEVERITIES = ['info', 'minor', 'major', 'critical', 'blocker'];

interface Entry {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const entriesOf = (text: string): readonly Entry[] => JSON.parse(text) as readonly Entry[];

describe('codeQualityReport', () => {
  const entries = entriesOf(codeQualityReport(sampleRecord()));

  it('shows a failure at the blamed line', () => {
    expect(entries[0]).toMatchObject({
      check_name: 'idle-cutoff',
      severity: 'critical',
      location: { path: 'configs/checkout/haproxy.cfg', lines: { begin: 17 } },
    });
    expect(entries[0]?.description).toMatch(/^checkout \(idle\): haproxy-checkout cut an idle socket/);
  });

  it.each([
    ['a run with failures of every kind', sampleRecord()],
    ['hostile text everywhere', withHostileText(sampleRecord())],
  ])('has every field that GitLab requires, for %s', (_name, record) => {
    const all = entriesOf(codeQualityReport(record));
    expect(all.length).toBeGreaterThan(0);
    for (const { description, check_name, fingerprint, severity, location } of all) {
      expect(description).toMatch(/^\P{Cc}+$/u);
      expect(check_name).not.toBe('');
      expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
      expect(SEVERITIES).toContain(severity);
      expect(location.path).toMatch(/^(?!\.{0,2}\/)./);
      expect(location.lines.begin).toBeGreaterThan(0);
    }
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(all.length);
  });

  it('names files relative to the root of the repository', () => {
    const [entry] = entriesOf(codeQualityReport(sampleRecord(), { workspace: '/builds/infra', folder: '/builds/infra/edge' }));
    expect(entry?.location.path).toBe('edge/configs/checkout/haproxy.cfg');
    expect(entriesOf(codeQualityReport(sampleRecord(), { workspace: '/builds/infra', folder: '/elsewhere' }))).toEqual([]);
  });

  it('is an empty list when everything passes', () => {
    expect(codeQualityReport(passingRecord())).toBe('[]\n');
  });
});
