import { upgradesOnce } from '../../harness/measure/connections.ts';
import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import type { UpgradeOutcome } from '../../harness/model/content-analysis.ts';
import { MARKS } from '../cell-mark.ts';
import { html, type Html } from '../html/html.ts';
import { formatCount, plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { byOutcome, OUTCOMES } from './outcome-mark.ts';
import { shortName, utcTime } from './stream-facts.ts';

const SENTENCE_LIMIT = 1500;

/** The answer first; then how many of what there are, and of which captures. */
export function analysisTop(analysis: CaptureAnalysis): Html {
  const { captures, upgrades, answer } = analysis;
  const started = utcTime(Math.min(...captures.flatMap(({ startedAtMs }) => (startedAtMs === null ? [] : [startedAtMs]))));
  const [lead = '', ...rest] = answer;
  const isCalm = upgrades.every(({ outcome }) => outcome === 'accepted');
  return html`
<header class="masthead">
  <p class="brand"><b>Hopscope</b> <span>capture analysis</span> ${started !== null && html`<span>${started.slice(0, 16)} UTC</span>`}</p>
  <div class="outcome">${counts(analysis)}</div>
  <div class="${`answer ${upgrades.length === 0 ? 'plain' : isCalm ? 'fine' : 'loud'}`}">
    <p class="told">${captures.slice(0, 6).map(({ file }, index) => html`${index > 0 && ' · '}<b>${clip(file === '-' ? 'standard input' : shortName(file), 80)}</b>`)}${captures.length > 6 && html` and ${captures.length - 6} more`}</p>
    <h1>${clip(lead, SENTENCE_LIMIT)}</h1>
    ${rest.length > 0 && html`<ul class="says">${rest.map((sentence) => html`<li>${clip(sentence, SENTENCE_LIMIT)}</li>`)}</ul>`}
  </div>
</header>`;
}

function counts(analysis: CaptureAnalysis): Html {
  const { tcp, websocket } = analysis;
  const upgrades = upgradesOnce(analysis);
  const outcomes = [...new Set(byOutcome(upgrades).map(({ outcome }) => outcome))];
  const badge = (outcome: UpgradeOutcome): Html => {
    const { mark, words } = OUTCOMES[outcome];
    const count = upgrades.filter((it) => it.outcome === outcome).length;
    return html`<li><span class="count-symbol ${mark}" aria-hidden="true">${MARKS[mark].symbol}</span> <b>${formatCount(count)}</b> ${words}</li>`;
  };
  return html`
<ul class="counts" aria-label="What was seen">${outcomes.map(badge)}
  <li><b>${formatCount(tcp.streams)}</b> TCP ${tcp.streams === 1 ? 'stream' : 'streams'}</li>
  <li><b>${formatCount(tcp.packets)}</b> ${tcp.packets === 1 ? 'packet' : 'packets'}</li>
  ${websocket.frames > 0 && html`<li><b>${formatCount(websocket.frames)}</b> WebSocket ${websocket.frames === 1 ? 'frame' : 'frames'}</li>`}
</ul>`;
}

/** A line below a table that was cut. */
export const leftOut = (count: number, noun: string): Html | null =>
  count > 0 ? html`<p class="left-out muted">and ${plural(count, noun)} not shown; --json has them all</p>` : null;

export const topCss = `
.answer.fine { border-inline-start-color: var(--pass); } .answer.plain { border-inline-start-color: var(--edge); }
.says { display: grid; gap: .45rem; font-size: .9375rem; max-inline-size: 56rem; }
.says li { position: relative; padding-inline-start: 1rem; overflow-wrap: anywhere; }
.says li::before { content: ""; position: absolute; inset: .62em auto auto 0; inline-size: .35rem; block-size: .35rem; border-radius: 50%; background: var(--edge); }
.left-out { font-size: .8125rem; padding: .35rem .75rem; }
`;
