import { isControl } from '../../harness/model/path.ts';
import type { JudgedFinding, PathRecord, RunRecord } from '../../harness/model/record.ts';
import { pathMark } from '../cell-mark.ts';
import { pathNameOf } from '../path-name.ts';
import { failuresIn } from '../reading-order.ts';
import { byCause } from '../same-cause.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { expectations } from './expectations.ts';
import { findingCard } from './finding-card.ts';
import { fold } from './fold.ts';
import { html, type Html } from './html.ts';
import { markBadge } from './mark.ts';
import { measured } from './measured.ts';
import { pathDrawing } from './path-drawing.ts';
import { prose } from './prose.ts';

function heading(record: RunRecord, { path }: PathRecord): Html {
  return html`
<header class="path-head">
  <p class="path-id"><code>${path.id}</code>${path.incident !== null && html` <span class="incident">Incident ${path.incident}</span>`}${isControl(path) && html` <span class="muted">control path</span>`}</p>
  <h2 id="${anchorOf('path', path.id)}-title"><span>${clip(path.title, 300)}</span> ${markBadge(pathMark(record, path.id))}</h2>
  <p class="about">${path.entry !== undefined && 'An entry, because '}${prose(clip(path.about, 1000))}${path.entry !== undefined && '.'}</p>
  ${!isControl(path) && html`<p class="compared muted">Socket at <code>${path.target}</code>. Compared with <a href="#${anchorOf('path', path.control)}">${pathNameOf(record, path.control)}</a>: the same links and origin, without the subject.</p>`}
</header>`;
}

/* Cells that the lab could not serve have no finding to tell of them. */
const brokenCells = (record: RunRecord, id: string): Html | null => {
  const cells = record.cells.filter(({ path, verdict }) => path === id && verdict === 'error');
  return cells.length === 0
    ? null
    : html`<ul class="broken">${cells.map(({ scenario, sentence }) => html`<li class="error"><b>! ${scenario}: lab error.</b> ${clip(sentence, 600)}</li>`)}</ul>`;
};

/** What its programs are known for, with why. */
const quirkFold = (quirks: readonly JudgedFinding[]): Html =>
  fold(
    html`Known quirks <span class="muted">(${quirks.length})</span>`,
    html`<ul class="besides">${quirks.map(
      ({ id, auditId, scenario, cases = [], quirk = '' }) => html`
<li id="${anchorOf('finding', id)}"><p><b>${scenario}</b> <span class="muted">${auditId}:</span> ${prose(clip(quirk, 600))} <span class="muted">${cases.join(', ')}</span></p></li>`,
    )}</ul>`,
  );

/** Everything about one path: drawing, what was declared, each cause with its proof, and, folded, what was measured. */
export function pathSection(record: RunRecord, it: PathRecord): Html {
  const { path } = it;
  const { unexpected, inconclusive, warnings, known, declared, quirks } = failuresIn(record, { path: path.id });
  const failures: readonly JudgedFinding[] = [...unexpected, ...inconclusive, ...warnings, ...known, ...declared];
  const declarations = expectations(
    record.expectations.filter((result) => result.path === path.id),
    path.expect,
  );
  const broken = brokenCells(record, path.id);
  const drawing = pathDrawing(it, failures);
  /* Where nothing is to be said, the drawing waits behind the fold with the rest. */
  const isQuiet = failures.length === 0 && broken === null && declarations === null;
  return html`
<section class="path" id="${anchorOf('path', path.id)}" aria-labelledby="${anchorOf('path', path.id)}-title" data-path="${anchorOf('path', path.id)}" data-mark="${pathMark(record, path.id)}">
  ${heading(record, it)}
  ${!isQuiet && drawing}
  ${broken}
  ${declarations}
  ${failures.length > 0 && html`<div>${byCause(failures).map((cause) => findingCard(it, cause, record.audits))}</div>`}
  ${quirks.length > 0 && quirkFold(quirks)}
  ${measured(record, it, failures, isQuiet ? drawing : null)}
</section>`;
}

export const pathCss = `
.path { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); padding-block: 1.5rem; border-block-start: 1px solid var(--line); }
.path-id { display: flex; flex-wrap: wrap; gap: .75rem; align-items: baseline; font-size: .8125rem; color: var(--muted); }
.incident { color: var(--declared); font-weight: 600; }
.path-head h2 { display: flex; flex-wrap: wrap; gap: .35rem .9rem; align-items: center; margin-block: .15rem .3rem; font-size: 1.3125rem; letter-spacing: -.012em; font-weight: 650; }
.path-head h2 > span:first-child { min-inline-size: 0; overflow-wrap: anywhere; }
.about { max-inline-size: 48rem; }
.compared { font-size: .8125rem; margin-block-start: .25rem; }
.path h3 { font-size: .9375rem; font-weight: 620; margin-block-end: .5rem; }
.broken li { padding: .6rem .9rem; border-radius: 6px; font-size: .875rem; }
@media print { .path, .finding { break-inside: avoid-page; } .path { break-inside: auto; } }
`;
