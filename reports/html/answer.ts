import { checkedSubjects } from '../../harness/measure/entry-mark.ts';
import type { JudgedFinding, RunRecord } from '../../harness/model/record.ts';
import { clearedNames, configPlace } from '../blame-words.ts';
import { claimOf } from '../claim.ts';
import { leadOf } from '../lead.ts';
import { pathNameOf } from '../path-name.ts';
import { failuresIn } from '../reading-order.ts';
import { byCause } from '../same-cause.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { html, type Hole, type Html } from './html.ts';
import { pathDrawing } from './path-drawing.ts';
import { prose } from './prose.ts';

const row = (name: string, value: Hole): Html => html`<div><dt>${name}:</dt> <dd>${value}</dd></div>`;

function clearedRow(sentence: string, finding: JudgedFinding): Html {
  const [name] = finding.blame === null ? [] : clearedNames({ ...finding.blame, innocent: [sentence] });
  const text = clip(sentence, 500);
  return row(
    'Cleared',
    html`<span class="cleared-mark" aria-hidden="true">✓</span> ${name === undefined ? text : html`<b>${name}</b>${text.slice(name.length)}`}`,
  );
}

function told(record: RunRecord, finding: JudgedFinding): Html {
  const incident = record.paths.find(({ path }) => path.id === finding.path)?.path.incident ?? null;
  const link = html`<a href="#${anchorOf('finding', finding.id)}">${pathNameOf(record, finding.path)}, ${finding.scenario}</a>`;
  if (finding.expected) return html`<b>Incident ${incident ?? ''} reproduced, as declared:</b> ${link}`;
  const others = byCause(failuresIn(record).unexpected).length - 1;
  return html`<b>Failure:</b> ${link}${others > 0 && html`, and ${others} more below`}`;
}

/** The answer first: one sentence, its proof in a line each, and the path with the guilty host in it. The headline where nothing leads. */
export function answer(record: RunRecord): Html {
  const lead = leadOf(record);
  if (lead === null && checkedSubjects(record.subjects).length > 0)
    return html`<div class="answer ${record.verdict === 'pass' ? 'good' : 'loud'}"><h1>${prose(clip(record.headline, 1000))}</h1></div>`;
  if (lead === null) return html`<h1>${prose(clip(record.headline, 1000))}</h1>`;
  const { text, log, saysWhy } = claimOf(lead);
  const { blame } = lead;
  const rows = [
    ...(blame === null || saysWhy ? [] : [row('Because', prose(clip(blame.because, 500)))]),
    ...(blame?.config
      ? [row('Config', html`<code class="place">${configPlace(blame.config)}</code> <code>${clip(blame.config.text, 300)}</code>`)]
      : []),
    ...(log === null ? [] : [row(`${log.program} log`, prose(clip(log.words, 500)))]),
    ...(blame?.innocent ?? []).map((sentence) => clearedRow(sentence, lead)),
  ];
  const it = record.paths.find(({ path }) => path.id === lead.path);
  return html`
<div class="${lead.expected ? 'answer calm' : 'answer loud'}">
  <p class="told">${told(record, lead)}</p>
  <h1>${prose(clip(text, 600))}</h1>
  ${rows.length > 0 && html`<dl class="proof">${rows}</dl>`}
  ${
    it !== undefined &&
    pathDrawing(
      it,
      record.findings.filter(({ path, outcome }) => path === lead.path && outcome === 'fail'),
    )
  }
</div>`;
}

export const answerCss = `
.answer { display: grid; gap: .6rem; grid-template-columns: minmax(0, 1fr); padding: 1.1rem 1.25rem 1rem; border: 1px solid var(--line); border-inline-start-width: 4px; border-radius: 8px; background: var(--surface); }
.answer.loud { border-inline-start-color: var(--fail); } .answer.calm { border-inline-start-color: var(--declared); } .answer.good { border-inline-start-color: var(--pass); }
.told { font-size: .8125rem; color: var(--muted); }
.answer.loud .told b { color: var(--fail); } .answer.calm .told b { color: var(--declared); }
h1 { font-size: clamp(1.2rem, 1rem + .9vw, 1.5rem); line-height: 1.3; letter-spacing: -.012em; font-weight: 650; max-inline-size: 52rem; text-wrap: pretty; overflow-wrap: anywhere; }
h1 code { font-size: .88em; }
.proof { display: grid; gap: .3rem; font-size: .875rem; line-height: 1.5; }
.proof > div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .75rem; }
.proof dt { color: var(--muted); }
.proof .place { color: var(--muted); }
.cleared-mark { color: var(--pass); font-weight: 700; }
.answer .drawing { padding-block: .5rem 0; }
@media (max-width: 640px) { .answer { padding: .9rem; } .proof > div { grid-template-columns: minmax(0, 1fr); gap: 0; } }
`;
