import type { KneeEvidence } from '../../harness/model/load.ts';
import type { LoadChart, RunRecord } from '../../harness/model/record.ts';
import { pathMark } from '../cell-mark.ts';
import { chartOfStep, kneeSentence, kneeStop, kneeValue } from '../load-words.ts';
import { formatCount, formatMeasure, formatMs } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { fold } from './fold.ts';
import { html, type Html } from './html.ts';
import { kneePlot } from './knee-plot.ts';
import { slotMarkup } from './load-section.ts';

/** Searches for the most that a path sustains. */
export const kneeSection = (record: RunRecord): Html | null =>
  record.knees.length === 0
    ? null
    : html`
<section aria-labelledby="knee"><h2 id="knee">Knee</h2><div class="load-runs">${record.knees.map((knee) => kneeRun(record, knee))}</div></section>`;

function kneeRun(record: RunRecord, knee: KneeEvidence): Html {
  const stop = kneeStop(knee);
  const edge = [knee.sustainable, knee.brokeAt].flatMap((value) => (value === null ? [] : chartAt(record, knee, value)));
  return html`
<article class="load-run frame" data-path="${anchorOf('path', knee.path)}" data-mark="${pathMark(record, knee.path)}">
<header><h3><a href="#${anchorOf('path', knee.path)}">${knee.path}</a> ${knee.sustainable === null ? 'sustains none of what was tried' : html`sustains ${kneeValue(knee.of, knee.sustainable)}`}</h3>
<p>${clip(kneeSentence(knee), 600)}.</p>
${stop !== null && html`<p><b>What ended first:</b> ${clip(stop, 600)}.</p>`}
<p class="muted">The path was driven alone: its latency is not compared with that of its control path.</p></header>
<div class="knee">${kneePlot(knee)}${stepsTable(knee)}</div>
${edge.length > 0 && fold('The loads at the edge over time', html`<div class="load-others">${edge.map(({ value, chart }) => html`<div><p class="label">At ${kneeValue(knee.of, value)}</p>${slotMarkup(record, chart)}</div>`)}</div>`)}
</article>`;
}

function chartAt(record: RunRecord, knee: KneeEvidence, value: number): readonly { readonly value: number; readonly chart: LoadChart }[] {
  const step = knee.steps.find((it) => it.value === value);
  const chart = step === undefined ? undefined : chartOfStep(record.loads, knee, step.slot);
  return chart === undefined ? [] : [{ value, chart }];
}

function stepsTable({ of, steps }: KneeEvidence): Html {
  const measures = [...new Set(steps.flatMap((step) => Object.keys(step.measures)))].slice(0, 8);
  return html`
<div class="scroll" tabindex="0"><table class="knee-steps">
<thead><tr><th scope="col">${of === 'messages' ? 'messages a second' : 'connections'}</th><th scope="col">limit</th>${measures.map((name) => html`<th scope="col" class="number">${formatMeasure(name, 0)[0]}</th>`)}<th scope="col">because</th></tr></thead>
<tbody>${steps.map(
    ({ value, met, because, measures: own }) => html`
<tr><th scope="row" class="number">${formatCount(value)}</th><td><span class="badge ${met ? 'pass' : 'fail'}">${met ? 'kept' : 'broken'}</span></td>${measures.map((name) => html`<td class="number">${measureWords(name, own[name])}</td>`)}<td class="muted why">${clip(because, 200)}</td></tr>`,
  )}</tbody></table></div>`;
}

function measureWords(name: string, value: number | undefined): string {
  if (value === undefined) return '–';
  return name.endsWith('Ms') ? formatMs(value) : formatMeasure(name, value)[1];
}

export const kneeCss = `
.knee { display: grid; grid-template-columns: minmax(0, 20rem) minmax(0, 1fr); gap: 1rem 1.5rem; align-items: start; }
.knee-steps { font-size: .8125rem; }
.knee-steps td, .knee-steps th { padding: .2rem .5rem; }
.knee-steps thead th { font-size: .75rem; color: var(--muted); vertical-align: bottom; }
.knee-steps .why { min-inline-size: 15rem; }
.knee-steps .badge { padding-inline: .5em; font-size: .75rem; }
@media (max-width: 860px) { .knee { grid-template-columns: minmax(0, 1fr); } }
`;
