import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import { resentShare } from '../../harness/measure/resent-share.ts';
import { fold } from '../html/fold.ts';
import { html, type Html } from '../html/html.ts';
import { formatCount, formatMs, plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { eventWords } from './closing-words.ts';
import { leftOut } from './html-top.ts';
import { outcomeBadge } from './html-upgrades.ts';
import { remarksOf } from './stream-remarks.ts';
import { formatElapsed, allStreamRows, shareWords, sinceStart, streamLabel, type StreamRow } from './stream-facts.ts';

const ROWS = 200;
/** More than this are folded. */
const OPEN = 12;

/** Every stream in a line: refused upgrades first, then resets, then what was sent again most. Folded; the script adds a search. */
export function streamsSection(analysis: CaptureAnalysis): Html | null {
  const rows = allStreamRows(analysis);
  if (rows.length === 0) return null;
  return html`
<section aria-labelledby="streams"><h2 id="streams">Streams</h2>
${fold(
  html`${plural(rows.length, 'stream')}`,
  html`<div class="tools" hidden></div>
<div class="scroll frame" tabindex="0"><table class="list streams">
<thead><tr><th scope="col">Stream</th><th scope="col">Opened by → to</th><th scope="col" class="number">Begins</th><th scope="col" class="number">Lasts</th><th scope="col" class="number">Packets</th><th scope="col" class="number">Payload bytes</th><th scope="col">Upgrade</th><th scope="col" class="number">Sent again</th><th scope="col" class="number">First RTT</th><th scope="col">Ended by</th><th scope="col">Remarks</th></tr></thead>
<tbody>${rows.slice(0, ROWS).map((row) => streamRow(analysis, row))}</tbody></table></div>
${leftOut(rows.length - ROWS, 'more stream')}`,
  { open: rows.length <= OPEN },
)}</section>`;
}

function streamRow(analysis: CaptureAnalysis, row: StreamRow): Html {
  const { stream, upgrades } = row;
  const [closing] = stream.closing;
  const startMs = analysis.captures[stream.capture]?.startedAtMs ?? stream.startedAtMs;
  const { hits } = resentShare(stream);
  const nothing = html`<span class="muted">–</span>`;
  return html`
<tr data-stream><th scope="row">${streamLabel(analysis, { capture: stream.capture, stream: stream.index })}</th><td class="ends"><code>${clip(stream.a, 60)}</code> → <code>${clip(stream.b, 60)}</code></td>
<td class="number">${sinceStart(stream.startedAtMs, startMs)}</td><td class="number">${formatElapsed(stream.endedAtMs - stream.startedAtMs)}</td>
<td class="number">${formatCount(stream.packets.aToB)} / ${formatCount(stream.packets.bToA)}</td><td class="number">${formatCount(stream.bytes.aToB)} / ${formatCount(stream.bytes.bToA)}</td>
<td class="where">${upgrades.length === 0 ? nothing : upgrades.slice(0, 2).map(outcomeBadge)}</td>
<td class="number">${hits === 0 ? nothing : html`${formatCount(hits)} <span class="muted">(${shareWords(stream)})</span>`}</td>
<td class="number">${stream.firstRttMs === null ? nothing : formatMs(stream.firstRttMs)}</td>
<td>${closing === undefined ? nothing : eventWords(closing, row)}</td>
<td>${remarksOf(row).map((remark) => html`<span class="remark">${remark}</span> `)}</td></tr>`;
}

export const streamsCss = `
.streams { font-size: .75rem; }
.streams th[scope="row"] { font-weight: 600; }
.streams td, .streams th { padding: .3rem .6rem; }
.streams td:nth-child(10) { min-inline-size: 9rem; overflow-wrap: anywhere; }
.streams td:last-child { min-inline-size: 18rem; overflow-wrap: anywhere; }
.streams .badge { font-size: .75rem; }
.streams code { font-size: .75rem; }
.remark { display: inline-block; padding: .02rem .45rem; border-radius: 4px; background: var(--sunken); }
`;
