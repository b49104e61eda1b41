import { MARKS, type CellMark } from '../cell-mark.ts';
import { html, type Html } from './html.ts';

/** Symbol and words of a mark as a small badge. */
export const markBadge = (mark: CellMark): Html =>
  html`<span class="badge ${mark}"><span class="symbol" aria-hidden="true">${MARKS[mark].symbol}</span> ${MARKS[mark].text}</span>`;

/** The symbol alone, where the words stand in a title beside it. */
export const markDot = (mark: CellMark): Html =>
  html`<span class="dot ${mark}" role="img" aria-label="${MARKS[mark].text}" title="${MARKS[mark].text}">${MARKS[mark].symbol}</span>`;

export const markCss = `
.badge { display: inline-flex; align-items: baseline; gap: .35em; padding: .1em .6em .12em; border-radius: 99px; font-size: .8125rem; font-weight: 600; white-space: nowrap; }
.dot { display: inline-grid; place-items: center; inline-size: 1.25rem; block-size: 1.25rem; border-radius: 50%; font-size: .75rem; font-weight: 700; flex: none; }
.symbol { font-weight: 700; }
.pass { color: var(--pass); background: var(--pass-tint); }
.declared, .known { color: var(--declared); background: var(--declared-tint); }
.allowed { color: var(--muted); background: var(--sunken); }
.inconclusive, .warned { color: var(--open); background: var(--open-tint); }
.fail, .missing { color: var(--fail); background: var(--fail-tint); }
.error { color: var(--error); background: var(--error-tint); }
`;
