import type { RunRecord } from '../../harness/model/record.ts';
import { countMarks } from '../reading-order.ts';
import { MARKS, type CellMark } from '../cell-mark.ts';
import { formatCount, formatDuration } from '../numbers.ts';
import { answer } from './answer.ts';
import { html, type Html } from './html.ts';
import { runFacts } from './run-facts.ts';

const VERDICT_MARK = { pass: 'pass', inconclusive: 'inconclusive', fail: 'fail', error: 'error' } as const;
const COUNT_ORDER: readonly CellMark[] = ['error', 'fail', 'missing', 'inconclusive', 'warned', 'known', 'declared', 'allowed', 'pass'];

/** How many cells carry each mark; marks that no cell carries are left out. */
function counts(record: RunRecord): Html {
  const byMark = countMarks(record);
  const items = COUNT_ORDER.flatMap((mark) => {
    const count = byMark.get(mark);
    return count === undefined
      ? []
      : [
          html`<li><span class="count-symbol ${mark}" aria-hidden="true">${MARKS[mark].symbol}</span> <b>${formatCount(count)}</b> ${MARKS[mark].short.toLowerCase()}</li>`,
        ];
  });
  return html`<ul class="counts" aria-label="Cells by result">${items}</ul>`;
}

/** The answer first: verdict and headline; then the counts and the facts of the run. */
export const masthead = (record: RunRecord): Html => html`
<header class="masthead">
  <p class="brand"><b>Hopscope</b> <span>${record.run.specLabel}</span> <time datetime="${record.run.startedAt}">${record.run.startedAt.slice(0, 16).replace('T', ' ')} UTC</time></p>
  <div class="outcome"><p class="verdict ${VERDICT_MARK[record.verdict]}"><span aria-hidden="true">${MARKS[VERDICT_MARK[record.verdict]].symbol}</span> Verdict: ${record.verdict}</p>${counts(record)}</div>
  ${answer(record)}
  ${record.run.interrupted && html`<p class="note"><b>The run was interrupted</b> after ${formatDuration(record.run.elapsedMs)}: what is missing below was not run.</p>`}
  ${runFacts(record)}
  ${record.run.timeScaleNote !== null && html`<p class="note"><b>Time scale.</b> ${record.run.timeScaleNote}</p>`}
</header>`;

export const mastheadCss = `
.masthead { display: grid; grid-template-columns: minmax(0, 1fr); gap: .9rem; padding-block: 1.5rem 0; }
.outcome { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; }
.brand { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; color: var(--muted); font-size: .8125rem; }
.brand b { color: var(--text); font-size: .9375rem; letter-spacing: -.01em; }
.verdict { justify-self: start; padding: .2rem .8rem; border-radius: 99px; font-weight: 650; font-size: .875rem; }
.counts { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; font-size: .875rem; color: var(--muted); }
.counts b { color: var(--text); font-variant-numeric: tabular-nums; }
.count-symbol { display: inline-grid; place-items: center; inline-size: 1.3em; block-size: 1.3em; border-radius: 50%; font-weight: 700; font-size: .8em; }
.note { padding: .6rem .9rem; border-radius: 6px; background: var(--sunken); font-size: .875rem; max-inline-size: 60rem; }
`;
