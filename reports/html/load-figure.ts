import type { LoadChart } from '../../harness/model/record.ts';
import { timeAxis } from '../analysis/time-axis.ts';
import { formatDuration, plural } from '../numbers.ts';
import { html, type Html } from './html.ts';
import { cpuLane, memoryLane, resentLane } from './load-host-lanes.ts';
import { cut, failuresLane, latencyLane, messagesLane, openLane, type Lane, type LoadSpan } from './load-lanes.ts';

/** Heights in CSS pixels: nothing but widths is stretched. */
const HEAD = { alone: 18, bare: 25, noted: 33 } as const;
const GAP = 13;
const LABEL_ROW = 17;
const AXIS = 30;
const LABELS_SHOWN = 12;
/** Room that a letter of a label takes, as a share of the narrowest chart: labels that would touch there get rows of their own. */
const LETTER = 6.2 / 280;

type LoadEvent = LoadChart['events'][number];

/** From the start of the load to the end of its last bucket. */
export const spanOf = ({ points, bucketMs }: LoadChart): LoadSpan => ({
  spanMs: Math.max(bucketMs, (points.at(-1)?.atMs ?? 0) + bucketMs, 1),
});

const percent = (share: number): string => `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;

/** A load as one drawing: a lane below the other on one axis of time, and what was done meanwhile as marks through all of them. */
export function loadFigure(chart: LoadChart, id: string): Html {
  const span = spanOf(chart);
  const lanes = [
    openLane(chart, span),
    messagesLane(chart, span),
    failuresLane(chart, span),
    latencyLane(chart, span),
    resentLane(chart, span),
    cpuLane(chart, span),
    memoryLane(chart, span),
  ].filter((lane) => lane !== null);
  const labels = labelRows(chart.events.slice(0, LABELS_SHOWN), span);
  const top = labels.rows * LABEL_ROW;
  const tops = lanes.map((_, index) => top + roomOf(lanes.slice(0, index)));
  const bottom = top + roomOf(lanes);
  return html`
<figure class="load-figure"><svg width="100%" height="${bottom + AXIS}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${cut(`${chart.profile} on ${chart.path}`, 120)}, slot ${chart.slot}</title><desc id="${id}-desc">${descriptionOf(chart, span, lanes)}</desc>
${eventMarks(chart.events, span, top, bottom)}
${labels.markup}
${lanes.map((lane, index) => laneMarkup(lane, tops[index] ?? 0))}
${axisMarkup(span, top, bottom)}
</svg></figure>`;
}

const headOf = ({ note, drawing }: Lane): number => (drawing === null ? HEAD.alone : note === '' ? HEAD.bare : HEAD.noted);
const roomOf = (lanes: readonly Lane[]): number => lanes.reduce((sum, lane) => sum + headOf(lane) + lane.height + GAP, 0);

const laneMarkup = (lane: Lane, y: number): Html => {
  const { title, note, coloured, height, drawing } = lane;
  const words = coloured ?? note;
  return html`
<text class="lane" x="0" y="${y + 13}">${title}<tspan class="${drawing === null ? 'aside only' : 'aside'}" dx="10">${words}</tspan></text>${drawing !== null && note !== '' && html`<text class="note" x="0" y="${y + 27}">${words}</text>`}
${drawing !== null && html`<svg y="${y + headOf(lane)}" width="100%" height="${height}">${drawing}</svg>`}`;
};

function axisMarkup({ spanMs }: LoadSpan, top: number, bottom: number): Html {
  const { ticks } = timeAxis(spanMs);
  return html`<line class="axis" x1="0" x2="100%" y1="${bottom}" y2="${bottom}"/>${ticks.map(
    ({ position, label }) =>
      html`<line class="rule" x1="${percent(position)}" x2="${percent(position)}" y1="${top}" y2="${bottom + 4}"/><text class="${position > 0.97 ? 'time last' : 'time'}" x="${percent(position)}" y="${bottom + 18}">${label}</text>`,
  )}`;
}

/** A line where something began, and a ground as long as it lasted. */
export const eventMarks = (events: readonly LoadEvent[], { spanMs }: LoadSpan, top: number, bottom: number): Html =>
  html`${events.map(({ atMs, untilMs }) => {
    const from = percent(atMs / spanMs);
    const wide = untilMs === null ? 0 : Math.max(0, Math.min(spanMs, untilMs) - atMs) / spanMs;
    return html`${wide > 0 && html`<rect class="during" x="${from}" width="${percent(wide)}" y="${top}" height="${bottom - top}"/>`}<line class="event" x1="${from}" x2="${from}" y1="${top}" y2="${bottom}"/>`;
  })}`;

function labelRows(events: readonly LoadEvent[], { spanMs }: LoadSpan): { readonly rows: number; readonly markup: readonly Html[] } {
  const ends: number[] = [];
  const markup = events.map(({ atMs, title }) => {
    const text = cut(title, 32);
    const share = Math.min(1, Math.max(0, atMs / spanMs));
    const isBefore = share > 0.5;
    const wide = (text.length + 3) * LETTER;
    const [from, to] = isBefore ? [share - wide, share] : [share, share + wide];
    const free = ends.findIndex((end) => end <= from);
    const row = free < 0 ? ends.length : free;
    ends[row] = to;
    return html`<text class="event-label ${isBefore ? 'before' : 'after'}" x="${percent(share)}" y="${row * LABEL_ROW + 12}">${text}</text>`;
  });
  return { rows: ends.length, markup };
}

function descriptionOf(chart: LoadChart, { spanMs }: LoadSpan, lanes: readonly Lane[]): string {
  const events = chart.events.map(({ atMs, title }) => `${cut(title, 80)} at ${formatDuration(atMs)}`);
  const told = lanes.map(({ title, note }) => (note === '' ? title : `${title} (${note})`)).join('; ');
  return `${formatDuration(spanMs)} in ${plural(chart.points.length, 'point')}, one lane below the other: ${told}. ${events.length === 0 ? 'Nothing was done to a host meanwhile.' : `Marked: ${events.join('; ')}.`} All numbers are in the table below.`;
}

export const loadFigureCss = `
.load-figure { padding-inline: 3.4rem 9.5rem; margin-block: .25rem .5rem; overflow: hidden; }
.load-figure svg { overflow: visible; }
.load-figure > svg { display: block; }
.load-figure text, .slot svg text, .knee-plot text { font: 11.5px var(--sans); fill: var(--muted); font-variant-numeric: tabular-nums; }
.load-figure .lane { font-weight: 620; font-size: 12.5px; fill: var(--text); }
.load-figure .aside { font-weight: 400; font-size: 11.5px; fill: var(--muted); }
.load-figure .note { display: none; }
.load-figure .tick { text-anchor: end; }
.load-figure .time { text-anchor: middle; }
.load-figure .time.last { text-anchor: end; }
.load-figure .end { transform: translateX(7px); font-weight: 550; }
.load-figure .grid { stroke: var(--line); }
.load-figure .rule { stroke: var(--line); stroke-dasharray: 1 4; }
.load-figure .axis { stroke: var(--edge); }
.load-figure path, .slot path { vector-effect: non-scaling-stroke; }
.load-figure .line { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.load-figure .event { stroke: var(--fail); stroke-width: 1.25; stroke-dasharray: 4 3; }
.load-figure .during { fill: var(--fail); fill-opacity: .1; }
.load-figure .event-label { font-weight: 600; fill: var(--fail); }
.load-figure .event-label.before { text-anchor: end; transform: translateX(2px); } .load-figure .event-label.after { transform: translateX(-2px); }
.load-figure .band { fill: var(--accent); fill-opacity: .26; stroke: none; } .load-figure .band.wide { fill-opacity: .13; }
.load-figure .bar { fill: none; stroke-width: 4; }
.bar.failedUpgrades { stroke: var(--fail); } .bar.lostSessions { stroke: var(--error); } .bar.missed { stroke: var(--open); } .bar.corrupted { stroke: var(--text); }
.load-figure .failedUpgrades { fill: var(--fail); } .load-figure .lostSessions { fill: var(--error); } .load-figure .missed { fill: var(--open); } .load-figure .corrupted { fill: var(--text); }
.load-figure tspan:not(.aside) { font-weight: 600; }
.load-figure .line.own, .load-figure .line.p50, .load-figure .line.p99 { stroke: var(--accent); } .load-figure .end:is(.own, .p50, .p99) { fill: var(--accent); }
.load-figure .line.p50 { stroke-width: 2.25; } .load-figure .line.p99 { stroke-width: 1.5; }
.load-figure .line.quiet { stroke: var(--edge); stroke-width: 4; stroke-opacity: .7; }
.load-figure .line.p90 { stroke: var(--accent); stroke-width: 1; stroke-opacity: .55; }
.load-figure .line.max { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 1 3; }
.load-figure .line.client { stroke: var(--muted); }
.load-figure .line.origin { stroke: var(--pass); } .load-figure .end.origin { fill: var(--pass); }
.load-figure .line.proxy-1 { stroke: var(--accent); } .load-figure .end.proxy-1 { fill: var(--accent); }
.load-figure .line.proxy-2 { stroke: var(--declared); } .load-figure .end.proxy-2 { fill: var(--declared); }
.load-figure .line.proxy-3 { stroke: var(--open); } .load-figure .end.proxy-3 { fill: var(--open); }
@media screen and (max-width: 700px) {
  .load-figure { padding-inline: 3.1rem .5rem; }
  .load-figure .note { display: inline; } .load-figure .aside:not(.only) { display: none; }
  .load-figure .end { text-anchor: end; transform: translate(-2px, -5px); paint-order: stroke; stroke: var(--surface); stroke-width: 3px; stroke-linejoin: round; }
}
`;
