import { checkedSubjects, entryMark } from '../../harness/measure/entry-mark.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import type { SubjectFacts } from '../../harness/model/world.ts';
import { MARKS } from '../cell-mark.ts';
import { ENTRY_MARKS, countTitle, entriesInOrder, entryCounts, type PlaceWords, placeWords, programOfSubject } from '../entry-words.ts';
import { clip } from '../visible-text.ts';
import { html, type Html } from './html.ts';
import { prose } from './prose.ts';
import { entryCard, ordinaryRow } from './subject-entry.ts';
import { provisions } from './subject-provisions.ts';

const counts = (subject: SubjectFacts): Html => html`
<ul class="counts" aria-label="Entries by result">${entryCounts(subject).map(
  ({ mark, count }) =>
    html`<li><span class="count-symbol ${ENTRY_MARKS[mark]}" aria-hidden="true">${MARKS[ENTRY_MARKS[mark]].symbol}</span> <b>${count}</b> ${countTitle(mark, count)}</li>`,
)}</ul>`;

function card(subject: SubjectFacts, placed: PlaceWords): Html {
  const all = entriesInOrder(subject);
  const ordinary = all.filter((one) => entryMark(one, subject) === 'ordinary');
  return html`
<article class="config frame">
  <header class="config-head"><h3><code>${clip(subject.label, 300)}</code> <span>${clip(programOfSubject(subject), 100)}</span></h3>${counts(subject)}</header>
  ${subject.note !== null && html`<p class="config-note"><b>${subject.ran === null ? 'It could not be run.' : 'Note.'}</b> ${prose(clip(subject.note, 800))}.</p>`}
  ${all.length > 0 && html`<ul class="entry-list">${all.filter((one) => !ordinary.includes(one)).map((one) => entryCard(one, subject, placed))}</ul>`}
  ${ordinary.length > 0 && html`<div class="ordinary"><p class="label">For ordinary requests: no WebSocket is expected here</p><ul>${ordinary.map((one) => ordinaryRow(one, placed))}</ul></div>`}
  ${provisions(subject, placed)}
</article>`;
}

/** Each config that was checked: its entries, and what was provided for it. Null: the run checked none. */
export function subjectSection(record: RunRecord): Html | null {
  const subjects = checkedSubjects(record.subjects);
  const placed = placeWords(record);
  return subjects.length === 0
    ? null
    : html`<section class="configs" aria-labelledby="configs"><h2 id="configs">${subjects.length === 1 ? 'Your config' : 'Your configs'}</h2>${subjects.map((one) => card(one, placed))}</section>`;
}

export const subjectCss = `
.config + .config { margin-block-start: 1rem; }
.config-head { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; align-items: baseline; justify-content: space-between; padding: .9rem 1.25rem; }
.config-head h3 { display: flex; flex-wrap: wrap; gap: .1rem .75rem; align-items: baseline; font-size: 1rem; font-weight: 620; min-inline-size: 0; }
.config-head h3 code { font-size: .9375rem; }
.config-head h3 span { font-size: .875rem; font-weight: 400; color: var(--muted); }
.config-note { margin: 0 1.25rem .9rem; padding: .55rem .8rem; border-radius: 6px; font-size: .875rem; color: var(--text); background: var(--open-tint); border-inline-start: 3px solid var(--open); }
.config-note b { color: var(--open); }
.entry-list { display: grid; grid-template-columns: minmax(0, 1fr); }
@media (max-width: 640px) { .config-head { padding-inline: .9rem; } .config-note { margin-inline: .9rem; } }
`;
