import { checkedSubjects, refusedPaths } from '../../harness/measure/entry-mark.ts';
import type { RunRecord } from '../../harness/model/record.ts';
import { configPlace, unmetSentence } from '../blame-words.ts';
import type { CellMark } from '../cell-mark.ts';
import { claimOf } from '../claim.ts';
import { leadOf } from '../lead.ts';
import { pathNameOf } from '../path-name.ts';
import { failuresIn, unmetExpectations } from '../reading-order.ts';
import { byCause, scenariosOf, type Cause } from '../same-cause.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { html, type Hole, type Html } from './html.ts';
import { markDot } from './mark.ts';
import { prose } from './prose.ts';

const row = (record: RunRecord, mark: CellMark, path: string, href: string, where: string, text: string, place: Hole): Html => html`
<li>${markDot(mark)}<div><a href="#${href}"><b>${pathNameOf(record, path)}</b>${where !== '' && html`, ${where}`}</a> <span>${prose(clip(text, 400))}</span>${place}</div></li>`;

function causeRow(record: RunRecord, mark: CellMark, cause: Cause): Html {
  const { id, path, blame } = cause.lead;
  const place = blame?.config
    ? html`<p class="place"><code>${configPlace(blame.config)}</code> <code class="muted">${clip(blame.config.text, 200)}</code></p>`
    : null;
  return row(record, mark, path, anchorOf('finding', id), scenariosOf(cause).join(', '), claimOf(cause.lead).text, place);
}

/**
 * What a reader has to act on besides what the page opens with, each with a link to its proof: causes of failures that nobody declared,
 * and what stayed open. Entries that do not open are told with their config.
 */
export function attention(record: RunRecord): Html {
  const { unexpected, inconclusive } = failuresIn(record);
  const lead = leadOf(record);
  const refused = refusedPaths(checkedSubjects(record.subjects));
  const rows = [
    ...byCause(unexpected)
      .filter((cause) => cause.lead !== lead && !refused.has(cause.lead.path))
      .map((cause) => causeRow(record, 'fail', cause)),
    ...unmetExpectations(record).map((unmet) =>
      row(record, 'missing', unmet.path, anchorOf('path', unmet.path), unmet.scenario ?? '', unmetSentence(unmet), null),
    ),
    ...record.cells
      .filter(({ verdict }) => verdict === 'error')
      .map(({ path, scenario, sentence }) => row(record, 'error', path, anchorOf('path', path), scenario, sentence, null)),
    ...byCause(inconclusive).map((cause) => causeRow(record, 'inconclusive', cause)),
  ];
  const title = lead === null ? 'Needs attention' : 'Also needs attention';
  return rows.length === 0
    ? html``
    : html`<section aria-labelledby="attention"><h2 id="attention">${title}</h2><ul class="attention frame">${rows}</ul></section>`;
}

export const attentionCss = `
.attention li { display: flex; gap: .75rem; padding: .6rem 1rem; }
.attention li + li { border-block-start: 1px solid var(--line); }
.attention li > div { min-inline-size: 0; }
.attention .dot { margin-block-start: .15rem; }
.attention a { text-decoration-line: none; }
.attention a:hover { text-decoration-line: underline; }
.attention .place { margin-block-start: .1rem; }
`;
