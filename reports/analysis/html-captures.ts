import type { CaptureAnalysis, CaptureSeen } from '../../harness/model/capture-analysis.ts';
import { html, type Html } from '../html/html.ts';
import { formatCount, formatDuration } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { legSentences, proxySentences } from './between-words.ts';
import { captureNotes } from './capture-notes.ts';
import { utcTime } from './stream-facts.ts';

const BETWEEN = 20;

/** The captures themselves and how far they can be trusted. */
export const capturesSection = ({ captures }: CaptureAnalysis): Html => html`
<section aria-labelledby="captures"><h2 id="captures">Captures</h2>
<div class="scroll frame" tabindex="0"><table class="list">
<thead><tr><th scope="col">File</th><th scope="col">Format</th><th scope="col">Begins, UTC</th><th scope="col" class="number">Lasts</th><th scope="col" class="number">Packets</th><th scope="col" class="number">TCP</th><th scope="col" class="number">Lost by the capture</th><th scope="col">Notes</th></tr></thead>
<tbody>${captures.map(captureRow)}</tbody></table></div>
</section>`;

function captureRow(it: CaptureSeen): Html {
  const notes = captureNotes(it);
  const lasts = it.startedAtMs === null || it.endedAtMs === null ? '–' : formatDuration(it.endedAtMs - it.startedAtMs);
  return html`
<tr><th scope="row"><code>${clip(it.file === '-' ? 'standard input' : it.file, 200)}</code></th><td>${clip(it.format, 40)}, ${clip(it.linkType, 40)}</td><td>${utcTime(it.startedAtMs) ?? '–'}</td><td class="number">${lasts}</td>
<td class="number">${formatCount(it.packets)}</td><td class="number">${formatCount(it.tcpPackets)}</td><td class="number">${it.dropped === null ? html`<span class="muted">not said</span>` : formatCount(it.dropped)}</td>
<td>${notes.length === 0 ? html`<span class="muted">–</span>` : html`<ul>${notes.map((note) => html`<li>${clip(note, 300)}</li>`)}</ul>`}</td></tr>`;
}

/** What only two captures, or two streams, show together. */
export function betweenSection(analysis: CaptureAnalysis): Html | null {
  const [proxies, legs] = [proxySentences(analysis), legSentences(analysis)];
  const sentences = [...proxies.slice(0, BETWEEN), ...legs.slice(0, BETWEEN)];
  if (sentences.length === 0) return null;
  return html`
<section aria-labelledby="together"><h2 id="together">Put together</h2><ul class="says frame together">${sentences.map((sentence) => html`<li>${clip(sentence, 600)}</li>`)}</ul></section>`;
}

export const capturesCss = `
.together { padding: .7rem 1rem; font-size: .875rem; max-inline-size: none; }
`;
