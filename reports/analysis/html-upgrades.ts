import { upgradesOnce } from '../../harness/measure/connections.ts';
import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import type { UpgradeSeen } from '../../harness/model/content-analysis.ts';
import { MARKS } from '../cell-mark.ts';
import { fold } from '../html/fold.ts';
import { html, type Html } from '../html/html.ts';
import { plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { leftOut } from './html-top.ts';
import { byOutcome, OUTCOMES } from './outcome-mark.ts';
import { formatElapsed, streamLabel } from './stream-facts.ts';

const ROWS = 100;
/** Accepted ones after this many rows are folded. */
const OPEN = 10;

/** How an upgrade ended, as a badge. */
export const outcomeBadge = ({ outcome, status }: Pick<UpgradeSeen, 'outcome' | 'status'>): Html => {
  const { mark, words } = OUTCOMES[outcome];
  return html`<span class="badge ${mark}"><span class="symbol" aria-hidden="true">${MARKS[mark].symbol}</span> ${status !== null && `${String(status)} `}${words}</span>`;
};

/** Every upgrade in a line, what was not accepted first. */
export function upgradesSection(analysis: CaptureAnalysis): Html | null {
  const upgrades = upgradesOnce(analysis);
  if (upgrades.length === 0) return null;
  const row = (it: UpgradeSeen): Html => html`
<tr><td>${outcomeBadge(it)}</td><td class="asked"><code>${clip(it.method, 20)} ${clip(it.target, 160)}</code>${it.host !== null && html`<br><span class="muted">${clip(it.host, 100)}</span>`}</td>
<td class="ends"><code>${clip(it.client, 60)}</code> <span aria-hidden="true">→</span> <code>${clip(it.server, 60)}</code></td>
<td class="where">${streamLabel(analysis, it)}</td><td class="number">${String(it.frame)}</td><td class="number">${it.elapsedMs === null ? html`<span class="muted">–</span>` : formatElapsed(it.elapsedMs)}</td></tr>`;
  const rows = byOutcome(upgrades).slice(0, ROWS);
  const telling = rows.filter(({ outcome }) => outcome !== 'accepted').length;
  const open = rows.length <= OPEN + 2 ? rows.length : Math.max(telling, OPEN);
  const table = (some: readonly UpgradeSeen[]): Html => html`
<div class="scroll frame" tabindex="0"><table class="list">
<thead><tr><th scope="col">Outcome</th><th scope="col">Asked for</th><th scope="col">Client → server</th><th scope="col">Stream</th><th scope="col" class="number">Frame</th><th scope="col" class="number">Answered after</th></tr></thead>
<tbody>${some.map(row)}</tbody></table></div>`;
  return html`
<section aria-labelledby="upgrades"><h2 id="upgrades">Upgrades</h2>
${table(rows.slice(0, open))}
${rows.length > open && html`<div class="more">${fold(plural(rows.length - open, 'more upgrade'), table(rows.slice(open)))}</div>`}
${leftOut(upgrades.length - ROWS, 'more upgrade')}
</section>`;
}

export const listCss = `
.list { font-size: .8125rem; }
.list thead th { font-size: .75rem; color: var(--muted); white-space: nowrap; vertical-align: bottom; }
.list td { padding-block: .35rem; }
.list td code { overflow-wrap: anywhere; }
section > .more { margin-block-start: .5rem; }
.list .asked { min-inline-size: 11rem; }
.list .ends { overflow-wrap: anywhere; min-inline-size: 9rem; }
.list th[scope="row"], .list .where { white-space: nowrap; }
@media (max-width: 640px) { .list { min-inline-size: 40rem; } }
`;
