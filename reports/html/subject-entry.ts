import { entryMark } from '../../harness/measure/entry-mark.ts';
import { entryUrl } from '../../harness/model/entry.ts';
import type { EntrySeen, SubjectFacts } from '../../harness/model/world.ts';
import {
  answerWords,
  ENTRY_MARKS,
  ENTRY_TITLES,
  headerChanges,
  headerCounts,
  idleLimitWords,
  limitWords,
  outlivesReload,
  type PlaceWords,
  plainWords,
  proofWords,
  refusalWords,
  reloadWords,
  type SeenEntry,
} from '../entry-words.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { configExcerpt } from './blame-box.ts';
import { fold } from './fold.ts';
import { html, type Hole, type Html } from './html.ts';
import { MARKS } from '../cell-mark.ts';
import { prose } from './prose.ts';

const URL_LIMIT = 300;

const fact = (name: string, value: Hole, note: Hole, look = ''): Html =>
  html`<div><dt>${name}</dt><dd><b class="${look}">${value}</b>${note !== '' && html`<span class="muted">${note}</span>`}</dd></div>`;

function idleFact({ idle }: EntrySeen, { limitsReport }: SubjectFacts, placed: PlaceWords): Html {
  if (idle === null) return fact('Idle limit', 'none found', 'no line sets one, as far as they are read');
  const line =
    idle.line === null
      ? null
      : html`${idle.line.isDefault === true && 'the default in '}<code title="${idle.line.explanation}">${clip(idle.line.text, 120)}</code> ${placed(idle.line)}`;
  const proof = proofWords(idle);
  /* A relative path below the run folder, and no other address. */
  const isLinked = limitsReport !== undefined && idle.proof !== 'read' && /^limits\/[^:?#]+\/report\.html$/.test(limitsReport);
  const link = isLinked && html` <a href="${limitsReport.split('/').map(encodeURIComponent).join('/')}">That run</a>`;
  return fact('Idle limit', idleLimitWords(idle), html`${line}${line !== null && html`<br>`}${proof}.${link}`);
}

function pingFact({ idle }: EntrySeen): Html {
  const safe = idle?.safePingMs ?? null;
  return safe === null
    ? fact('Ping', 'no need seen', 'no limit was found to stay below')
    : fact('Ping at least every', limitWords(safe), 'with room to spare');
}

const LOOK = { true: 'good', false: 'bad', null: '' } as const;

function facts(seen: EntrySeen, subject: SubjectFacts, placed: PlaceWords): Html {
  const reload = outlivesReload(seen.reload);
  const [count = '', ...rest] = reloadWords(seen.reload).split(/ (?=sockets? )/);
  const plain = seen.plain ?? 'not tried';
  const isStatus = /^\d{3}$/.test(plain);
  return html`
<dl class="entry-facts">
${idleFact(seen, subject, placed)}
${pingFact(seen)}
${fact('Reload', count, rest.join(' '), LOOK[`${reload}`])}
${fact('Plain HTTP', isStatus ? plain : plain === 'not tried' ? plain : 'no answer', isStatus ? 'to GET /' : plain === 'not tried' ? '' : clip(plain, 120), isStatus || plain === 'not tried' ? '' : 'bad')}
</dl>`;
}

/** Of `Host to host` the name as it arrives. */
const newCase = (change: string): string => change.split(' to ').at(-1) ?? change;

const side = (name: string, changes: readonly string[]): Html | null =>
  changes.length === 0
    ? null
    : html`<div><p class="label">${name}</p><dl class="things">${headerChanges(changes).map(
        ({ verb, names }) =>
          html`<div><dt>${verb === 'recased' ? 'new case' : verb}</dt><dd>${names.slice(0, 80).map((it) => html`<span class="thing"><code>${clip(verb === 'recased' ? newCase(it) : it, 200)}</code></span> `)}</dd></div>`,
      )}</dl></div>`;

const headers = ({ headers: { request, response } }: EntrySeen): Html | null =>
  request.length + response.length === 0
    ? html`<p class="muted small">Headers: as sent, both ways</p>`
    : fold(
        html`Headers <span class="muted">${headerCounts({ request, response })}</span>`,
        html`<div class="header-sides">${side('Request, towards the origin', request)}${side('Response, towards the client', response)}</div>`,
      );

/** Who refuses, and by which line. */
function refusal(seen: EntrySeen): Html {
  const words = refusalWords(seen);
  const line = seen.refusedBy?.line ?? null;
  return html`
<div class="refusal">${words === null ? html`<p>Who refuses is not known.</p>` : html`<p>${prose(clip(words, 600))}</p>`}${line !== null && configExcerpt(line)}</div>`;
}

const why = ({ entry }: SeenEntry, placed: PlaceWords): Html =>
  html`<p class="why-entry">${prose(clip(entry.because, 400))}${entry.place !== null && html` <code class="muted">${placed(entry.place)}</code>`}</p>`;

const linked = (one: SeenEntry): Html =>
  html`<a class="url" href="#${anchorOf('path', one.path)}"><code>${clip(entryUrl(one.entry), URL_LIMIT)}</code></a>`;

/** An entry that owes a socket, or opens all the same: what was seen there. */
export function entryCard(one: SeenEntry, subject: SubjectFacts, placed: PlaceWords): Html {
  const { seen } = one;
  const mark = entryMark(one, subject);
  const [look, title] = [ENTRY_MARKS[mark], ENTRY_TITLES[mark]];
  return html`
<li class="entry">
  <div class="entry-head">${linked(one)} <span class="badge ${look}"><span class="symbol" aria-hidden="true">${MARKS[look].symbol}</span> ${title}${mark === 'refused' && seen !== null && html`, ${clip(answerWords(seen), 100)}`}</span></div>
  ${why(one, placed)}
  ${mark === 'refused' && seen !== null && refusal(seen)}
  ${mark === 'refused' && seen !== null && html`<p class="muted small">${plainWords(seen)}</p>`}
  ${mark === 'opens' && seen !== null && facts(seen, subject, placed)}
  ${mark === 'opens' && seen !== null && headers(seen)}
</li>`;
}

/** An entry for ordinary requests in a line. */
export const ordinaryRow = (one: SeenEntry, placed: PlaceWords): Html => html`
<li>${linked(one)} <b>${one.seen === null ? '' : clip(answerWords(one.seen), 100)}</b> ${why(one, placed)}</li>`;

export const entryCss = `
.entry { display: grid; gap: .5rem; padding: .9rem 1.25rem; border-block-start: 1px solid var(--line); grid-template-columns: minmax(0, 1fr); }
.entry-head { display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: baseline; }
.entry-head .badge { white-space: normal; border-radius: 12px; overflow-wrap: anywhere; }
.url { text-decoration-line: none; color: var(--text); min-inline-size: 0; }
.url:hover { text-decoration-line: underline; }
.url code { font-size: .9375rem; font-weight: 620; }
.why-entry { font-size: .8125rem; color: var(--muted); }
.why-entry > code:last-child { margin-inline-start: .35rem; }
.refusal { display: grid; gap: .6rem; grid-template-columns: minmax(0, 1fr); font-size: .875rem; }
.small { font-size: .8125rem; }
.entry-facts { display: grid; grid-template-columns: minmax(0, 2.1fr) repeat(3, minmax(0, 1fr)); gap: .5rem 1.25rem; padding-block: .2rem; }
.entry-facts dt { font-size: .75rem; color: var(--muted); }
.entry-facts dd { display: grid; gap: .1rem; font-size: .8125rem; line-height: 1.45; }
.entry-facts b { font-size: .9375rem; font-weight: 620; font-variant-numeric: tabular-nums; }
.entry-facts b.bad { color: var(--open); } .entry-facts b.good { color: var(--pass); }
.entry .fold > summary { font-size: .8125rem; }
.header-sides { display: grid; gap: .6rem; grid-template-columns: minmax(0, 1fr); }
.ordinary { padding: .7rem 1.25rem .8rem; border-block-start: 1px solid var(--line); }
.ordinary ul { display: grid; gap: .35rem; margin-block-start: .35rem; }
.ordinary li { display: flex; flex-wrap: wrap; gap: .1rem .75rem; align-items: baseline; font-size: .8125rem; }
.ordinary .url code { font-size: .8125rem; font-weight: 400; }
.ordinary b { font-weight: 550; }
@media (max-width: 760px) { .entry-facts { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .5rem .9rem; } .entry-facts > div:first-child { grid-column: 1 / -1; } }
@media (max-width: 640px) { .entry, .ordinary { padding-inline: .9rem; } }
`;
