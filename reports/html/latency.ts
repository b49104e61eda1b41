import type { LatencySummary, LoadSummary } from '../../harness/model/record.ts';
import { isControl, type Path } from '../../harness/model/path.ts';
import { differenceAt } from '../latency-words.ts';
import { formatCount, formatMs, plural } from '../numbers.ts';
import { differenceMarkup } from './difference.ts';
import { html, type Html } from './html.ts';
import { percentilePlot, type PlotLine } from './percentile-plot.ts';

/** With the number of samples from which a percentile is more than the slowest one, and the percentile itself. */
const ROWS: readonly (readonly [string, keyof Omit<LatencySummary, 'curve' | 'count'>, number, number | null])[] = [
  ['50 %', 'p50Ms', 0, 50],
  ['90 %', 'p90Ms', 0, 90],
  ['99 %', 'p99Ms', 100, 99],
  ['99.9 %', 'p999Ms', 1000, 99.9],
  ['slowest', 'maxMs', 0, null],
];

/** What stands under `difference`: of the slowest echo there is no interval, so nothing is said. */
function differenceCell(load: LoadSummary, percentile: number | null): Html {
  const difference = percentile === null ? undefined : differenceAt(load, percentile);
  if (difference === undefined) return html`<td class="muted">not compared</td>`;
  return html`<td class="difference">${differenceMarkup(difference)}</td>`;
}

function latencyTable(load: LoadSummary, own: LatencySummary): Html {
  const { controlLatency: control } = load;
  const row = ([name, key, , percentile]: (typeof ROWS)[number]): Html => html`
<tr><th scope="row">${name}</th><td class="number muted">${formatMs(own[key])}</td>${
    control !== null && html`<td class="number muted">${formatMs(control[key])}</td>${differenceCell(load, percentile)}`
  }</tr>`;
  return html`
<div class="scroll" tabindex="0"><table class="latency-table">
  <thead><tr><th scope="col">of ${formatCount(own.count)}</th><th scope="col" class="number">path</th>${
    control !== null && html`<th scope="col" class="number">control</th><th scope="col">difference</th>`
  }</tr></thead>
  <tbody>${ROWS.filter(([, , least]) => own.count >= least).map(row)}</tbody>
</table></div>`;
}

function sessions(load: LoadSummary): Html {
  const failures = Object.entries(load.upgradeFailures).map(([label, count]) => `${formatCount(count)} × ${label}`);
  const note = load.generatorNote.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  return html`
<p class="sessions">${formatCount(load.upgraded)} of ${plural(load.attempts, 'session')} upgraded${failures.length > 0 && html` <b>(${failures.join(', ')})</b>`}${load.sent > 0 && html`; ${formatCount(load.echoed)} of ${plural(load.sent, 'message')} echoed`}.
${load.generatorWasBottleneck ? html`<b>The load generator was the bottleneck:</b> ${load.generatorNote}.` : load.upgraded > 0 && note !== '' && html`<span class="muted">${note}.</span>`}</p>`;
}

/** Sessions, messages, and the latency of the path beside that of its control path. */
export function latency(path: Path, load: LoadSummary): Html {
  const lines: readonly PlotLine[] = [
    ...(load.latency === null ? [] : [{ name: path.id, style: 'own', latency: load.latency } as const]),
    ...(load.controlLatency === null || load.latency === null
      ? []
      : [{ name: `${path.control} (control)`, style: 'control', latency: load.controlLatency } as const]),
  ];
  const table = load.latency === null ? null : latencyTable(load, load.latency);
  return html`
<section class="load"><h3>Load and latency</h3>
  ${sessions(load)}
  ${
    load.latency === null
      ? html`<p class="muted sessions">Latency: not measured${load.upgraded === 0 && ', for no session was upgraded'}.</p>`
      : isControl(path)
        ? html`<div class="latency-short">${table}<p class="muted fine">The control path itself: not compared.</p></div>`
        : html`<div class="latency">${percentilePlot(lines)}<div>${table}
        <p class="muted fine">From the due time of a message to its echo${load.controlLatency === null ? '; not compared, there was no slot of a control path' : '; path and control ran in turns in the same run, and below each difference stands its 99 % interval'}.</p></div></div>`
  }
</section>`;
}

export const latencyCss = `
.latency { display: grid; grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); gap: 1rem 2rem; align-items: start; margin-block-start: .75rem; }
.latency-short { max-inline-size: 18rem; margin-block-start: .5rem; }
.latency-table th:first-child { padding-inline-start: 0; }
.latency-table thead th { font-size: .75rem; color: var(--muted); }
.latency-table tbody th { font-weight: 400; }
.sessions { font-size: .875rem; max-inline-size: 60rem; }
.fine { font-size: .8125rem; margin-block-start: .5rem; }
@media (max-width: 860px) { .latency { grid-template-columns: minmax(0, 1fr); } .latency-table td, .latency-table th { padding-inline: .5rem; } }
`;
