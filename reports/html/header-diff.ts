import type { HeaderChange, HopHeaderDiff } from '../../harness/model/finding.ts';
import { clip } from '../visible-text.ts';
import { html, type Html } from './html.ts';

const SIGNS = { added: '+', dropped: '−', changed: '~', recased: 'Aa' } as const;
const VALUE_LIMIT = 240;

const value = (text: string): Html => html`<code>${clip(text, VALUE_LIMIT)}</code>`;
const nothing = html`<span class="muted">absent</span>`;

function cells(change: HeaderChange): readonly [string, Html, Html] {
  switch (change.kind) {
    case 'added':
      return [change.name, nothing, value(change.after)];
    case 'dropped':
      return [change.name, value(change.before), nothing];
    case 'changed':
      return [change.name, value(change.before), value(change.after)];
    case 'recased':
      return ['name', value(change.before), value(change.after)];
  }
}

function row(change: HeaderChange): Html {
  const [name, before, after] = cells(change);
  return html`<tr><td class="${`change ${change.kind}`}"><span aria-hidden="true">${SIGNS[change.kind]}</span> <span class="did">${change.kind}</span></td><th scope="row"><code>${clip(name, 100)}</code></th><td>${before}</td><td>${after}</td></tr>`;
}

/** What became of the head of a message between two observation points: one row per change. */
export function headerDiff({ from, to, message, startLine, changes }: HopHeaderDiff): Html {
  const moved = startLine.before !== startLine.after;
  if (!moved && changes.length === 0) return html`<p class="headers-same"><b>${from}</b> to <b>${to}</b>, ${message}: unchanged</p>`;
  return html`
<div class="scroll" tabindex="0"><table class="headers">
  <caption><b>${from}</b> to <b>${to}</b>, ${message}</caption>
  <thead><tr><th scope="col">Change</th><th scope="col">Header</th><th scope="col">${from}</th><th scope="col">${to}</th></tr></thead>
  <tbody>
    ${moved && html`<tr><td class="change changed"><span aria-hidden="true">~</span> <span class="did">changed</span></td><th scope="row">start line</th><td>${value(startLine.before)}</td><td>${value(startLine.after)}</td></tr>`}
    ${changes.map(row)}
  </tbody>
</table></div>`;
}

export const headersCss = `
.detail .headers { inline-size: 100%; min-inline-size: 36rem; table-layout: fixed; }
.detail .headers td, .detail .headers th { padding-block: .25rem; }
.headers caption { text-align: start; padding-block: .2rem .35rem; color: var(--muted); font-size: .8125rem; }
.headers-same { color: var(--muted); font-size: .8125rem; padding-block-start: .35rem; }
.headers-same b, .headers caption b { color: var(--text); font-weight: 600; }
.headers th:first-child { inline-size: 7rem; }
.headers th:nth-child(2) { inline-size: 10rem; }
.headers tbody th { font-weight: 400; }
.change { white-space: nowrap; font-weight: 600; font-size: .75rem; }
.change > [aria-hidden] { display: inline-block; min-inline-size: 1.2em; font-family: var(--mono); }
@media screen and (max-width: 640px) {
  .detail .headers { min-inline-size: 0; }
  .headers th:first-child { inline-size: 2rem; } .headers th:nth-child(2) { inline-size: 6rem; }
  .headers thead th:first-child, .headers .did { font-size: 0; }
  .headers code { font-size: .75rem; }
}
.change.added { color: var(--pass); } .change.dropped { color: var(--fail); } .change.changed { color: var(--open); } .change.recased { color: var(--muted); }
`;
