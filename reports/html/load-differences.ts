import type { LatencyDifference, LoadComparison } from '../../harness/model/record.ts';
import { holdsZero, intervalWords, notCompared, percentileName } from '../latency-words.ts';
import { formatMs, formatMsDifference } from '../numbers.ts';
import { differenceMarkup } from './difference.ts';
import { html, type Html } from './html.ts';

/** Large what is known: the difference where there is one, else what would have been seen. The plain values stand beside as context. */
function tile(difference: LatencyDifference): Html {
  const { isDifferent, deltaMs, subjectMs, controlMs, smallestDetectableMs } = difference;
  const [said, more] = isDifferent
    ? [formatMsDifference(deltaMs), `99 % interval ${intervalWords(difference)}`]
    : holdsZero(difference)
      ? ['no difference seen', `the smallest detectable was ${formatMs(smallestDetectableMs)}`]
      : ['not told apart', 'too few echoes to tell'];
  return html`
<div class="${isDifferent ? 'tile seen' : 'tile'}"><dt>${percentileName(difference)}</dt><dd><b>${said}</b> <span>${more}</span> <span class="muted">${formatMs(subjectMs)}, control ${formatMs(controlMs)}</span></dd></div>`;
}

/** What the load says of latency: each percentile as a difference from the control path. */
export function loadDifferences(load: LoadComparison): Html {
  const absent = notCompared(load);
  const doubt = load.inconclusiveBecause;
  return html`
${doubt !== null && html`<p class="doubt inconclusive"><b>Latency is inconclusive:</b> ${doubt}.</p>`}
${
  absent === null
    ? html`<p class="label">Latency against <code>${load.control ?? ''}</code></p><dl class="${doubt === null ? 'tiles' : 'tiles doubted'}">${load.differences.map(tile)}</dl>`
    : html`<p class="muted">${absent.replace(/^l/, 'L')}.</p>`
}`;
}

const PHASES: Readonly<Record<LoadComparison['phases'][number]['phase'], string>> = {
  dns: 'DNS',
  connect: 'TCP connect',
  tls: 'TLS',
  upgrade: 'upgrade',
  firstMessage: '101 to first echo',
  close: 'close',
};

/** Stages of a connection, of the path and of its control, and how they differ. */
export function phasesTable({ phases }: LoadComparison): Html | null {
  if (phases.length === 0) return null;
  const cell = (ms: number | undefined): Html => html`<td class="number">${ms === undefined ? '–' : formatMs(ms)}</td>`;
  const differs = (differences: readonly LatencyDifference[], percentile: number): Html => {
    const found = differences.find((it) => it.percentile === percentile);
    return html`<td class="difference">${found === undefined ? html`<span class="muted">not compared</span>` : differenceMarkup(found)}</td>`;
  };
  return html`
<div class="scroll frame" tabindex="0"><table class="phases">
<thead><tr><th scope="col">Phase</th><th scope="col" class="number">p50</th><th scope="col" class="number">control</th><th scope="col">difference</th><th scope="col" class="number">p99</th><th scope="col" class="number">control</th><th scope="col">difference</th></tr></thead>
<tbody>${phases.map(
    ({ phase, own, control, differences }) => html`
<tr><th scope="row">${PHASES[phase]}</th>${cell(own.p50Ms)}${cell(control?.p50Ms)}${differs(differences, 50)}${cell(own.p99Ms)}${cell(control?.p99Ms)}${differs(differences, 99)}</tr>`,
  )}</tbody></table></div>`;
}

export const loadDifferencesCss = `
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.25rem, 1fr)); gap: .6rem; }
.tile { padding: .5rem .8rem .6rem; border-radius: 6px; background: var(--sunken); font-size: .8125rem; line-height: 1.4; }
.tile dt { color: var(--muted); font-weight: 600; }
.tile dd > * { display: block; }
.tile b { font-size: .9375rem; }
.tile.seen b { font-size: 1.1875rem; line-height: 1.25; letter-spacing: -.01em; }
.doubted b { font-weight: 500; color: var(--muted); }
.doubt { padding: .5rem .8rem; border-radius: 6px; font-size: .875rem; }
.phases { font-size: .8125rem; }
.phases .number { color: var(--muted); }
.phases thead th { font-size: .75rem; color: var(--muted); }
.phases td, .phases tbody th { padding: .25rem .6rem; } .phases tbody th { font-weight: 500; white-space: nowrap; }
.phases .difference { min-inline-size: 9rem; }
`;
