import type { FindingDetail } from '../../harness/model/finding.ts';
import { plural } from '../numbers.ts';
import { clip } from '../visible-text.ts';
import { fold } from './fold.ts';
import { headerDiff } from './header-diff.ts';
import { html, type Html } from './html.ts';
import { prose } from './prose.ts';

/** More rows or lines than this are folded: they prove what the first ones say. */
const ROWS_SHOWN = 6;
const LINES_SHOWN = 3;
const ROW_LIMIT = 100;
const LINE_LIMIT = 60;
const TEXT_LIMIT = 400;

const leftOut = (count: number, noun: string): Html | null =>
  count > 0 ? html`<p class="muted left-out">${plural(count, `more ${noun}`)} in the evidence</p>` : null;

const titled = (title: string, content: Html): Html =>
  html`<section class="detail"><h4>${prose(clip(title, 200))}</h4>${content}</section>`;

/** Log lines in JSON have no spaces to break at, so they may break behind commas. */
const breakable = (line: string): Html => html`${line.split(/(?<=,)/).map((part, index) => (index === 0 ? part : html`<wbr>${part}`))}`;

function table({ columns, rows }: Extract<FindingDetail, { kind: 'table' }>): Html {
  const isNumber = (text: string | undefined): boolean => /^[+−-]?[\d.,]+( ?(ms|s|%|bytes|B))?$/.test(text ?? '');
  /* Digits of one width, as those of statuses, stand beneath each other anyway. */
  const numeric = columns.map(
    (_, index) => rows.every((cells) => isNumber(cells[index])) && new Set(rows.map((cells) => cells[index]?.length)).size > 1,
  );
  return html`
<div class="scroll" tabindex="0"><table>
  <thead><tr>${columns.map((column, index) => html`<th scope="col" class="${numeric[index] === true ? 'number' : ''}">${column}</th>`)}</tr></thead>
  <tbody>${rows.slice(0, ROW_LIMIT).map((cells) => html`<tr>${cells.map((text, index) => html`<td class="${numeric[index] === true ? 'number' : ''}">${clip(text, TEXT_LIMIT)}</td>`)}</tr>`)}</tbody>
</table></div>${leftOut(rows.length - ROW_LIMIT, 'row')}`;
}

function log({ lines }: Extract<FindingDetail, { kind: 'log' }>): Html {
  const list = (some: readonly string[]): Html =>
    html`<ol class="log">${some.map((line) => html`<li><code>${breakable(clip(line, 1000))}</code></li>`)}</ol>`;
  const more = lines.slice(LINES_SHOWN, LINE_LIMIT);
  return html`${list(lines.slice(0, LINES_SHOWN))}${more.length > 0 && html`<div class="more">${fold(plural(more.length, 'more line'), list(more))}</div>`}
${leftOut(lines.length - LINE_LIMIT, 'line')}`;
}

/** One detail of a finding, by its kind. */
function findingDetail(detail: FindingDetail): Html {
  switch (detail.kind) {
    case 'text':
      return titled(detail.title, html`<p class="detail-text">${prose(clip(detail.text, 4000))}</p>`);
    case 'table':
      return detail.rows.length > ROWS_SHOWN
        ? html`<div class="detail">${fold(html`${detail.title} <span class="muted">(${detail.rows.length})</span>`, table(detail))}</div>`
        : titled(detail.title, table(detail));
    case 'log':
      return titled(detail.title, log(detail));
    case 'headers':
      return titled(detail.title, html`${detail.hops.map(headerDiff)}`);
  }
}

/** What others wrote comes before what was counted. */
const ORDER: readonly FindingDetail['kind'][] = ['log', 'headers', 'text', 'table'];

/** Details of a finding: of several header comparisons the first is shown and the others are folded. */
export function findingDetails(details: readonly FindingDetail[]): readonly Html[] {
  const sorted = details.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const first = sorted.find(({ kind }) => kind === 'headers');
  return sorted.map((detail) =>
    detail.kind === 'headers' && detail !== first
      ? html`<div class="detail">${fold(clip(detail.title, 200), detail.hops.map(headerDiff))}</div>`
      : findingDetail(detail),
  );
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
.detail .fold > summary { font-size: .8125rem; }
.more { margin-block-start: .35rem; }
.log { border: 1px solid var(--line); border-radius: 6px; padding: .3rem 0; background: var(--sunken); }
.log li { padding: .15rem .75rem; line-height: 1.5; }
.log li + li { border-block-start: 1px dotted var(--line); }
.log li code { white-space: pre-wrap; }
`;
