import type { Cell, RunRecord } from '../../harness/model/record.ts';
import { isControl } from '../../harness/model/path.ts';
import { cellOf, markOf, MARKS, pathMark } from '../cell-mark.ts';
import { pathName } from '../path-name.ts';
import { pathsInOrder } from '../reading-order.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { html, type Html } from './html.ts';
import { markDot } from './mark.ts';

function cellOfTable(cell: Cell | undefined): Html {
  if (cell === undefined) return html`<td><span class="absent">not run</span></td>`;
  const mark = markOf(cell);
  return html`<td><a class="cell ${mark}" href="#${anchorOf('path', cell.path)}" title="${clip(cell.sentence, 300)}"><span class="symbol" aria-hidden="true">${MARKS[mark].symbol}</span> <span class="word">${MARKS[mark].short}</span></a></td>`;
}

/** The table path × scenario. Every cell says its result in words and a symbol, and leads to the path's section. */
export const matrix = (record: RunRecord): Html => html`
<section aria-labelledby="matrix">
  <h2 id="matrix">Paths and scenarios</h2>
 <div class="tools" hidden></div>
  <div class="scroll frame" role="region" aria-labelledby="matrix" tabindex="0">
    <table class="matrix">
      <thead><tr><th scope="col">Path</th>${record.scenarios.map(({ id, title }) => html`<th scope="col"><span title="${title}">${id}</span></th>`)}</tr></thead>
      <tbody>${pathsInOrder(record).map(
        ({ path }) => html`
        <tr data-path="${anchorOf('path', path.id)}" data-mark="${pathMark(record, path.id)}">
          <th scope="row">${markDot(pathMark(record, path.id))} <a href="#${anchorOf('path', path.id)}">${pathName(path)}</a>${isControl(path) && !pathName(path).endsWith('control') && html` <span class="muted">control</span>`}</th>
          ${record.scenarios.map(({ id }) => cellOfTable(cellOf(record, path.id, id)))}
        </tr>`,
      )}</tbody>
    </table>
  </div>
</section>`;

export const matrixCss = `
.matrix th { white-space: nowrap; }
.matrix thead th { font-size: .75rem; color: var(--muted); padding-block: .6rem; vertical-align: bottom; }
.matrix thead th + th { white-space: normal; padding-inline: .6rem .15rem; }
.matrix tbody th { font-size: .875rem; font-weight: 500; position: sticky; inset-inline-start: 0; background: var(--surface); vertical-align: middle; max-inline-size: 24rem; overflow: hidden; text-overflow: ellipsis; }
.matrix tbody th .dot { margin-inline-end: .35rem; }
.matrix tbody th a { color: var(--text); font-weight: 600; text-decoration-line: none; }
.matrix tbody th a:hover { text-decoration-line: underline; }
.matrix tbody th .muted { font-weight: 400; font-size: .75rem; }
.matrix tbody th { padding: .2rem .3rem .2rem .75rem; }
.matrix td { padding: .12rem .15rem; vertical-align: middle; }
.matrix .cell { display: flex; gap: .5em; align-items: baseline; padding: .16rem .45rem; border-radius: 5px; font-size: .8125rem; font-weight: 550; text-decoration: none; white-space: nowrap; }
.matrix .cell:hover { box-shadow: inset 0 0 0 1px currentColor; }
.matrix .cell.pass { background: none; font-weight: 400; }
.matrix .cell.fail, .matrix .cell.missing, .matrix .cell.error { font-weight: 700; }
.matrix .cell.declared { font-weight: 500; }
.matrix .cell:is(.fail, .missing, .error) { box-shadow: inset 0 0 0 1.5px currentColor; }
.absent { padding-inline: .6rem; color: var(--muted); font-size: .8125rem; }
@media (max-width: 640px) {
  .matrix thead th { white-space: normal; font-size: .6875rem; line-height: 1.25; padding-inline: .25rem; overflow-wrap: normal; }
  .matrix tbody th { white-space: normal; overflow-wrap: anywhere; line-height: 1.3; padding-inline: .5rem .25rem; font-size: .8125rem; }
  .matrix tbody th .dot { display: none; }
  .matrix td { padding-inline: .1rem; }
  .matrix .cell { position: relative; justify-content: center; min-block-size: 1.75rem; align-items: center; }
  .matrix .word { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
}
`;
