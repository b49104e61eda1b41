import type { AuditTitle, JudgedFinding, PathRecord } from '../../harness/model/record.ts';
import type { CellMark } from '../cell-mark.ts';
import { claimOf } from '../claim.ts';
import { evidenceRanges } from '../evidence-ranges.ts';
import { formatMeasure } from '../numbers.ts';
import { repeatWords, standingWords } from '../policy-lines.ts';
import { claimBeside, type Cause } from '../same-cause.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { blameBox } from './blame-box.ts';
import { findingDetails } from './finding-detail.ts';
import { fold } from './fold.ts';
import { html, type Html } from './html.ts';
import { markBadge } from './mark.ts';
import { prose } from './prose.ts';
import { remedySection } from './remedy.ts';

const cardMark = ({ outcome, expected, standing }: JudgedFinding): CellMark =>
  standing?.kind === 'known'
    ? 'known'
    : standing?.kind === 'warning' || standing?.kind === 'quarantined'
      ? 'warned'
      : outcomeMark(outcome, expected);

const outcomeMark = (outcome: JudgedFinding['outcome'], expected: boolean): CellMark =>
  outcome === 'fail' ? (expected ? 'declared' : 'fail') : outcome === 'inconclusive' ? (expected ? 'allowed' : 'inconclusive') : 'pass';

function measures(of: JudgedFinding): Html | null {
  const entries = Object.entries(of.measures);
  if (entries.length === 0) return null;
  return html`<dl class="measures">${entries.map(([name, value]) => {
    const [label, number] = formatMeasure(name, value);
    return html`<div><dt>${label}</dt><dd>${number}</dd></div>`;
  })}</dl>`;
}

const ranges = ({ evidence }: JudgedFinding): readonly Html[] => evidenceRanges(evidence).map((range) => html`<code>${range}</code> `);

const evidenceLine = (finding: JudgedFinding): Html | null =>
  finding.evidence.length === 0
    ? null
    : html`<p class="evidence"><span class="label">Evidence in the run folder</span> ${ranges(finding)}</p>`;

/** Another finding of the same cause, in a line; what it has to prove it is folded. */
function besides(finding: JudgedFinding, lead: JudgedFinding): Html {
  const line = html`<b>${finding.scenario}</b> <span class="muted">${finding.auditId}:</span> ${prose(clip(claimBeside(finding, lead), 600))}`;
  return html`
<li id="${anchorOf('finding', finding.id)}"><p>${line}${finding.details.length === 0 && html` <span class="evidence">${ranges(finding)}</span>`}</p>
${finding.details.length > 0 && fold('Proof', html`<div class="finding-body">${findingDetails(finding.details)}${evidenceLine(finding)}</div>`)}</li>`;
}

/**
 * A cause that is not a pass: what happened, who did it, the proof beside it, what else it did on the path, and the command that shows it
 * again.
 */
export const findingCard = (it: PathRecord, { lead, others }: Cause, audits: readonly AuditTitle[]): Html => {
  const audit = audits.find(({ id }) => id === lead.auditId);
  const claim = claimOf(lead);
  const stands = [standingWords(lead), repeatWords(lead)].filter((part) => part !== '').join('; ');
  return html`
<article class="finding frame ${cardMark(lead)}-card" id="${anchorOf('finding', lead.id)}">
  <header>
    <p class="finding-head">${markBadge(cardMark(lead))} <b>${lead.auditId}</b> <span class="muted">in ${lead.scenario}${audit !== undefined && `, ${audit.cite}`}</span></p>
    <h3>${prose(clip(claim.text, 1000))}</h3>
    ${stands !== '' && html`<p class="muted">${prose(clip(stands, 500))}</p>`}
  </header>
  ${lead.blame !== null && blameBox(it, lead, lead.blame, claim)}
  ${remedySection(lead)}
  ${measures(lead)}
  ${findingDetails(lead.details)}
  ${evidenceLine(lead)}
  ${others.length > 0 && html`<div><p class="label">The same cause, seen again</p><ul class="besides">${others.map((finding) => besides(finding, lead))}</ul></div>`}
  <div class="again"><p class="label">Run just this again</p><pre class="command"><code>${clip(lead.reproduce, 1000)}</code></pre></div>
</article>`;
};

export const findingCss = `
.finding, .finding-body { display: grid; gap: .9rem; grid-template-columns: minmax(0, 1fr); }
.finding { padding: 1rem 1.25rem 1.15rem; }
.fail-card { border-color: var(--fail); }
.finding + .finding { margin-block-start: 1rem; }
.finding:target, .besides li:target { outline: 2px solid var(--accent); outline-offset: 2px; }
.finding-head { display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: baseline; font-size: .8125rem; }
.finding h3 { margin-block-start: .5rem; margin-block-end: 0; font-size: 1.0625rem; font-weight: 620; letter-spacing: -.006em; text-wrap: pretty; max-inline-size: 52rem; }
.measures { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; font-size: .875rem; }
.measures > div { display: flex; gap: .5rem; align-items: baseline; }
.measures dt { font-size: .8125rem; color: var(--muted); }
.measures dd { font-weight: 600; font-variant-numeric: tabular-nums; }
.evidence { font-size: .8125rem; }
.evidence code { margin-inline-start: .6rem; color: var(--muted); }
.besides { font-size: .875rem; margin-block-start: .25rem; }
.besides li { padding-block: .4rem; border-block-start: 1px solid var(--line); }
.besides .fold > summary { font-size: .8125rem; font-weight: 400; }
.command { display: flex; align-items: center; gap: 1rem; padding: .4rem .75rem; margin-block-start: .25rem; border-radius: 6px; background: var(--sunken); white-space: pre-wrap; overflow-wrap: anywhere; }
.command code { flex: 1; }
.command button { flex: none; align-self: start; }
@media (max-width: 640px) { .finding { padding: .9rem; } }
`;
