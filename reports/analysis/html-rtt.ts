import type { CaptureAnalysis, RttSummary } from '../../harness/model/capture-analysis.ts';
import { html, type Html } from '../html/html.ts';
import { msScale, type MsScale } from '../html/percentile-axis.ts';
import { formatMs } from '../numbers.ts';
import { streamWords, streamRows } from './stream-facts.ts';

const PLOTS = 6;
const AT = { width: 300, height: 110, left: 40, right: 292, top: 8, bottom: 88 } as const;

interface Course {
  readonly name: string;
  readonly direction: string;
  readonly rtt: RttSummary;
}

/** Round-trip times over the life of the streams that have enough of them; all on one scale, so that they can be held against each other. */
export function rttSection(analysis: CaptureAnalysis): Html | null {
  const courses = streamRows(analysis).flatMap(({ stream }) => {
    const name = streamWords(analysis, { capture: stream.capture, stream: stream.index });
    const ways: readonly (readonly [RttSummary | null, string])[] = [
      [stream.rtt.aToB, `${stream.a} to ${stream.b} and back`],
      [stream.rtt.bToA, `${stream.b} to ${stream.a} and back`],
    ];
    return ways.flatMap(([rtt, direction]): readonly Course[] =>
      rtt !== null && rtt.overTime.length >= 3 ? [{ name, direction, rtt }] : [],
    );
  });
  const shown = courses.slice(0, PLOTS);
  if (shown.length === 0) return null;
  const scale = msScale(shown.flatMap(({ rtt }) => rtt.overTime.map(([, ms]) => ms)));
  return html`
<section aria-labelledby="rtt"><h2 id="rtt">Round-trip time</h2>
<div class="plots">${shown.map((course) => plot(course, scale))}</div>
${courses.length > PLOTS && html`<p class="muted left-out">and ${courses.length - PLOTS} more in the table of streams</p>`}
</section>`;
}

function plot({ name, direction, rtt }: Course, scale: MsScale): Html {
  const [from, to] = [rtt.overTime[0]?.[0] ?? 0, rtt.overTime.at(-1)?.[0] ?? 1];
  const x = (at: number): number => AT.left + ((AT.right - AT.left) * (at - from)) / Math.max(1, to - from);
  const y = (ms: number): number => AT.bottom - (AT.bottom - AT.top) * scale.position(ms);
  const points = rtt.overTime.map(([at, ms]) => `${x(at).toFixed(1)},${y(ms).toFixed(1)}`).join(' ');
  const [low, high] = [scale.ticks[0] ?? 0, scale.ticks.at(-1) ?? 1];
  const summary = `least ${formatMs(rtt.minMs)}, median ${formatMs(rtt.medianMs)}, most ${formatMs(rtt.maxMs)}`;
  return html`
<figure class="rtt frame"><figcaption><b>${name}</b> <span>${summary}</span></figcaption>
<svg viewBox="0 0 ${AT.width} ${AT.height}" role="img" aria-label="${`Round-trip time of ${name}, ${direction}: ${summary}`}">
${[low, ...scale.ticks.slice(1, -1).filter((_, index) => index % 2 === 0), high].map((ms) => html`<line class="grid" x1="${AT.left}" x2="${AT.right}" y1="${y(ms)}" y2="${y(ms)}"/><text x="${AT.left - 5}" y="${y(ms) + 4}" text-anchor="end">${ms}</text>`)}
<polyline points="${points}"/>
<text x="${AT.left}" y="${AT.height - 6}">ms${scale.logarithmic ? ', logarithmic' : ''}</text><text x="${AT.right}" y="${AT.height - 6}" text-anchor="end">over ${((to - from) / 1000).toFixed(1)} s</text>
</svg></figure>`;
}

export const rttCss = `
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: .7rem; }
.rtt { padding: .5rem .7rem; min-inline-size: 0; }
.rtt figcaption { display: flex; flex-wrap: wrap; gap: 0 .6rem; font-size: .75rem; color: var(--muted); overflow-wrap: anywhere; }
.rtt figcaption b { color: var(--text); }
.rtt svg { display: block; inline-size: 100%; block-size: auto; }
.rtt text { font: 10.5px var(--sans); fill: var(--muted); font-variant-numeric: tabular-nums; }
.rtt .grid { stroke: var(--line); }
.rtt polyline { fill: none; stroke: var(--accent); stroke-width: 1.75; stroke-linejoin: round; }
`;
