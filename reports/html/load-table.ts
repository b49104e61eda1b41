import { isControl } from '../../harness/model/path.ts';
import type { LatencyDifference, LoadSummary, PathRecord, RunRecord } from '../../harness/model/record.ts';
import { pathMark } from '../cell-mark.ts';
import { differenceAt } from '../latency-words.ts';
import { formatCount, formatMs } from '../numbers.ts';
import { pathsInOrder } from '../reading-order.ts';
import { shareSentAgain, togetherOf } from '../sent-again.ts';
import { anchorOf } from './anchor.ts';
import { differenceMarkup } from './difference.ts';
import { fold } from './fold.ts';
import { html, type Html, type Hole } from './html.ts';

const cell = (value: Hole): Html => html`<td class="number">${value}</td>`;
const nothing = html`<span class="muted">–</span>`;

/** The difference with its interval, and the plain value beside it. */
function latencyCell(load: LoadSummary | null, percentile: 50 | 99, ofControl: boolean): Html {
  const own = load?.latency?.[percentile === 50 ? 'p50Ms' : 'p99Ms'];
  if (load === null || own === undefined) return html`<td>${nothing}</td>`;
  return html`<td class="difference">${ofControl ? 'the control path' : saidOf(load, differenceAt(load, percentile))} <span class="plain">${ofControl ? '' : 'path '}${formatMs(own)}</span></td>`;
}

function saidOf({ generatorWasBottleneck }: LoadSummary, difference: LatencyDifference | undefined): Hole {
  if (difference === undefined) return 'not compared';
  return generatorWasBottleneck ? 'inconclusive, the generator was the bottleneck' : differenceMarkup(difference);
}

function row(record: RunRecord, { path, load, tcp }: PathRecord): Html {
  const control = record.paths.find((other) => other.path.id === path.control)?.tcp ?? [];
  const again = shareSentAgain(togetherOf(tcp));
  const there = isControl(path) ? null : shareSentAgain(togetherOf(control));
  return html`
<tr data-path="${anchorOf('path', path.id)}" data-mark="${pathMark(record, path.id)}"><th scope="row"><a href="#${anchorOf('path', path.id)}">${path.id}</a></th>
${cell(load === null ? nothing : `${formatCount(load.upgraded)} of ${formatCount(load.attempts)}`)}${cell(load === null || load.sent === 0 ? nothing : `${formatCount(load.echoed)} of ${formatCount(load.sent)}`)}
${latencyCell(load, 50, isControl(path))}${latencyCell(load, 99, isControl(path))}${cell(again ?? html`<span class="muted">not measured</span>`)}${cell(there ?? nothing)}</tr>`;
}

/** Load, latency and retransmissions of every path in one table, so that one path can be held against another. Folded. */
export function loadTable(record: RunRecord): Html | null {
  const paths = pathsInOrder(record).filter(({ load, tcp }) => load !== null || tcp.length > 0);
  if (paths.length === 0) return null;
  const head = ['sessions', 'messages echoed', 'p50 against control', 'p99 against control', 'segments resent', 'on control'];
  return html`
<section>${fold(
    'Load, latency and retransmissions of every path',
    html`<div class="scroll frame" tabindex="0"><table class="loads">
<thead><tr><th scope="col">Path</th>${head.map((name) => html`<th scope="col" class="${name.startsWith('p') ? 'difference' : 'number'}">${name}</th>`)}</tr></thead>
<tbody>${paths.map((it) => row(record, it))}</tbody></table></div>`,
  )}</section>`;
}

export const loadTableCss = `
.loads { font-size: .8125rem; }
.loads td, .loads th { padding: .25rem .6rem; white-space: nowrap; }
.loads thead th { font-size: .75rem; color: var(--muted); white-space: normal; vertical-align: bottom; padding-block: .5rem; }
.loads .difference { white-space: normal; min-inline-size: 11rem; }
.loads tbody th { font-weight: 500; }
.loads tbody th a { color: var(--text); text-decoration-line: none; }
`;
