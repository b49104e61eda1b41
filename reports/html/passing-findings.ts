import type { AuditTitle, JudgedFinding } from '../../harness/model/record.ts';
import { plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { fold } from './fold.ts';
import { html, type Html } from './html.ts';
import { prose } from './prose.ts';

/** Findings that passed, one line each, folded. */
export function passingFindings(findings: readonly JudgedFinding[], audits: readonly AuditTitle[]): Html | null {
  if (findings.length === 0) return null;
  const row = ({ auditId, scenario, summary }: JudgedFinding): Html => {
    const title = audits.find(({ id }) => id === auditId)?.title ?? auditId;
    return html`<tr><th scope="row">${title}</th><td>${scenario}</td><td>${prose(clip(summary, 300))}</td></tr>`;
  };
  return fold(
    plural(findings.length, 'finding that passed', 'findings that passed'),
    html`<div class="scroll" tabindex="0"><table class="passes"><thead class="hidden-text"><tr><th scope="col">Audit</th><th scope="col">Scenario</th><th scope="col">Finding</th></tr></thead><tbody>${findings.map(row)}</tbody></table></div>`,
  );
}

export const passesCss = `
.passes { font-size: .8125rem; }
.passes th { font-weight: 550; }
.passes th:first-child { padding-inline-start: 0; }
.passes th code { white-space: nowrap; }
`;
