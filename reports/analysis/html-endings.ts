import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import { html, type Html } from '../html/html.ts';
import { formatCount } from '../numbers.ts';
import { EVENTS_SHOWN, endedRows, endingKey, eventWords, moreEvents, resetRemarks, silenceWords } from './closing-words.ts';
import { leftOut } from './html-top.ts';
import { streamLabel, type StreamRow } from './stream-facts.ts';

const KINDS = 30;

/** Who ended streams and how, streams that ended alike in one line. */
export function endingsSection(analysis: CaptureAnalysis): Html | null {
  const kinds = [...Map.groupBy(endedRows(analysis), endingKey).values()];
  if (kinds.length === 0) return null;
  return html`
<section aria-labelledby="endings"><h2 id="endings">Who ended what</h2>
<div class="scroll frame" tabindex="0"><table class="list endings">
<thead><tr><th scope="col" class="number">Streams</th><th scope="col">First</th><th scope="col">In order of time</th><th scope="col">Remarks</th></tr></thead>
<tbody>${kinds.slice(0, KINDS).map((rows) => kindRow(analysis, rows))}</tbody></table></div>
${leftOut(kinds.length - KINDS, 'more kind')}
</section>`;
}

function kindRow(analysis: CaptureAnalysis, rows: readonly StreamRow[]): Html | null {
  const [first] = rows;
  if (first === undefined) return null;
  const { stream } = first;
  const silence = silenceWords(first);
  const remarks = [...(silence === null ? [] : [silence]), ...stream.resets.slice(0, 2).flatMap(resetRemarks)];
  const more = moreEvents(first);
  const steps = stream.closing
    .slice(0, EVENTS_SHOWN)
    .map((event) => html`<li class="${event.kind}">${eventWords(event, first)} <span class="muted">#${String(event.frame)}</span></li>`);
  return html`
<tr><td class="number">${formatCount(rows.length)}</td><td class="where">${streamLabel(analysis, { capture: stream.capture, stream: stream.index })}</td>
<td><ol class="steps">${steps}${more !== null && html`<li class="muted">${more}</li>`}</ol></td>
<td>${remarks.length === 0 ? html`<span class="muted">–</span>` : html`<ul>${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`}</td></tr>`;
}

export const endingsCss = `
.endings td:last-child { min-inline-size: 13rem; }
.steps { display: flex; flex-wrap: wrap; gap: .25rem; }
.steps li { padding: .05rem .5rem; border-radius: 99px; background: var(--sunken); overflow-wrap: anywhere; }
.steps li.rst { background: var(--fail-tint); color: var(--fail); font-weight: 600; }
.steps li.close-frame { background: var(--declared-tint); color: var(--declared); }
.steps li .muted { color: inherit; font-weight: 400; }
`;
