import { html, type Hole, type Html } from './html.ts';

/** Content behind a line that unfolds it; without scripts too, and open in print. */
export const fold = (summary: Hole, content: Hole, { open = false }: { readonly open?: boolean } = {}): Html =>
  open
    ? html`<details class="fold" open><summary>${summary}</summary><div>${content}</div></details>`
    : html`<details class="fold"><summary>${summary}</summary><div>${content}</div></details>`;

export const foldCss = `
.fold > summary { font-weight: 600; font-size: .875rem; padding-block: .15rem; }
.fold > summary:hover { color: var(--accent); }
.fold > summary .muted { font-weight: 400; }
.fold[open] > summary { margin-block-end: .5rem; }
@media print { .fold::details-content { content-visibility: visible; block-size: auto; } }
`;
