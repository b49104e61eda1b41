import type { FindingDetail } from '../../harness/model/finding.ts';
import { plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { headerDiff } from './header-diff.ts';
import { html, type Html } from './html.ts';

const ROW_LIMIT = 100;
const LINE_LIMIT = 60;
const TEXT_LIMIT = 400;

const leftOut = (count: number, noun: string): Html | null =>
  count > 0 ? html`<p class="muted left-out">${plural(count, `more ${noun}`)} in the evidence</p>` : null;

const titled = (title: string, content: Html): Html => html`<section class="detail"><h4>${clip(title, 200)}</h4>${content}</section>`;

function table({ columns, rows }: Extract<FindingDetail, { kind: 'table' }>): Html {
  const isNumber = (text: string | undefined): boolean => /^[+−-]?[\d.,]+( ?(ms|s|%|bytes|B))?$/.test(text ?? '');
  const numeric = columns.map((_, index) => rows.length > 0 && rows.every((cells) => isNumber(cells[index])));
  return html`
<div class="scroll" tabindex="0"><table>
  <thead><tr>${columns.map((column, index) => html`<th scope="col" class="${numeric[index] === true ? 'number' : ''}">${column}</th>`)}</tr></thead>
  <tbody>${rows.slice(0, ROW_LIMIT).map((cells) => html`<tr>${cells.map((text, index) => html`<td class="${numeric[index] === true ? 'number' : ''}">${clip(text, TEXT_LIMIT)}</td>`)}</tr>`)}</tbody>
</table></div>${leftOut(rows.length - ROW_LIMIT, 'row')}`;
}

const log = ({ host, lines }: Extract<FindingDetail, { kind: 'log' }>): Html => html`
<div class="log"><p class="log-host"><code>${host}</code></p><ol>${lines.slice(0, LINE_LIMIT).map((line) => html`<li><code>${clip(line, 1000)}</code></li>`)}</ol></div>
${leftOut(lines.length - LINE_LIMIT, 'line')}`;

/** One detail of a finding, by its kind. */
export function findingDetail(detail: FindingDetail): Html {
  switch (detail.kind) {
    case 'text':
      return titled(detail.title, html`<p class="detail-text">${clip(detail.text, 4000)}</p>`);
    case 'table':
      return titled(detail.title, table(detail));
    case 'log':
      return titled(detail.title, log(detail));
    case 'headers':
      return titled(detail.title, html`${detail.hops.map(headerDiff)}`);
  }
}

export const detailCss = `
.detail { min-inline-size: 0; }
.detail h4 { font-size: .8125rem; font-weight: 600; margin-block-end: .35rem; }
.detail-text { font-size: .875rem; white-space: pre-line; max-inline-size: 60rem; }
.detail table { inline-size: auto; min-inline-size: 60%; font-size: .8125rem; }
.detail td:first-child, .detail th:first-child { padding-inline-start: 0; }
.detail thead th { color: var(--muted); font-size: .75rem; }
@media (max-width: 640px) { .detail td, .detail th { padding-inline: .45rem; } }
.left-out { font-size: .8125rem; }
.log { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.log-host { padding: .25rem .75rem; border-block-end: 1px solid var(--line); color: var(--muted); }
.log ol { padding: .4rem 0; background: var(--sunken); }
.log li { padding: .15rem .75rem; line-height: 1.5; }
.log li + li { border-block-start: 1px dotted var(--line); }
.log li code { white-space: pre-wrap; }
`;
