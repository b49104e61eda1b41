import type { LoadChart, LoadComparison, RunRecord } from '../../harness/model/record.ts';
import { pathMark } from '../cell-mark.ts';
import { CLOSED_LOOP, ENDED_WORDS, headroomWords, LOOP_WORDS, sessionWords, slotsOf } from '../load-words.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { fold } from './fold.ts';
import { html, type Html } from './html.ts';
import { loadDifferences, phasesTable } from './load-differences.ts';
import { loadFigure } from './load-figure.ts';
import { loadNumbers } from './load-numbers.ts';
import { loadSlots } from './load-slots.ts';
import { percentilePlot } from './percentile-plot.ts';

/** Loads of named profiles, each with its chart, before the paths that they ran over. */
export function loadSection(record: RunRecord): Html | null {
  const loads = record.loadComparisons;
  return loads.length === 0
    ? null
    : html`
<section aria-labelledby="load"><h2 id="load">Load</h2><div class="load-runs">${loads.map((load) => loadRun(record, load))}</div></section>`;
}

/** What went wrong in a slot, to choose the one that is drawn first. */
const trouble = ({ points, events }: LoadChart): number =>
  points.reduce((sum, it) => sum + it.failedUpgrades + it.lostSessions + it.missed + it.corrupted, 0) + events.length / 1000;

function loadRun(record: RunRecord, load: LoadComparison): Html {
  const slots = slotsOf(record.loads, load);
  const own = slots.filter(({ path }) => path === load.path);
  const [first] = own.toSorted((a, b) => trouble(b) - trouble(a));
  const others = slots.filter((slot) => slot !== first);
  return html`
<article class="load-run frame" data-path="${anchorOf('path', load.path)}" data-mark="${pathMark(record, load.path)}">
<header><h3>${clip(load.profile, 200)} <span class="muted">on</span> <a href="#${anchorOf('path', load.path)}">${load.path}</a> <span class="loop">${LOOP_WORDS[load.loop]}</span></h3>
<p>${clip(sessionWords(load), 600)}.</p>
${load.loop === 'closed' && html`<p class="muted">${CLOSED_LOOP}</p>`}</header>
${loadDifferences(load)}
${first !== undefined && html`${own.length > 1 && html`<p class="label">Slot ${slots.indexOf(first) + 1} of ${slots.length}</p>`}${slotMarkup(record, first)}`}
${loadSlots(slots, load.path)}
<div>${distribution(load)}${first !== undefined && fold('The numbers of the chart', loadNumbers(first))}${others.length > 0 && fold('The other slots in full', html`<div class="load-others">${others.map((slot) => html`<div><p class="label">Slot ${slots.indexOf(slot) + 1}, <code>${slot.path}</code></p>${slotMarkup(record, slot)}${fold('The numbers of the chart', loadNumbers(slot))}</div>`)}</div>`)}</div>
</article>`;
}

/** The figure of one slot with what a reader has to know of it: whether it is whole, and whether generator and origin had anything left. */
export function slotMarkup(record: RunRecord, slot: LoadChart): Html {
  const ended = ENDED_WORDS[slot.ended];
  return html`
${ended !== null && html`<p class="doubt inconclusive"><b>Not the whole load:</b> ${ended}.</p>`}
${loadFigure(slot, `load-${String(record.loads.indexOf(slot))}`)}
<p class="muted fine">Headroom: ${headroomWords(slot.headroom)}${slot.headroom.bottleneck !== null && html`. <b>The ${slot.headroom.bottleneck === 'client' ? 'load generator' : 'origin'} was the bottleneck</b>`}.</p>`;
}

function distribution(load: LoadComparison): Html | null {
  const { latency, controlLatency, path, control } = load;
  const phases = phasesTable(load);
  if (latency === null && phases === null) return null;
  const plot =
    latency === null
      ? null
      : percentilePlot([
          { name: path, style: 'own', latency },
          ...(controlLatency === null ? [] : [{ name: `${control ?? ''} (control)`, style: 'control', latency: controlLatency } as const]),
        ]);
  return fold('The whole distribution, and the phases of connections', html`<div class="load-more">${plot}${phases}</div>`);
}

export const loadSectionCss = `
.load-runs { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
.load-run { display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr); padding: 1rem 1.25rem; }
.load-run h3 { font-size: 1.0625rem; font-weight: 650; overflow-wrap: anywhere; }
.load-run header p { font-size: .875rem; max-inline-size: 60rem; }
.load-run .fine { margin-block-start: 0; }
.loop { display: inline-block; margin-inline-start: .4rem; padding: .05em .6em; border-radius: 99px; background: var(--sunken); color: var(--muted); font-size: .75rem; font-weight: 600; white-space: nowrap; }
.load-more, .load-others { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); padding-block: .5rem; }
@media (max-width: 700px) { .load-run { padding: .8rem .75rem; } }
`;
