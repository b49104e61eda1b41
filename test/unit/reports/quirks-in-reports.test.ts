import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../harness/model/record.ts';
import { htmlReport } from '../../../reports/html/html-report.ts';
import { markdownReport } from '../../../reports/markdown/markdown-report.ts';
import { terminalReport } from '../../../reports/terminal/terminal-report.ts';
import { calmRecord } from '../../fixtures/record-sample.ts';

/** A calm record in which one declared failure is a known quirk instead. */
function recordWithQuirk(): RunRecord {
  const calm = calmRecord();
  const at = calm.findings.findIndex(({ outcome, expected }) => outcome === 'fail' && expected);
  const findings = calm.findings.map((finding, index) =>
    index === at ? { ...finding, cases: ['half-close'], quirk: 'it is known for <b>that</b>' } : finding,
  );
  return { ...calm, findings };
}

const record = recordWithQuirk();
const known = record.findings.find(({ quirk }) => quirk !== undefined);

describe('a known quirk in reports', () => {
  it('is counted at the end of the terminal report, and is no failure as declared', () => {
    const text = terminalReport(record, { color: false, columns: 200 });
    expect(text).toContain('known quirks: 1 finding on 1 path excused');
    expect(text).not.toContain(`≡ ${known?.path}, ${known?.scenario}: ${known?.auditId}`);
  });

  it('is listed with cases and reason behind a fold of its path in the HTML report, escaped', () => {
    const page = htmlReport(record);
    expect(page).toContain('Known quirks <span class="muted">(1)</span>');
    expect(page).toContain('it is known for &lt;b&gt;that&lt;/b&gt;');
    expect(page).toContain('half-close');
  });

  it('is listed in the Markdown report', () => {
    const text = markdownReport(record);
    expect(text).toContain('<summary>Known quirks (1)</summary>');
    expect(text).toContain('half-close');
  });
});
