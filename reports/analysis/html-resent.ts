import type { CaptureAnalysis, StreamSeen } from '../../harness/model/capture-analysis.ts';
import { connectionsOf } from '../../harness/measure/connections.ts';
import { resentShare, resentShareOf } from '../../harness/measure/resent-share.ts';
import { html, type Html } from '../html/html.ts';
import { formatCount, formatShare, plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { leftOut } from './html-top.ts';
import { FAMILIES, labelCounts, labelsTitle } from './label-words.ts';
import { causeWords, holeFillsOf, needlessOf, resentRows, shareWords, streamLabel } from './stream-facts.ts';

const ROWS = 15;

const cell = (value: number): Html =>
  html`<td class="number">${value === 0 ? html`<span class="muted">0</span>` : formatCount(value)}</td>`;

/** The two families of numbers, each in a table of its own, and what tells them apart. */
export function resentSection(analysis: CaptureAnalysis): Html | null {
  if (analysis.streams.length === 0) return null;
  return html`
<section aria-labelledby="resent"><h2 id="resent">Retransmissions</h2>
<h3>Segments sent again</h3>${resentTable(analysis)}
<h3>${clip(labelsTitle(analysis), 100)}</h3>${labelTable(analysis)}
<p class="note">${FAMILIES}</p>
</section>`;
}

function resentTable(analysis: CaptureAnalysis): Html {
  const connections = connectionsOf(analysis);
  const rows = resentRows(connections);
  const all = resentShareOf(connections);
  if (rows.length === 0) return html`<p class="muted">None, in ${plural(all.total, 'segment')}.</p>`;
  const row = (stream: StreamSeen): Html => {
    const { hits, total } = resentShare(stream);
    return html`<tr><th scope="row">${streamLabel(analysis, { capture: stream.capture, stream: stream.index })}</th>${cell(hits)}${cell(total)}<td class="number">${shareWords(stream)}</td>${cell(needlessOf(stream))}${cell(holeFillsOf(stream))}<td class="where">${causeWords(stream)}</td></tr>`;
  };
  const sum = (of: (stream: StreamSeen) => number): number => connections.reduce((count, it) => count + of(it), 0);
  return html`
<div class="scroll frame" tabindex="0"><table class="list again">
<thead><tr><th scope="col">Stream</th><th scope="col" class="number">Sent again</th><th scope="col" class="number">Of</th><th scope="col" class="number">Share</th><th scope="col" class="number">Needless</th><th scope="col" class="number">Hole fills</th><th scope="col">Cause</th></tr></thead>
<tbody>${rows.slice(0, ROWS).map(row)}
<tr class="sum"><th scope="row">all</th>${cell(all.hits)}${cell(all.total)}<td class="number">${formatShare(all.hits, all.total) ?? '–'}</td>${cell(sum(needlessOf))}${cell(sum(holeFillsOf))}<td></td></tr></tbody></table></div>
${leftOut(rows.length - ROWS, 'more stream')}`;
}

function labelTable({ tcp }: CaptureAnalysis): Html {
  const labels = labelCounts(tcp.flags);
  if (labels.length === 0) return html`<p class="muted">No packet carries a label.</p>`;
  return html`
<div class="scroll frame" tabindex="0"><table class="list labels">
<thead><tr><th scope="col">Label</th><th scope="col" class="number">Packets</th><th scope="col">Filter in Wireshark</th></tr></thead>
<tbody>${labels.map(({ words, field, count }) => html`<tr><th scope="row">${words}</th>${cell(count)}<td class="where"><code class="muted">${field}</code></td></tr>`)}</tbody></table></div>`;
}

export const resentCss = `
.again th[scope="row"], .labels th[scope="row"] { font-weight: 400; }
.again .sum > * { font-weight: 650; }
.list.labels { min-inline-size: 0; }
section > .note { margin-block-start: .8rem; max-inline-size: none; color: var(--muted); }
`;
