import type { LatencySummary } from '../../harness/model/record.ts';
import { html, type Html } from './html.ts';
import { lastPercentile, msScale, percentilePosition, percentileTicks } from './percentile-axis.ts';

const WIDTH = 520;
const HEIGHT = 270;
const PLOT = { left: 54, right: 494, top: 12, bottom: 222 } as const;

export interface PlotLine {
  readonly name: string;
  readonly style: 'own' | 'control';
  readonly latency: LatencySummary;
}

/** Latency by percentile, one line a path. */
export function percentilePlot(lines: readonly PlotLine[]): Html {
  const last = Math.max(...lines.map(({ latency }) => lastPercentile(latency.count)));
  const scale = msScale(lines.flatMap(({ latency }) => latency.curve.map(([, ms]) => ms)));
  const span = percentilePosition(last, last);
  const x = (percentile: number): number => PLOT.left + ((PLOT.right - PLOT.left) * percentilePosition(percentile, last)) / span;
  const y = (ms: number): number => PLOT.bottom - (PLOT.bottom - PLOT.top) * scale.position(ms);
  const at = (value: number): string => value.toFixed(1);
  const points = ({ latency }: PlotLine): string => latency.curve.map(([percentile, ms]) => `${at(x(percentile))},${at(y(ms))}`).join(' ');
  const label = `Latency by percentile in milliseconds${scale.logarithmic ? ', logarithmic scale' : ''}: ${lines.map(({ name }) => name).join(', ')}`;
  return html`
<figure class="plot">
  <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${scale.ticks.map((ms) => html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y(ms))}" y2="${at(y(ms))}"/><text x="${PLOT.left - 8}" y="${at(y(ms) + 4)}" text-anchor="end">${ms}</text>`)}
    ${percentileTicks(last).map((tick) => html`<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${PLOT.top}" y2="${PLOT.bottom}"/><text x="${at(x(tick))}" y="${PLOT.bottom + 18}" text-anchor="middle">${tick}</text>`)}
    <text x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">percentile</text>
    <text transform="translate(12 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)" text-anchor="middle">${scale.logarithmic ? 'ms (logarithmic)' : 'ms'}</text>
    ${lines.toReversed().map((line) => html`<polyline class="${line.style}" points="${points(line)}"/>`)}
  </svg>
  <figcaption>${lines.map(({ name, style }) => html`<span><svg width="26" height="10" aria-hidden="true"><line class="${style}" x1="1" x2="25" y1="5" y2="5"/></svg> ${name}</span>`)}</figcaption>
</figure>`;
}

export const plotCss = `
.plot { max-inline-size: 34rem; }
.plot > svg { display: block; inline-size: 100%; block-size: auto; }
.plot text { font: 12px var(--sans); fill: var(--muted); font-variant-numeric: tabular-nums; }
.plot .grid { stroke: var(--line); }
.plot .own, .plot .control { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.plot .own { stroke: var(--accent); stroke-width: 2.5; }
.plot .control { stroke: var(--muted); stroke-width: 2; stroke-dasharray: 5 4; }
.plot figcaption { display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; font-size: .8125rem; padding-inline-start: 3rem; }
.plot figcaption svg { vertical-align: middle; }
@media screen and (max-width: 640px) { .plot text { font-size: 16px; } .plot figcaption { padding-inline-start: .5rem; } }
`;
