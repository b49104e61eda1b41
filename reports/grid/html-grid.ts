import type { Grid, GridCell, GridMark, GridRow } from '../../harness/model/grid.ts';
import { html, type Html } from '../html/html.ts';
import { htmlPage, pageCss } from '../html/page.ts';
import { baseCss, themeCss } from '../html/theme.ts';
import { GRID_MARKS } from './grid-words.ts';

const MARKS: readonly GridMark[] = ['same', 'differs', 'quirk', 'declared', 'fault', 'none'];

const gridCss = `
.grid-scroll { overflow: auto; max-block-size: 85vh; border: 1px solid var(--line); border-radius: 10px; }
table.grid { border-collapse: separate; border-spacing: 0; font-size: .8125rem; }
.grid th, .grid td { padding: .25rem .5rem; border-block-end: 1px solid var(--line); text-align: start; white-space: nowrap; }
.grid thead th { position: sticky; inset-block-start: 0; background: var(--surface, Canvas); z-index: 2; vertical-align: bottom; }
.grid thead th span { writing-mode: vertical-rl; rotate: 180deg; max-block-size: 16rem; }
.grid th[scope=row] { position: sticky; inset-inline-start: 0; background: var(--surface, Canvas); z-index: 1; font-weight: 500; }
.grid td { text-align: center; }
.grid tr.scenario th { font-weight: 650; padding-block-start: 1rem; }
.grid .title { display: block; color: var(--muted); font-weight: 400; max-inline-size: 28rem; white-space: normal; }
.grid .control { text-align: start; color: var(--muted); max-inline-size: 18rem; white-space: normal; }
.cell-same { color: var(--muted); }
.cell-differs { color: var(--open); background: var(--open-tint); }
.cell-quirk { color: var(--declared); background: var(--declared-tint); }
.cell-declared { color: var(--declared); background: var(--declared-tint); }
.cell-fault { color: var(--fail); background: var(--fail-tint); font-weight: 700; }
.legend { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; margin-block: 1rem; font-size: .875rem; }
`;

/** The whole grid as one page: a row a case, a column a subject, and what each did in the title of its cell. */
export const htmlGrid = (grid: Grid, runId: string): string =>
  htmlPage({
    title: `Hopscope grid ${runId}`,
    css: [themeCss, baseCss, pageCss, gridCss].join(''),
    script: '',
    body: html`<div class="layout"><div class="content"><main><section><h1>Subjects and cases</h1>
<p>Run ${runId}: ${grid.paths.length} paths, ${grid.rows.length} cases. What the control path did stands in the first column; point at a cell to read what that path did.</p>
<div class="legend">${MARKS.map((mark) => html`<span><span class="${`cell-${mark}`}">${GRID_MARKS[mark].symbol}</span> ${GRID_MARKS[mark].text}</span>`)}</div>
<div class="grid-scroll" tabindex="0"><table class="grid"><thead><tr><th scope="col">case</th><th scope="col">control path</th>${grid.paths.map((path) => html`<th scope="col"><span>${path}</span></th>`)}</tr></thead>
${[...Map.groupBy(grid.rows, ({ scenario }) => scenario)].map(([scenario, rows]) => scenarioBody(scenario, rows, grid))}</table></div>
</section></main></div></div>`,
  });

const scenarioBody = (scenario: string, rows: readonly GridRow[], { paths }: Grid): Html =>
  html`<tbody><tr class="scenario"><th scope="rowgroup" colspan="${paths.length + 2}">${scenario} (${rows.length})</th></tr>${rows.map((row) => rowOf(row, paths))}</tbody>`;

const rowOf = ({ caseId, title, control, cells }: GridRow, paths: readonly string[]): Html =>
  html`<tr><th scope="row">${caseId}<span class="title">${title}</span></th><td class="control">${control}</td>${cells.map((cell, index) => cellOf(cell, paths[index] ?? ''))}</tr>`;

const cellOf = ({ mark, label }: GridCell, path: string): Html =>
  html`<td class="${`cell-${mark}`}" title="${`${path}: ${label === '' ? GRID_MARKS.none.text : label}`}">${GRID_MARKS[mark].symbol}<span class="hidden-text">${` ${GRID_MARKS[mark].text}`}</span></td>`;
