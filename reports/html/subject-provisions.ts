import type { SubjectFacts } from '../../harness/model/world.ts';
import type { CellMark } from '../cell-mark.ts';
import type { PlaceWords } from '../entry-words.ts';
import { plural } from '../numbers.ts';
import { HOW_WORDS, type How, type ProvisionGroup, provisionsInOrder, type ProvisionsOf } from '../provision-words.ts';
import { clip } from '../visible-text.ts';
import { fold } from './fold.ts';
import { html, type Html } from './html.ts';
import { prose } from './prose.ts';

const ITEMS = 60;
const MARK: Readonly<Record<How, CellMark>> = { missing: 'fail', stubbed: 'inconclusive', made: 'allowed', given: 'allowed' };

function group({ what, because, items }: ProvisionGroup, placed: PlaceWords): Html {
  const named = items
    .slice(0, ITEMS)
    .map(
      ({ name, place }) =>
        html`<span class="thing"><code>${clip(name, 300)}</code>${place !== null && html` <span class="at">${clip(placed(place), 200)}</span>`}</span> `,
    );
  const more = items.length - ITEMS;
  return html`
<div><dt>${what.replaceAll('-', ' ')}</dt><dd>${named}${more > 0 && html`<span class="muted">and ${String(more)} more</span>`}<p class="muted">${prose(clip(because, 400))}</p></dd></div>`;
}

const groups = ({ groups: all }: ProvisionsOf, placed: PlaceWords): Html =>
  html`<dl class="things">${all.map((one) => group(one, placed))}</dl>`;

const shown = (all: ProvisionsOf, placed: PlaceWords): Html => html`
<div class="provided"><p><span class="badge ${MARK[all.how]}">${String(all.count)} ${all.how}</span> ${HOW_WORDS[all.how]}</p>${groups(all, placed)}</div>`;

const folded = (all: ProvisionsOf, placed: PlaceWords): Html =>
  fold(
    all.how === 'given'
      ? `${plural(all.count, 'file')} of your own`
      : html`${String(all.count)} ${all.how} <span class="muted">${HOW_WORDS[all.how]}</span>`,
    groups(all, placed),
  );

/** The stub diff: what is missing or only a stub in full, what works as the real one and the user's own files folded. */
export function provisions(subject: SubjectFacts, placed: PlaceWords): Html | null {
  const all = provisionsInOrder(subject);
  if (all.length === 0) return null;
  const isLoud = ({ how }: ProvisionsOf): boolean => how === 'missing' || how === 'stubbed';
  return html`
<section class="provisions"><h4>What was provided for it</h4>
${all.filter(isLoud).map((one) => shown(one, placed))}
<div class="folds">${all.filter((one) => !isLoud(one)).map((one) => folded(one, placed))}</div>
</section>`;
}

export const provisionsCss = `
.provisions { display: grid; gap: .6rem; padding: .9rem 1.25rem 1rem; border-block-start: 1px solid var(--line); font-size: .875rem; grid-template-columns: minmax(0, 1fr); }
.provisions h4 { font-size: .875rem; font-weight: 620; }
.provided { display: grid; gap: .5rem; grid-template-columns: minmax(0, 1fr); }
.folds { display: grid; gap: .25rem; grid-template-columns: minmax(0, 1fr); }
.folds .fold > summary { font-size: .8125rem; }
.things { display: grid; gap: .45rem; font-size: .8125rem; line-height: 1.5; }
.things > div { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: .75rem; }
.things dt { color: var(--muted); }
.thing { display: inline-block; max-inline-size: 100%; margin-inline-end: .9rem; }
.thing .at { color: var(--muted); font-size: .75rem; }
@media (max-width: 640px) { .provisions { padding-inline: .9rem; } .things > div { grid-template-columns: minmax(0, 1fr); gap: 0; } }
`;
