import { checkedSubjects } from '../../harness/measure/entry-mark.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import { pathMark } from '../cell-mark.ts';
import { pathName } from '../path-name.ts';
import { pathsInOrder } from '../reading-order.ts';
import { anchorOf } from './anchor.ts';
import { html, type Html } from './html.ts';
import { markDot } from './mark.ts';

/** The paths beside the page on wide screens. */
export const navigation = (record: RunRecord): Html => html`
<nav class="side" aria-label="Paths">
  <p class="label"><a href="#top">Overview</a>${checkedSubjects(record.subjects).length > 0 && html` <a href="#configs">Config</a>`}${record.loadComparisons.length > 0 && html` <a href="#load">Load</a>`}${record.knees.length > 0 && html` <a href="#knee">Knee</a>`}</p>
  <ul>${pathsInOrder(record).map(
    ({ path }) =>
      html`<li data-path="${anchorOf('path', path.id)}" data-mark="${pathMark(record, path.id)}"><a href="#${anchorOf('path', path.id)}">${markDot(pathMark(record, path.id))} <span class="${path.entry === undefined ? '' : 'is-url'}" title="${pathName(path)}">${pathName(path)}</span></a></li>`,
  )}</ul>
</nav>`;

export const navigationCss = `
.side { display: none; }
@media (min-width: 1120px) {
  .layout { display: grid; grid-template-columns: 13.5rem minmax(0, 1fr); gap: 2rem; }
  .side { display: block; position: sticky; inset-block-start: 0; align-self: start; max-block-size: 100vh; overflow-y: auto; padding-block: 2rem; }
}
.side ul { display: grid; grid-template-columns: minmax(0, 1fr); gap: .1rem; margin-block-start: .6rem; }
.side li a { display: flex; gap: .55rem; align-items: center; padding: .28rem .5rem; margin-inline-start: -.5rem; border-radius: 6px; color: var(--text); text-decoration: none; font-size: .8125rem; }
.side li a:hover { background: var(--sunken); }
.side li span:last-child { min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.side li span.is-url:last-child { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; white-space: normal; overflow-wrap: anywhere; line-height: 1.35; }
.side .label { display: flex; gap: 1rem; }
.side .label a { color: var(--muted); text-decoration: none; }
@media print { .side { display: none; } .layout { display: block; } }
`;
