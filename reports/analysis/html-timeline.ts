import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import { html, type Html } from '../html/html.ts';
import { plural } from '../numbers.ts';
import { visibleLine } from '../visible-text.ts';
import { EVENTS_SHOWN } from './closing-words.ts';
import { formatElapsed, roleOf, shortName, streamRows, type StreamRow } from './stream-facts.ts';
import { timeAxis, type TimeAxis } from './time-axis.ts';

const LANES = 14;
const AT = { width: 900, left: 190, right: 886, top: 10, lane: 28 } as const;

interface Lane {
  readonly row: StreamRow;
  readonly name: string;
  /** Milliseconds on the axis of a Unix time. */
  readonly place: (atMs: number) => number;
}

const cut = (text: string, limit: number): string => {
  const visible = [...visibleLine(text)];
  return visible.length > limit ? `${visible.slice(0, limit - 1).join('')}…` : visible.join('');
};

/** Each stream from its first packet to its last, on the time since its capture began. */
export function timelineSection(analysis: CaptureAnalysis): Html | null {
  const { captures, streams } = analysis;
  if (streams.length === 0) return null;
  const rows = streamRows(analysis);
  const starts = captures.map(
    ({ startedAtMs }, index) => startedAtMs ?? Math.min(...streams.filter((it) => it.capture === index).map((it) => it.startedAtMs)),
  );
  const lanes = rows.slice(0, LANES).map((row): Lane => {
    const { capture, index } = row.stream;
    const file = captures.length > 1 ? `${cut(shortName(captures[capture]?.file ?? ''), 14)} ` : 'stream ';
    return { row, name: `${file}${String(index)}`, place: (atMs) => atMs - (starts[capture] ?? atMs) };
  });
  const axis = timeAxis(Math.max(...lanes.map(({ row, place }) => place(row.stream.endedAtMs))));
  const bottom = AT.top + lanes.length * AT.lane;
  const label = lanes.map(laneWords).join('; ');
  return html`
<section aria-labelledby="timeline"><h2 id="timeline">Streams over time</h2>
<figure class="timeline frame"><div class="scroll" tabindex="0"><svg viewBox="0 0 ${AT.width} ${bottom + 26}" role="img" aria-label="${label}">
${axis.ticks.map(({ position, label: text }) => html`<line class="grid" x1="${x(position)}" x2="${x(position)}" y1="${AT.top}" y2="${bottom}"/><text class="tick" x="${x(position)}" y="${bottom + 17}" text-anchor="middle">${text}</text>`)}
${lanes.map((lane, index) => laneMarkup(lane, axis, AT.top + index * AT.lane + AT.lane / 2))}
</svg></div>
<figcaption>${LEGEND}${rows.length > LANES && html`<span class="muted">${plural(rows.length - LANES, 'more stream')} in the table below</span>`}</figcaption></figure>
</section>`;
}

const x = (position: number): number => AT.left + (AT.right - AT.left) * position;

const laneWords = ({ row, name }: Lane): string =>
  `${name}: ${row.upgrades.map(({ outcome, status }) => `upgrade ${outcome}${status === null ? '' : ` ${String(status)}`}`).join(', ') || 'no upgrade'}, ${formatElapsed(row.stream.endedAtMs - row.stream.startedAtMs)}`;

function laneMarkup({ row, name, place }: Lane, axis: TimeAxis, y: number): Html {
  const { stream, upgrades } = row;
  const at = (ms: number): number => x(axis.position(place(ms)));
  const [from, to] = [at(stream.startedAtMs), at(stream.endedAtMs)];
  const isRefused = upgrades.some(({ outcome }) => outcome !== 'accepted');
  const resends = [...stream.resent.aToB.firstAtMs, ...stream.resent.bToA.firstAtMs].slice(0, 40);
  return html`
<g><text class="${isRefused ? 'name bad' : 'name'}" x="${AT.left - 12}" y="${y + 4}" text-anchor="end">${name}</text>
<line class="life ${isRefused ? 'bad' : ''}" x1="${from}" x2="${Math.max(to, from + 2)}" y1="${y}" y2="${y}"/>
${stream.idleGaps.slice(0, 30).map(({ startedAtMs, gapMs }) => html`<line class="gap" x1="${at(startedAtMs)}" x2="${at(startedAtMs + gapMs)}" y1="${y}" y2="${y}"/>`)}
${resends.map((ms) => html`<line class="resend" x1="${at(ms)}" x2="${at(ms)}" y1="${y + 5}" y2="${y + 10}"/>`)}
${upgrades.slice(0, 20).map(({ atMs, outcome }) => upgradeMark(at(atMs), y, outcome === 'accepted'))}
${stream.closing.slice(0, EVENTS_SHOWN).map(({ kind, atMs, from: end }) => closeMark(kind, at(atMs), y, roleOf(row, end)))}</g>`;
}

const upgradeMark = (at: number, y: number, isAccepted: boolean): Html =>
  isAccepted
    ? html`<path class="accepted" d="M${at} ${y - 5} l5 -7 h-10 z"/>`
    : html`<path class="refused" d="M${at - 5} ${y - 12} l10 10 m0 -10 l-10 10"/>`;

/** A reset is a cross, a Close frame a dot, a FIN a bar; the server's are filled. */
function closeMark(kind: string, at: number, y: number, role: 'client' | 'server'): Html {
  if (kind === 'rst') return html`<path class="refused" d="M${at - 4.5} ${y - 4.5} l9 9 m0 -9 l-9 9"/>`;
  if (kind === 'fin') return html`<line class="fin" x1="${at}" x2="${at}" y1="${y - 6}" y2="${y + 6}"/>`;
  return html`<circle class="close ${role}" cx="${at}" cy="${y}" r="4"/>`;
}

const sign = (drawing: Html, words: string): Html =>
  html`<span><svg width="22" height="16" viewBox="0 0 22 16" aria-hidden="true">${drawing}</svg> ${words}</span>`;

const LEGEND: readonly Html[] = [
  sign(upgradeMark(11, 15, true), 'upgrade accepted'),
  sign(upgradeMark(11, 15, false), 'not accepted, or RST'),
  sign(html`<line class="gap" x1="1" x2="21" y1="8" y2="8"/>`, 'silence'),
  sign(html`<line class="resend" x1="11" x2="11" y1="5" y2="11"/>`, 'sent again'),
  sign(html`<circle class="close server" cx="11" cy="8" r="4"/>`, 'Close of the server'),
  sign(html`<circle class="close client" cx="11" cy="8" r="4"/>`, 'of the client'),
  sign(html`<line class="fin" x1="11" x2="11" y1="2" y2="14"/>`, 'FIN'),
];

export const timelineCss = `
.timeline { padding: .75rem .9rem .6rem; }
.timeline .scroll > svg { display: block; inline-size: 100%; min-inline-size: 44rem; block-size: auto; }
.timeline text { font: 11.5px var(--mono); fill: var(--text); }
.timeline .tick { font: 11px var(--sans); fill: var(--muted); }
.timeline .bad.name { fill: var(--fail); font-weight: 700; }
.timeline .grid { stroke: var(--line); }
.timeline .life { stroke: var(--accent); stroke-width: 6; stroke-opacity: .45; stroke-linecap: round; }
.timeline .life.bad { stroke: var(--fail); }
.timeline .gap { stroke: var(--surface); stroke-width: 4; }
.timeline figcaption .gap { stroke: var(--edge); stroke-width: 2; stroke-dasharray: 4 3; }
.timeline .resend { stroke: var(--open); stroke-width: 2; }
.timeline .accepted { fill: var(--pass); }
.timeline .refused { fill: none; stroke: var(--fail); stroke-width: 2.5; stroke-linecap: round; }
.timeline .fin { stroke: var(--text); stroke-width: 2; }
.timeline .close { stroke: var(--declared); stroke-width: 2; fill: var(--surface); } .timeline .close.server { fill: var(--declared); }
.timeline figcaption { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .75rem; color: var(--muted); padding-block-start: .5rem; }
.timeline figcaption svg { vertical-align: middle; }
`;
