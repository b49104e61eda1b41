import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import { html, type Html } from '../html/html.ts';
import { visibleLine } from '../visible-text.ts';
import { endingKey } from './closing-words.ts';
import { sequenceOf, type SequenceEvent } from './sequence-events.ts';
import { endpointOf, roleOf, streamWords, streamRows, type StreamRow } from './stream-facts.ts';

/** Lifelines of client and server, gutters for times and frames; units of the drawing are px at its natural size. */
const AT = { width: 400, client: 84, server: 334, top: 44, row: 34 } as const;
const LABEL_LIMIT = 34;
const LADDERS = 4;

/** Characters beyond what there is room for give way to an ellipsis; the whole text stands in the heads and tables. */
const short = (text: string, limit: number): string => {
  const visible = [...visibleLine(text)];
  return visible.length > limit ? `${visible.slice(0, limit - 1).join('')}…` : visible.join('');
};

const signed = (ms: number): string => (ms < 0 ? '−' : '+');
const sinceText = (ms: number): string =>
  Math.abs(ms) < 999.95 ? `${signed(ms)}${Math.abs(ms).toFixed(1)} ms` : `${signed(ms)}${(Math.abs(ms) / 1000).toFixed(2)} s`;

function eventLine({ kind, from, label, frame, atMs }: SequenceEvent, index: number, startMs: number): Html {
  const y = AT.top + index * AT.row + 22;
  const middle = (AT.client + AT.server) / 2;
  const text = html`<text class="say" x="${middle}" y="${y - 7}" text-anchor="middle">${short(label, LABEL_LIMIT)}</text>`;
  if (kind === 'pause' || kind === 'silence') {
    return html`<g class="event ${kind}"><rect x="${AT.client - 6}" y="${y - 17}" width="${AT.server - AT.client + 12}" height="20" rx="4"/><text class="say" x="${middle}" y="${y - 3}" text-anchor="middle">${short(label, LABEL_LIMIT)}</text></g>`;
  }
  const [start, end] = from === 'server' ? [AT.server, AT.client] : [AT.client, AT.server];
  const sign = from === 'server' ? -1 : 1;
  const heads =
    from === null
      ? html`<path d="M${AT.client} ${y} l9 -4 v8 z"/><path d="M${AT.server} ${y} l-9 -4 v8 z"/>`
      : html`<path d="M${end} ${y} l${-9 * sign} -4 v8 z"/>`;
  return html`<g class="event ${kind}"><text class="time" x="${AT.client - 10}" y="${y + 4}" text-anchor="end">${from === null ? '' : sinceText(atMs - startMs)}</text>${text}<line x1="${start}" x2="${end}" y1="${y}" y2="${y}"/>${heads}<text class="time" x="${AT.server + 8}" y="${y + 4}">${frame === null ? '' : `#${String(frame)}`}</text></g>`;
}

/** One stream from top to bottom: who sent what to whom, not to scale, with times since its first packet. */
function sequence(analysis: CaptureAnalysis, row: StreamRow): Html {
  const { stream } = row;
  const events = sequenceOf(row);
  const bottom = AT.top + events.length * AT.row + 8;
  const [client, server] = roleOf(row, 'a') === 'client' ? (['a', 'b'] as const) : (['b', 'a'] as const);
  const label = events.map((event) => `${event.from ?? 'both'}: ${short(event.label, 80)}`).join('; ');
  return html`
<figure class="sequence frame">
  <figcaption><b>${streamWords(analysis, { capture: stream.capture, stream: stream.index })}</b></figcaption>
  <svg viewBox="0 0 ${AT.width} ${bottom}" role="img" aria-label="${label}">
    <line class="life" x1="${AT.client}" x2="${AT.client}" y1="34" y2="${bottom - 4}"/><line class="life" x1="${AT.server}" x2="${AT.server}" y1="34" y2="${bottom - 4}"/>
    <text class="end" x="${AT.client}" y="13" text-anchor="middle">client</text><text class="end" x="${AT.server}" y="13" text-anchor="middle">server</text>
    <text class="time" x="${AT.client}" y="28" text-anchor="middle">${short(endpointOf(stream, client), 24)}</text><text class="time" x="${AT.server - 10}" y="28" text-anchor="middle">${short(endpointOf(stream, server), 22)}</text>
    ${events.map((event, index) => eventLine(event, index, stream.startedAtMs))}
  </svg>
</figure>`;
}

/** The streams that a reader asks about first: of the first contrast both, else the first refused or reset ones. */
function chosen(analysis: CaptureAnalysis): readonly StreamRow[] {
  const rows = streamRows(analysis);
  const [contrast] = analysis.contrasts;
  const at = (place: { readonly capture: number; readonly stream: number }): StreamRow | undefined =>
    rows.find(({ stream }) => stream.capture === place.capture && stream.index === place.stream);
  const [accepted, refused] = contrast === undefined ? [] : [at(contrast.accepted), at(contrast.refused)];
  const both = [accepted, refused].filter((it) => it !== undefined);
  const telling = rows.filter(
    (row) => !both.includes(row) && (row.stream.resets.length > 0 || row.upgrades.some(({ outcome }) => outcome !== 'accepted')),
  );
  const chosen = [...both, ...onePerKind(telling)].slice(0, LADDERS);
  return chosen.length > 0 ? chosen : rows.filter(({ upgrades }) => upgrades.length > 0).slice(0, 1);
}

/** Streams with the same course look the same. */
const onePerKind = (rows: readonly StreamRow[]): readonly StreamRow[] =>
  [
    ...Map.groupBy(
      rows,
      (row) => `${row.upgrades.map(({ outcome, status }) => `${outcome} ${String(status)}`).join()} ${endingKey(row)}`,
    ).values(),
  ].flatMap(([first]) => first ?? []);

/** What happened on the streams that matter, as ladders side by side. */
export function sequenceSection(analysis: CaptureAnalysis): Html | null {
  const rows = chosen(analysis).filter((row) => sequenceOf(row).length > 0);
  return rows.length === 0
    ? null
    : html`<section aria-labelledby="sequence"><h2 id="sequence">What happened</h2><div class="ladders">${rows.map((row) => sequence(analysis, row))}</div></section>`;
}

export const sequenceCss = `
.ladders { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 23rem), 1fr)); gap: .9rem; align-items: start; }
.sequence { padding: .6rem .6rem .4rem; min-inline-size: 0; }
.sequence figcaption { font-size: .8125rem; padding-inline: .3rem; overflow-wrap: anywhere; }
.sequence svg { display: block; inline-size: 100%; block-size: auto; max-inline-size: 30rem; margin-inline: auto; }
.sequence text { font: 11px var(--mono); fill: var(--text); }
.sequence .time { fill: var(--muted); font-size: 10px; }
.sequence .end { font: 600 11px var(--sans); }
.sequence .life { stroke: var(--edge); }
.event line { stroke: var(--muted); stroke-width: 1.5; } .event path { fill: var(--muted); }
.event.request line { stroke: var(--accent); } .event.request path { fill: var(--accent); }
.event.accepted line { stroke: var(--pass); } .event.accepted path, .event.accepted .say { fill: var(--pass); }
.event.refused line, .event.reset line { stroke: var(--fail); stroke-width: 2; } .event.refused path, .event.refused .say, .event.reset path, .event.reset .say { fill: var(--fail); }
.event.refused .say, .event.reset .say { font-weight: 700; }
.event.data line { stroke: var(--pass); stroke-width: 4; stroke-opacity: .35; } .event.data path { fill: var(--pass); }
.event.resend line { stroke: var(--open); stroke-dasharray: 4 3; } .event.resend path, .event.resend .say { fill: var(--open); }
.event.close line { stroke: var(--declared); } .event.close path, .event.close .say { fill: var(--declared); }
.event rect { fill: var(--sunken); stroke: var(--line); stroke-dasharray: 3 3; }
.event.pause .say, .event.silence .say { fill: var(--muted); }
`;
