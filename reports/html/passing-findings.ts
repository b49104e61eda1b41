import type { AuditTitle, JudgedFinding } from '../../harness/model/record.ts';
import { formatMeasure, plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { html, type Html } from './html.ts';

/** Findings that passed, one line each, folded. */
export function passingFindings(findings: readonly JudgedFinding[], audits: readonly AuditTitle[]): Html | null {
  if (findings.length === 0) return null;
  const row = ({ auditId, scenario, summary, measures }: JudgedFinding): Html => {
    const title = audits.find(({ id }) => id === auditId)?.title ?? auditId;
    const numbers = Object.entries(measures).map(([name, value]) => formatMeasure(name, value).join(' '));
    return html`<tr><th scope="row">${title}</th><td>${scenario}</td><td>${clip(summary, 300)}${numbers.length > 0 && html` <span class="muted">${numbers.join(', ')}</span>`}</td></tr>`;
  };
  return html`
<details class="fold"><summary>${plural(findings.length, 'finding that passed', 'findings that passed')}</summary>
  <div class="scroll" tabindex="0"><table class="passes"><thead class="hidden-text"><tr><th scope="col">Audit</th><th scope="col">Scenario</th><th scope="col">Finding</th></tr></thead><tbody>${findings.map(row)}</tbody></table></div>
</details>`;
}

export const passesCss = `
.fold > summary { font-weight: 600; font-size: .875rem; padding-block: .15rem; }
.fold > summary:hover { color: var(--accent); }
.fold[open] > summary { margin-block-end: .5rem; }
.passes { font-size: .8125rem; }
.passes th { font-weight: 550; }
.passes th:first-child { padding-inline-start: 0; }
@media print { .fold::details-content { content-visibility: visible; block-size: auto; } }
`;
