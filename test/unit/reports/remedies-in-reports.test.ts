import { describe, expect, it } from 'vitest';
import { findingLines } from '../../../reports/finding-text.ts';
import { githubAnnotations } from '../../../reports/github/annotations.ts';
import { htmlReport } from '../../../reports/html/html-report.ts';
import { junitReport } from '../../../reports/junit/junit-report.ts';
import { markdownReport } from '../../../reports/markdown/markdown-report.ts';
import { diffLines } from '../../../reports/remedy-words.ts';
import { terminalReport } from '../../../reports/terminal/terminal-report.ts';
import { withHostileText } from '../../fixtures/record-sample.ts';
import { CURED, PATCH, remediedRecord } from '../../fixtures/record-sample-remedies.ts';
import { schemaCheck } from './schema-check.ts';

const record = remediedRecord();
const page = htmlReport(record);
const sections = [...page.matchAll(/<section class="remedy"[^]*?<\/section>/g)].map(([section]) => section);

describe('the HTML report', () => {
  it('shows a cure with its badge, its patch behind a fold, and where the patch is', () => {
    const verified = sections.find((section) => section.includes('>verified</span>')) ?? '';
    expect(verified).toContain('Forward the upgrade');
    expect(verified).toContain('<details class="fold"><summary>The patch</summary>');
    expect(verified).toContain('remedies/refused-upgrade-nginx-bare-opening-handshake.patch');
  });

  it('tells lines that come from lines that go by their sign, and by colour besides', () => {
    const html = sections.join('');
    expect(html).toContain('<span class="diff-removed">-        proxy_pass http://origin:9000;\n</span>');
    expect(html).toContain('<span class="diff-added">+        proxy_pass http://origin:9000;  # &lt;b&gt;&amp;\n</span>');
  });

  it('can be copied from as a whole patch', () => {
    const code = /<div class="command diff"><code>([^]*?)<\/code>/.exec(sections.join(''))?.[1] ?? '';
    const text = code
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
    expect(text).toBe(PATCH);
  });

  it('shows one that was not run as untried, and none that failed', () => {
    expect(sections.filter((section) => section.includes('>untried</span>'))).toHaveLength(1);
    expect(page).not.toContain('Turn it off and on again');
    expect(page).not.toContain('Hope for the best');
  });

  it('lets nothing of a patch out of its place', () => {
    const hostile = htmlReport(withHostileText(record));
    expect(hostile).not.toContain('<script>alert(1)');
    expect(hostile).toContain('&lt;script&gt;alert(1)');
  });
});

describe('the other reports', () => {
  it('have the cure as a diff in Markdown, where the failure is told in full', () => {
    const text = markdownReport(record);
    expect(text).toContain('**Cure (untried):** Let a tunnel be silent for an hour.');
    expect(text).toContain('```diff\n--- a/configs/nginx/bare.conf\n+++ b/configs/nginx/bare.conf\n@@ -10,5 +10,6 @@\n server {\n');
    expect(text).toContain('; cure (verified): Forward the upgrade');
    expect(text).not.toContain('Hope for the best');
  });

  it('say it in a line on a terminal, with the place of the patch', () => {
    const text = terminalReport(record, { color: false, columns: 300 });
    expect(text).toContain('  cure     Let a tunnel be silent for an hour. (untried; patch: remedies/idle-cutoff-checkout-idle.patch)');
    expect(text).toContain(
      '  cure: Forward the upgrade: HTTP/1.1 to the next host. (verified; patch: remedies/refused-upgrade-nginx-bare-opening-handshake.patch)',
    );
    expect(text).not.toContain('Hope for the best');
  });

  it('say it in a line where there is no markup', () => {
    const cured = record.findings.find(({ id }) => id === CURED);
    expect(cured && findingLines(cured)).toContainEqual(
      expect.stringMatching(/^cure: Forward the upgrade.* \(verified; patch: remedies\//),
    );
    expect(junitReport(record)).toContain('cure: Let a tunnel be silent');
    expect(githubAnnotations(record)).toContain('cure: Let a tunnel be silent');
  });

  it('keep to the schema of the record, with hostile text too', () => {
    const { errorsOf } = schemaCheck('json/record.schema.json');
    expect(errorsOf(record)).toEqual([]);
    expect(errorsOf(withHostileText(record))).toEqual([]);
    const odd = { ...record, findings: record.findings.map((finding) => ({ ...finding, remedies: [] })) };
    expect(errorsOf(odd)).not.toEqual([]);
  });
});

describe('diffLines', () => {
  it('takes the first two lines for names, whatever they look like, and a removed line of dashes for a removed line', () => {
    expect(diffLines('--- a\n+++ b\n@@ -1 +0,0 @@\n--- x\n').lines.map(({ kind }) => kind)).toEqual(['file', 'file', 'place', 'removed']);
  });

  it('says how many lines it leaves out', () => {
    expect(diffLines('x\n'.repeat(100)).more).toBe(40);
  });
});
