import type { JudgedFinding, RunRecord } from '../../harness/model/record.ts';
import { configPlace, unmetSentence } from '../blame-words.ts';
import type { CellMark } from '../cell-mark.ts';
import { failuresIn, unmetExpectations } from '../reading-order.ts';
import { clip } from '../visible-text.ts';
import { anchorOf } from './anchor.ts';
import { html, type Hole, type Html } from './html.ts';
import { markDot } from './mark.ts';

const row = (mark: CellMark, path: string, href: string, where: string, text: string, place: Hole): Html => html`
<li>${markDot(mark)}<div><a href="#${href}"><b>${path}</b>${where !== '' && html`, ${where}`}</a> <span>${clip(text, 400)}</span>${place}</div></li>`;

function findingRow(mark: CellMark, finding: JudgedFinding): Html {
  const config = finding.blame?.config;
  const place = config
    ? html`<p class="place"><code>${configPlace(config)}</code> <code class="muted">${clip(config.text, 200)}</code></p>`
    : null;
  return row(mark, finding.path, anchorOf('finding', finding.id), finding.scenario, finding.summary, place);
}

/** What a reader has to act on, each with a link to its proof: failures that nobody declared, and what stayed open. */
export function attention(record: RunRecord): Html {
  const { unexpected, inconclusive } = failuresIn(record);
  const rows = [
    ...unexpected.map((finding) => findingRow('fail', finding)),
    ...unmetExpectations(record).map((unmet) =>
      row('missing', unmet.path, anchorOf('path', unmet.path), unmet.scenario ?? '', unmetSentence(unmet), null),
    ),
    ...record.cells
      .filter(({ verdict }) => verdict === 'error')
      .map(({ path, scenario, sentence }) => row('error', path, anchorOf('path', path), scenario, sentence, null)),
    ...inconclusive.map((finding) => findingRow('inconclusive', finding)),
  ];
  return rows.length === 0
    ? html``
    : html`<section aria-labelledby="attention"><h2 id="attention">Needs attention</h2><ul class="attention frame">${rows}</ul></section>`;
}

export const attentionCss = `
.attention li { display: flex; gap: .75rem; padding: .7rem 1rem; }
.attention li + li { border-block-start: 1px solid var(--line); }
.attention li > div { min-inline-size: 0; }
.attention .dot { margin-block-start: .15rem; }
.attention a { text-decoration-line: none; }
.attention a:hover { text-decoration-line: underline; }
.attention .place { margin-block-start: .1rem; }
`;
