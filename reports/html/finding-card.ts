import type { AuditTitle, JudgedFinding } from '../../harness/model/record.ts';
import type { CellMark } from '../cell-mark.ts';
import { formatMeasure } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { blameBox } from './blame-box.ts';
import { findingDetail } from './finding-detail.ts';
import { html, type Html } from './html.ts';
import { markBadge } from './mark.ts';

const cardMark = ({ outcome, expected }: JudgedFinding): CellMark =>
  outcome === 'fail' ? (expected ? 'declared' : 'fail') : outcome === 'inconclusive' ? (expected ? 'allowed' : 'inconclusive') : 'pass';

function measures(of: JudgedFinding): Html | null {
  const entries = Object.entries(of.measures);
  if (entries.length === 0) return null;
  return html`<dl class="measures">${entries.map(([name, value]) => {
    const [label, number] = formatMeasure(name, value);
    return html`<div><dt>${label}</dt><dd>${number}</dd></div>`;
  })}</dl>`;
}

const evidence = ({ evidence: refs }: JudgedFinding): Html | null =>
  refs.length === 0
    ? null
    : html`<p class="evidence"><span class="label">Evidence in the run folder</span> ${refs.map(({ file, line }) => html`<code>${file}:${line}</code> `)}</p>`;

/** A finding that is not a pass: what happened, who did it, the proof beside it, and the command that shows it again. */
export const findingCard = (finding: JudgedFinding, audits: readonly AuditTitle[]): Html => {
  const audit = audits.find(({ id }) => id === finding.auditId);
  return html`
<article class="finding frame" id="${anchorOf('finding', finding.id)}">
  <header>
    <p class="finding-head">${markBadge(cardMark(finding))} <b>${finding.auditId}</b> <span class="muted">in ${finding.scenario}${audit !== undefined && `, ${audit.cite}`}</span></p>
    <h3>${clip(finding.summary, 1000)}</h3>
  </header>
  ${finding.blame !== null && blameBox(finding.blame, finding)}
  ${measures(finding)}
  ${finding.details.map(findingDetail)}
  ${evidence(finding)}
  <div class="again"><p class="label">Run just this again</p><pre class="command"><code>${clip(finding.reproduce, 1000)}</code></pre></div>
</article>`;
};

export const findingCss = `
.finding { display: grid; gap: 1rem; padding: 1.1rem 1.25rem 1.25rem; grid-template-columns: minmax(0, 1fr); }
.finding + .finding { margin-block-start: 1rem; }
.finding:target { outline: 2px solid var(--accent); outline-offset: 2px; }
.finding-head { display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: baseline; font-size: .8125rem; }
.finding h3 { margin-block-start: .5rem; font-size: 1.0625rem; font-weight: 620; letter-spacing: -.006em; text-wrap: pretty; max-inline-size: 48rem; }
.measures { display: flex; flex-wrap: wrap; gap: .5rem 2rem; }
.measures dt { font-size: .75rem; color: var(--muted); }
.measures dd { font-size: 1rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.evidence { font-size: .8125rem; }
.evidence code { margin-inline-start: .6rem; }
.command { display: flex; align-items: center; gap: 1rem; padding: .5rem .75rem; margin-block-start: .25rem; border-radius: 6px; background: var(--sunken); white-space: pre-wrap; overflow-wrap: anywhere; }
.command code { flex: 1; }
.command button { flex: none; align-self: start; }
@media (max-width: 640px) { .finding { padding: .9rem; } }
`;
